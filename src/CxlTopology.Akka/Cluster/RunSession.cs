using Akka.Actor;
using CxlTopology.Simulation;

namespace CxlTopology.Akka;

/// <summary>One node's part in one run: the thread of the simulation exchanges batches with the other nodes, and the node's actor brings what comes from them.</summary>
/// <remarks>
/// <para>
/// That a node is gone is noticed by a closed connection, by the cluster's failure detector, or by silence. The first two only raise a doubt, since connections are made
/// anew and detectors err on a busy machine: a doubted node that says nothing for <see cref="DoubtMilliseconds"/> is lost. What a node says by itself every second is how
/// many batches it has sent, so that a message that was lost is noticed even when both wait.
/// </para>
/// <para>Who loses a node tells the others. A run that has lost one does not go on.</para>
/// </remarks>
internal sealed class RunSession
{
    /// <summary>How long a doubted node may say nothing.</summary>
    public const int DoubtMilliseconds = 2_000;

    /// <summary>How long a node may say nothing without any other sign.</summary>
    public const int SilenceMilliseconds = 10_000;

    private const int PartBytes = 512 << 10;
    private const int PartHeadBytes = 16;
    private const int PingMilliseconds = 1_000;
    private const int LateMilliseconds = 2_000;
    private const int AskMilliseconds = 100;
    private readonly object sync = new();
    private readonly RunKey key;
    private readonly IActorRef?[] peers;
    private readonly NodeAddress[] addresses;
    private readonly IActorRef sender;
    private readonly Lane[] lanes;
    private readonly Func<long> clock;
    private long told;
    private long lastTick;
    private long lastPing;
    private (int Peer, string Why)? loss;

    /// <param name="key">The run's.</param>
    /// <param name="self">This node's number.</param>
    /// <param name="peers">The actors of all nodes; null at this one's number.</param>
    /// <param name="addresses">The addresses of all nodes.</param>
    /// <param name="sender">This node's actor.</param>
    /// <param name="clock">Milliseconds since some moment; wall-clock time by default.</param>
    public RunSession(RunKey key, int self, IActorRef?[] peers, NodeAddress[] addresses, IActorRef sender, Func<long>? clock = null)
    {
        this.clock = clock ?? (static () => Environment.TickCount64);
        this.key = key;
        this.peers = peers;
        this.addresses = addresses;
        this.sender = sender;
        Self = self;
        lastTick = this.clock();
        lastPing = lastTick - PingMilliseconds;
        lanes = [.. peers.Select(_ => new Lane { LastHeard = lastTick })];
    }

    /// <summary>This node's number.</summary>
    public int Self { get; }

    /// <summary>How many nodes there are.</summary>
    public int Count => peers.Length;

    /// <summary>The run's number.</summary>
    public ulong Run => key.Run;

    /// <summary>What the run has lost: a node's number (-1 if none is known) and the reason; null while it has lost none.</summary>
    public (int Peer, string Why)? Loss
    {
        get
        {
            lock (sync)
                return loss;
        }
    }

    /// <summary>Where a node is.</summary>
    public NodeAddress AddressOf(int peer) => addresses[peer];

    /// <summary>Sends each other node its batch, waits for theirs, and takes them. On the thread of the simulation.</summary>
    /// <returns>Whether it was done; else <see cref="Loss"/> says why not.</returns>
    public bool Exchange(WireBuffer[] outgoing, WireBuffer[] incoming, Func<bool>? givenUp)
    {
        long number = told + 1;
        for (int peer = 0; peer < peers.Length; peer++)
        {
            if (peer != Self)
                Send(peer, number, outgoing[peer].Written);
        }

        Volatile.Write(ref told, number); // after it was sent: a ping that says so comes after it
        while (true)
        {
            lock (sync)
            {
                if (loss is not null)
                    return false;
                if (AllHere() || (Monitor.Wait(sync, AskMilliseconds) && loss is null && AllHere()))
                {
                    for (int peer = 0; peer < peers.Length; peer++)
                    {
                        if (peer != Self)
                            lanes[peer].MoveTo(incoming[peer]);
                    }

                    return true;
                }
            }

            if (givenUp?.Invoke() == true)
                Lose(-1, "they were waited for in vain after the run was told to stop");
        }
    }

    /// <summary>Takes in a frame of this run. On the node's actor.</summary>
    public void Take(ClusterMessage.Frame frame)
    {
        int from = frame.From;
        if (from >= peers.Length || from == Self || !key.Open(frame, from, Self, out ReadOnlyMemory<byte> body))
            return;
        string? wrong = null;
        bool answer = false;
        lock (sync)
        {
            Lane lane = lanes[from];
            lane.LastHeard = clock();
            lane.DoubtedSince = null;
            switch (frame.Kind)
            {
                case FrameKind.Batch:
                    wrong = lane.Take(body);
                    if (lane.HasBatch && AllHere())
                        Monitor.PulseAll(sync);
                    break;
                case FrameKind.Ping when body.Length == 9:
                    long sent = BitConverter.ToInt64(body.Span);
                    if (sent > lane.Arrived)
                        wrong = $"a message was lost on the way: it has sent {sent} batches, and {lane.Arrived} have come";
                    answer = body.Span[8] != 0;
                    break;
            }
        }

        if (wrong is not null)
            Lose(from, wrong);
        else if (frame.Kind == FrameKind.Lost)
            HearOfLoss(from, body.Span);
        else if (answer)
            Ping(from, asks: false);
    }

