using System.Runtime.Serialization;
using CxlTopology.Simulation;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Akka.Tests.Cluster;

public sealed class SerializerTests
{
    private static readonly string[] manifests = ["h", "a", "c", "n", "f", "", "x", "System.String"];

    [Fact]
    public void Hello_IsReadBack() =>
        Prop.ForAll<byte[], NonNull<string>>((seed, build) =>
        {
            ClusterMessage.Hello read = Crossed(new ClusterMessage.Hello(Text(build), Bytes(seed, 32)));
            return read.Build == Text(build) && read.Nonce.SequenceEqual(Bytes(seed, 32));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Answer_IsReadBack() =>
        Prop.ForAll<byte[], NonNull<string>, bool>((seed, busy, proven) =>
        {
            byte[] proof = Bytes(seed, proven ? 32 : 0);
            ClusterMessage.Answer read = Crossed(new ClusterMessage.Answer(Bytes(seed, 32), Bytes([.. seed, 1], 32), "build", Text(busy), proof));
            return read.Asked.SequenceEqual(Bytes(seed, 32)) && read.Nonce.SequenceEqual(Bytes([.. seed, 1], 32)) && read.Build == "build" && read.Busy == Text(busy) && read.Proof.SequenceEqual(proof);
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Claim_IsReadBack() =>
        Prop.ForAll<byte[], ulong, byte>((seed, run, number) =>
        {
            ClusterMessage.Claim read = Crossed(new ClusterMessage.Claim(Bytes(seed, 32), run, number, Bytes(seed, 32)));
            return read.Asked.SequenceEqual(Bytes(seed, 32)) && read.Run == run && read.Number == number && read.Proof.SequenceEqual(Bytes(seed, 32));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Frame_IsReadBack() =>
        Prop.ForAll<ulong, byte, byte>((run, from, to) => Prop.ForAll<byte[]>(body =>
        {
            var key = new RunKey(run, new SharedSecret(new byte[16]));
            ClusterMessage.Frame read = Crossed(key.Seal(FrameKind.Batch, from, to, body));
            return read.Kind == FrameKind.Batch && key.Open(read, from, to, out ReadOnlyMemory<byte> opened) && opened.Span.SequenceEqual(body);
        })).QuickCheckThrowOnFailure();

    [Fact]
    public void RandomBytes_AreAMessageOrRefusedAsNone() =>
        Prop.ForAll<byte[], int>((bytes, which) => IsMessageOrRefused(bytes, manifests[(uint)which % manifests.Length])).QuickCheckThrowOnFailure();

    [Fact]
    public void AlteredBytes_AreAMessageOrRefusedAsNone() =>
        Prop.ForAll<byte[], int, byte>((seed, at, value) =>
        {
            ClusterMessage[] messages =
            [
                new ClusterMessage.Hello("build", Bytes(seed, 32)), new ClusterMessage.Answer(Bytes(seed, 32), Bytes(seed, 32), "build", "", []),
                new ClusterMessage.Claim(Bytes(seed, 32), 1, 2, Bytes(seed, 32)), new ClusterMessage.Refused(Bytes(seed, 32), "why"), new RunKey(1, null).Seal(FrameKind.Ping, 1, 0, seed),
            ];
            return messages.All(message =>
            {
                byte[] bytes = [.. ClusterSerializer.Encode(message)];
                bytes[(uint)at % bytes.Length] = value;
                string manifest = ClusterSerializer.ManifestOf(message);
                return IsMessageOrRefused(bytes, manifest) && IsMessageOrRefused(bytes[..(int)((uint)at % bytes.Length)], manifest);
            });
        }).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("h")]
    [InlineData("a")]
    [InlineData("c")]
    [InlineData("n")]
    public void Handshake_OfAnotherVersion_IsRefused(string manifest)
    {
        byte[] bytes = new byte[100];
        bytes[0] = 2;

        Assert.Equal("A message of the handshake is of version 2; this build reads version 1.", Assert.Throws<WireException>(() => ClusterSerializer.Decode(bytes, manifest)).Message);
    }

    [Fact]
    public void Handshake_ThatIsTooLong_IsRefused() => Assert.Throws<WireException>(() => ClusterSerializer.Decode(new byte[(16 << 10) + 1], "h"));

    [Theory]
    [InlineData(0, 7, "A frame is of version 0; this build reads version 1.")]
    [InlineData(1, 0, "A frame is of kind 0; 1 to 11 are possible.")]
    [InlineData(1, 12, "A frame is of kind 12; 1 to 11 are possible.")]
    public void Frame_OfAnUnknownKind_IsRefused(byte version, byte kind, string message)
    {
        byte[] bytes = new byte[12];
        (bytes[0], bytes[11]) = (version, kind);

        Assert.Equal(message, Assert.Throws<WireException>(() => ClusterSerializer.Decode(bytes, "f")).Message);
    }

    [Theory]
    [InlineData(11)]
    [InlineData(ClusterMessage.Frame.BytesMax + 1)]
    public void Frame_OfAWrongLength_IsRefused(int length) => Assert.Throws<WireException>(() => ClusterSerializer.Decode(new byte[length], "f"));

    [Fact]
    public void Object_ThatIsNoMessage_IsNotWritten() => Assert.Throws<SerializationException>(() => ClusterSerializer.Encode("text"));

    private static bool IsMessageOrRefused(byte[] bytes, string manifest)
    {
        try
        {
            return ClusterSerializer.Decode(bytes, manifest) is not null;
        }
        catch (WireException)
        {
            return true;
        }
    }

    private static T Crossed<T>(T message)
        where T : ClusterMessage => Assert.IsType<T>(ClusterSerializer.Decode(ClusterSerializer.Encode(message), ClusterSerializer.ManifestOf(message)));

    private static byte[] Bytes(byte[] seed, int length) => [.. Enumerable.Range(0, length).Select(i => seed.Length == 0 ? (byte)i : (byte)(seed[i % seed.Length] + i))];

    private static string Text(NonNull<string> text)
    {
        // Texts are UTF-8 on the wire, and cut: halves of surrogate pairs are not kept.
        string clean = new([.. text.Get.Where(c => !char.IsSurrogate(c))]);
        return clean.Length <= 1000 ? clean : clean[..1000];
    }
}
