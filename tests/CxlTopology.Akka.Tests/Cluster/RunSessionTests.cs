using CxlTopology.Simulation;

namespace CxlTopology.Akka.Tests.Cluster;

public sealed class RunSessionTests
{
    private static readonly NodeAddress[] addresses = [new("127.0.0.1", 1), new("127.0.0.1", 2), new("127.0.0.1", 3)];
    private readonly RunKey key = new(1, new SharedSecret(new byte[16]));
    private readonly Recorder first = new();
    private readonly Recorder second = new();
    private readonly RunSession session;
    private long now = 1_000_000;

    public RunSessionTests()
    {
        session = new RunSession(key, 0, [null, first, second], addresses, new Recorder(), () => now);
    }

    [Fact]
    public void Exchange_WhenAllHasCome_GivesTheBatches()
    {
        Batch(1, 1, "from one"u8);
        Batch(2, 1, "from two"u8);
        (WireBuffer[] outgoing, WireBuffer[] incoming) = Buffers();
        outgoing[1].WriteBytes("to one"u8);

        Assert.True(session.Exchange(outgoing, incoming, null));

        Assert.Equal("from one"u8, incoming[1].Written);
        Assert.Equal("from two"u8, incoming[2].Written);
        var sent = Assert.IsType<ClusterMessage.Frame>(Assert.Single(first.Told));
        Assert.True(key.Open(sent, 0, 1, out ReadOnlyMemory<byte> body));
        Assert.Equal("to one"u8, body.Span[16..]);
    }

    [Fact]
    public void Exchange_OfALargeBatch_SendsPartsThatFitAFrame()
    {
        Batch(1, 1, []);
        Batch(2, 1, []);
        (WireBuffer[] outgoing, WireBuffer[] incoming) = Buffers();
        outgoing[1].Append(3 << 20);

        Assert.True(session.Exchange(outgoing, incoming, null));

        Assert.Equal(6, first.Told.Count);
        Assert.All(first.Told, f => Assert.InRange(((ClusterMessage.Frame)f).Bytes.Length, 1, ClusterMessage.Frame.BytesMax));
        Assert.True(ClusterMessage.Frame.BytesMax + 4096 < ClusterConfiguration.FrameBytesMax);
    }

    [Fact]
    public void Exchange_ThatIsGivenUp_SaysSo()
    {
        (WireBuffer[] outgoing, WireBuffer[] incoming) = Buffers();

        Assert.False(session.Exchange(outgoing, incoming, () => true));
        Assert.Equal(-1, session.Loss!.Value.Peer);
    }

    [Fact]
    public void Frame_WithAWrongSeal_ChangesNothing()
    {
        byte[] bytes = key.Seal(FrameKind.Lost, 1, 0, [2, 0, 0, 0, 0]).Bytes;
        bytes[^1] ^= 1;

        session.Take(new ClusterMessage.Frame(bytes));

        Assert.Null(session.Loss);
    }

    [Fact]
    public void Ping_AboutABatchThatHasNotCome_IsALoss()
    {
        Batch(1, 1, []);
        Ping(1, 2);

        Assert.Equal((1, "a message was lost on the way: it has sent 2 batches, and 1 have come"), session.Loss);
    }

    [Fact]
    public void Ping_ThatAsks_IsAnswered()
    {
        Ping(1, 0, asks: true);

        Assert.Equal(FrameKind.Ping, Assert.IsType<ClusterMessage.Frame>(Assert.Single(first.Told)).Kind);
    }

    [Fact]
    public void Tick_EverySecond_PingsAll()
    {
        for (int i = 0; i <= 12; i++)
        {
            session.Tick();
            now += 250;
        }

        Assert.Equal(4, first.Told.Count);
        Assert.Equal(4, second.Told.Count);
    }

    [Fact]
    public void Doubt_OfANodeThatAnswers_IsDropped()
    {
        session.DoubtNode(addresses[1], "its connection was closed");
        Ping(1, 0);
        Pass(3_000, silent: 2);

        Assert.NotEqual(1, session.Loss?.Peer);
    }