    /// <summary>Something points to a node's end.</summary>
    public void DoubtNode(NodeAddress address, string why)
    {
        int peer = Array.IndexOf(addresses, address);
        if (peer < 0 || peer == Self)
            return;
        lock (sync)
        {
            if (lanes[peer].DoubtedSince is not null)
                return;
            lanes[peer].DoubtedSince = clock();
            lanes[peer].Doubt = why;
        }

        Ping(peer, asks: true);
    }

    /// <summary>Whether something points to a node's end, and it has said nothing since.</summary>
    public bool IsDoubted(int peer)
    {
        lock (sync)
            return lanes[peer].DoubtedSince is not null;
    }

    /// <summary>Looks at the time; several times a second.</summary>
    public void Tick()
    {
        (int Peer, string Why)? lost = null;
        var pings = new List<(int Peer, bool Asks)>();
        lock (sync)
        {
            if (loss is not null)
                return;
            long now = clock();
            long late = now - lastTick - LateMilliseconds;
            lastTick = now;
            bool due = now - lastPing >= PingMilliseconds;
            if (due)
                lastPing = now;
            for (int peer = 0; peer < peers.Length; peer++)
            {
                if (peer == Self)
                    continue;
                Lane lane = lanes[peer];
                if (late > 0)
                {
                    // This process stood still itself: what the others said meanwhile is still on its way.
                    lane.LastHeard = now;
                    lane.DoubtedSince = lane.DoubtedSince is null ? null : now;
                }

                if (due || lane.DoubtedSince is not null)
                    pings.Add((peer, lane.DoubtedSince is not null));
                if (now - lane.DoubtedSince > DoubtMilliseconds)
                    lost = (peer, lane.Doubt);
                if (now - lane.LastHeard <= SilenceMilliseconds || lost is not null)
                    continue;
                lost = (peer, $"it has said nothing for {SilenceMilliseconds / 1000} s");
                lane.DoubtedSince ??= now;
            }
        }

        foreach ((int peer, bool asks) in pings)
            Ping(peer, asks);
        if (lost is { } found)
            Lose(found.Peer, found.Why);
    }

    /// <summary>Ends the run here and tells the others why; the first reason stands.</summary>
    public void Lose(int peer, string why)
    {
        lock (sync)
        {
            if (loss is not null)
                return;
            loss = (peer, why);
            Monitor.PulseAll(sync);
        }

        var body = new WireBuffer();
        body.WriteByte(peer < 0 ? byte.MaxValue : (byte)peer);
        body.WriteText(why.Length <= 1000 ? why : why[..1000]);
        for (int other = 0; other < peers.Length; other++)
        {
            if (other != Self && other != peer)
                peers[other]!.Tell(key.Seal(FrameKind.Lost, Self, other, body.Written), sender);
        }
    }

    /// <summary>Tells another node something of the run.</summary>
    public void Tell(int peer, FrameKind kind, ReadOnlySpan<byte> body) => peers[peer]!.Tell(key.Seal(kind, Self, peer, body), sender);

    /// <summary>What a node's share came to, as a frame says; null if the frame is not of this run, or not true.</summary>
    public ShareResult? Read(ClusterMessage.Frame frame)
    {
        if (frame.From >= peers.Length || frame.From == Self || !key.Open(frame, frame.From, Self, out ReadOnlyMemory<byte> body))
            return null;
        try
        {
            return NodeEnd.Read(body.Span);
        }
        catch (WireException)
        {
            return null;
        }
    }

    private void HearOfLoss(int from, ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = new WireReader(body);
            int peer = reader.ReadByte();
            string why = reader.ReadText();
            reader.End();
            bool known = peer < peers.Length;
            lock (sync)
            {
                if (loss is not null)
                    return;
                loss = !known ? (from, why) : peer == Self ? (from, $"it has given up this node: {why}") : (peer, why);
                Monitor.PulseAll(sync);
            }
        }
        catch (WireException wrong)
        {
            Lose(from, $"it sent what this build does not understand: {wrong.Message}");
        }
    }

    private bool AllHere()
    {
        for (int peer = 0; peer < lanes.Length; peer++)
        {
            if (peer != Self && !lanes[peer].HasBatch)
                return false;
        }

        return true;
    }

    private void Send(int peer, long number, ReadOnlySpan<byte> batch)
    {
        Span<byte> head = stackalloc byte[PartHeadBytes];
        int offset = 0;
        do
        {
            int count = Math.Min(PartBytes, batch.Length - offset);
            Lane.WriteHead(head, number, batch.Length, offset);
            peers[peer]!.Tell(key.Seal(FrameKind.Batch, Self, peer, head, batch.Slice(offset, count)), sender);
            offset += count;
        }
        while (offset < batch.Length);
    }

    private void Ping(int peer, bool asks)
    {
        Span<byte> body = stackalloc byte[9];
        BitConverter.TryWriteBytes(body, Volatile.Read(ref told));
        body[8] = asks ? (byte)1 : (byte)0;
        Tell(peer, FrameKind.Ping, body);
    }
}
