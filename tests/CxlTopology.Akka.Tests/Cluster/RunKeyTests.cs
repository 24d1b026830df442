namespace CxlTopology.Akka.Tests.Cluster;

public sealed class RunKeyTests
{
    private static readonly SharedSecret secret = new("0123456789abcdef"u8);
    private readonly RunKey key = new(7, secret);

    [Fact]
    public void Open_OfAnyAlteredByte_Refuses()
    {
        byte[] good = key.Seal(FrameKind.Batch, 1, 2, "the body"u8).Bytes;
        Assert.True(key.Open(new ClusterMessage.Frame(good), 1, 2, out _));

        for (int i = 1; i < good.Length; i++)
        {
            byte[] bad = [.. good];
            bad[i] ^= 1;
            if (i == 11 && bad[i] is 0 or > (byte)FrameKind.Bye)
                continue;
            Assert.False(key.Open(new ClusterMessage.Frame(bad), bad[9], bad[10], out _), $"byte {i}");
        }
    }

    [Fact]
    public void Open_WithAnotherSecret_Refuses() => Assert.False(new RunKey(7, new SharedSecret("0123456789abcdeF"u8)).Open(key.Seal(FrameKind.Go, 0, 1, []), 0, 1, out _));

    [Fact]
    public void Open_OfAFrameWithoutSeal_Refuses() => Assert.False(key.Open(new RunKey(7, null).Seal(FrameKind.Go, 0, 1, []), 0, 1, out _));

    [Fact]
    public void Open_OfAnotherRun_Refuses() => Assert.False(new RunKey(8, secret).Open(key.Seal(FrameKind.Go, 0, 1, []), 0, 1, out _));

    [Theory]
    [InlineData(1, 1)]
    [InlineData(0, 2)]
    [InlineData(1, 0)]
    public void Open_OfAFrameForOthers_Refuses(int from, int to) => Assert.False(key.Open(key.Seal(FrameKind.Go, 0, 1, []), from, to, out _));

    [Fact]
    public void Seal_WithoutSecret_AddsNothing() => Assert.Equal(ClusterMessage.Frame.HeadBytes + 3, new RunKey(7, null).Seal(FrameKind.Go, 0, 1, "abc"u8).Bytes.Length);

    [Fact]
    public void Proofs_OfDifferentThings_Differ()
    {
        byte[] first = Handshake.Nonce();
        byte[] second = Handshake.Nonce();
        NodeAddress a = new("127.0.0.1", 1);
        NodeAddress b = new("127.0.0.1", 2);
        byte[][] proofs =
        [
            Handshake.OfNode(secret, first, second, a, b), Handshake.OfNode(secret, second, first, a, b), Handshake.OfNode(secret, first, second, b, a),
            Handshake.OfNode(new SharedSecret("fedcba9876543210"u8), first, second, a, b), Handshake.OfCoordinator(secret, first, second, a, b, 0, 0),
            Handshake.OfCoordinator(secret, first, second, a, b, 1, 0), Handshake.OfCoordinator(secret, first, second, a, b, 0, 1),
        ];

        Assert.Equal(proofs.Length, proofs.Select(Convert.ToHexString).Distinct().Count());
    }

    [Fact]
    public void Proof_WithoutSecret_IsEmpty() => Assert.Empty(Handshake.OfNode(null, Handshake.Nonce(), Handshake.Nonce(), NodeAddress.Loopback, NodeAddress.Loopback));
}