    [Fact]
    public void Doubt_OfANodeThatIsSilent_IsALossWithItsReason()
    {
        session.DoubtNode(addresses[1], "its connection was closed");
        Pass(2_500);

        Assert.Equal((1, "its connection was closed"), session.Loss);
    }

    [Fact]
    public void Doubt_OfAStranger_ChangesNothing()
    {
        session.DoubtNode(new NodeAddress("127.0.0.1", 99), "its connection was closed");
        Pass(2_500);

        Assert.Null(session.Loss);
    }

    [Fact]
    public void Silence_OfTenSeconds_IsALoss()
    {
        Pass(10_500, silent: 2);

        Assert.Equal((2, "it has said nothing for 10 s"), session.Loss);
    }

    [Fact]
    public void Silence_WhileThisProcessStoodStill_IsNone()
    {
        session.DoubtNode(addresses[1], "its connection was closed");
        now += 60_000;
        session.Tick();

        Assert.Null(session.Loss);
    }

    [Fact]
    public void Loss_IsToldToTheOthers()
    {
        session.Lose(1, "gone");

        Assert.Empty(first.Told);
        Assert.Equal(FrameKind.Lost, Assert.IsType<ClusterMessage.Frame>(Assert.Single(second.Told)).Kind);
    }

    [Fact]
    public void Loss_ThatAnotherTells_EndsTheRunHere()
    {
        var body = new WireBuffer();
        body.WriteByte(2);
        body.WriteText("its connection was closed");
        session.Take(key.Seal(FrameKind.Lost, 1, 0, body.Written));
        (WireBuffer[] outgoing, WireBuffer[] incoming) = Buffers();

        Assert.False(session.Exchange(outgoing, incoming, null));
        Assert.Equal((2, "its connection was closed"), session.Loss);
    }

    [Fact]
    public void Loss_OfThisNodeAsAnotherSeesIt_NamesTheOther()
    {
        var body = new WireBuffer();
        body.WriteByte(0);
        body.WriteText("it was silent");
        session.Take(key.Seal(FrameKind.Lost, 1, 0, body.Written));

        Assert.Equal((1, "it has given up this node: it was silent"), session.Loss);
    }

    [Fact]
    public void Peers_ThatLostANode_SayWhatItHeld()
    {
        var peers = new ClusterPeers(session);
        peers.Describe(node => $"the share of {node}");
        session.Lose(1, "its connection was closed");
        (WireBuffer[] outgoing, WireBuffer[] incoming) = Buffers();

        PeerLostException lost = Assert.Throws<PeerLostException>(() => peers.Exchange(outgoing, incoming));

        Assert.Equal(1, lost.Peer);
        Assert.Equal("Node 1 (127.0.0.1:2) is lost: its connection was closed. It held the share of 1.", lost.Message);
    }

    private static (WireBuffer[] Outgoing, WireBuffer[] Incoming) Buffers() => ([new(), new(), new()], [new(), new(), new()]);

    private void Batch(int from, long number, ReadOnlySpan<byte> bytes)
    {
        byte[] head = new byte[16];
        Lane.WriteHead(head, number, bytes.Length, 0);
        session.Take(key.Seal(FrameKind.Batch, from, 0, head, bytes));
    }

    private void Ping(int from, long sent, bool asks = false) => session.Take(key.Seal(FrameKind.Ping, from, 0, [.. BitConverter.GetBytes(sent), asks ? (byte)1 : (byte)0]));

    // Time passes in ticks; the nodes other than one, or none of them, keep talking.
    private void Pass(int milliseconds, int silent = -1)
    {
        for (int passed = 0; passed < milliseconds; passed += 250)
        {
            now += 250;
            for (int node = 1; node <= 2 && silent > 0; node++)
            {
                if (node != silent)
                    Ping(node, 0);
            }

            session.Tick();
        }
    }
}
