using System.Globalization;

namespace CxlTopology.Simulation;

/// <summary>The seam between processes: at the end of a window each sends each the messages that crossed, and the earliest time of what it has left.</summary>
/// <remarks>
/// A batch is: version, what it is, flags, the sender's earliest time, the time at which a failure ends the run, the batch's own time, how many messages, the messages; or the
/// reason why the sender is broken. All leave at the same exchange: who asks for it says so in its batch.
/// </remarks>
internal sealed class PeerExchange : IExchange
{
    private const byte WindowBatch = 1;
    private const byte HelloBatch = 2;
    private const byte StopFlag = 1;
    private const byte BrokenFlag = 2;
    private readonly Simulation simulation;
    private readonly Partition partition;
    private readonly IPeers peers;
    private readonly WindowLoop loop;
    private readonly MessageCodec codec;
    private readonly WireBuffer[] outgoing;
    private readonly WireBuffer[] incoming;
    private bool stopping;

    public PeerExchange(Simulation simulation, Partition partition, WindowLoop loop, IPeers peers)
    {
        this.simulation = simulation;
        this.partition = partition;
        this.peers = peers;
        this.loop = loop;
        codec = new MessageCodec(partition, simulation.Options.RecordCodecs);
        outgoing = [.. Enumerable.Range(0, peers.Count).Select(_ => new WireBuffer())];
        incoming = [.. Enumerable.Range(0, peers.Count).Select(_ => new WireBuffer())];
    }

    /// <summary>What went wrong in this process or another, outside of the actors; null if nothing did.</summary>
    public string? Broken { get; private set; }

    /// <summary>Ends the run on all processes at the next exchange: something went wrong here.</summary>
    public void Break(Exception exception) =>
        Break($"Process {peers.Self} met {exception.GetType().Name}: {exception.Message}{Environment.NewLine}{exception.StackTrace}");

    /// <summary>Makes sure that all processes run the same thing.</summary>
    /// <param name="wiring">A number over the actors, their owners and the connections.</param>
    /// <exception cref="WiringException">They do not.</exception>
    public void Greet(ulong wiring)
    {
        foreach (WireBuffer buffer in outgoing)
        {
            buffer.Clear();
            buffer.WriteByte(MessageCodec.Version);
            buffer.WriteByte(HelloBatch);
            buffer.WriteUInt64(simulation.Options.Seed);
            buffer.WriteInt32(simulation.ActorCount);
            buffer.WriteUInt64(wiring);
        }

        peers.Exchange(outgoing, incoming);
        for (int peer = 0; peer < peers.Count; peer++)
        {
            if (peer == peers.Self)
                continue;
            var hello = new WireReader(incoming[peer].Written);
            ExpectBatch(ref hello, HelloBatch, peer);
            (ulong seed, int actors, ulong theirs) = (hello.ReadUInt64(), hello.ReadInt32(), hello.ReadUInt64());
            if ((seed, actors, theirs) != (simulation.Options.Seed, simulation.ActorCount, wiring))
            {
                throw new WiringException(string.Create(CultureInfo.InvariantCulture,
                    $"Process {peer} runs something else than process {peers.Self}: {actors} actors with seed {seed}, wiring {theirs:x16}; here {simulation.ActorCount} with seed "
                    + $"{simulation.Options.Seed}, wiring {wiring:x16}. All processes must read the same file with the same options."));
            }
        }
    }

    /// <summary>Says up to where this process has come: the others may not send what is due before.</summary>
    public void HaveHandled(long until) => codec.HandledUntil = until;

    /// <summary>A message is posted for a time: what it leads to may be due from then on.</summary>
    public void Rewind(long time) => codec.HandledUntil = Math.Min(codec.HandledUntil, time);

    public long Exchange(Partition partition, long earliest)
    {
        foreach (Outbox outbox in partition.outboxes)
            earliest = Math.Min(earliest, outbox.Earliest);
        stopping = simulation.stopRequested; // looked at once: the others must hear what this process does
        WriteAll(earliest);
        bool leave = stopping || Broken is not null;
        peers.Exchange(outgoing, incoming);
        loop.CountWindow();
        for (int peer = 0; peer < incoming.Length; peer++)
        {
            if (peer != peers.Self)
                earliest = Math.Min(earliest, Take(peer, ref leave));
        }

        return leave ? IExchange.Leave : earliest;
    }

    /// <summary>Sends something to process 0, and gets what the others sent there.</summary>
    public WireBuffer[] Collect(WireBuffer mine)
    {
        Clear();
        outgoing[0].WriteBytes(mine.Written);
        peers.Exchange(outgoing, incoming);
        return incoming;
    }

    /// <summary>Sends something from process 0 to all, and gets it.</summary>
    public WireBuffer Spread(WireBuffer news)
    {
        Clear();
        if (peers.Self != 0)
        {
            peers.Exchange(outgoing, incoming);
            return incoming[0];
        }

        foreach (WireBuffer buffer in outgoing)
            buffer.WriteBytes(news.Written);
        peers.Exchange(outgoing, incoming);
        return news;
    }

    /// <summary>The same, in words.</summary>
    public void Break(string why) => Broken ??= why.Length <= 1 << 16 ? why : why[..(1 << 16)];

    private void Clear()
    {
        foreach (WireBuffer buffer in outgoing)
            buffer.Clear();
    }

    private void WriteAll(long earliest)
    {
        try
        {
            for (int peer = 0; peer < outgoing.Length; peer++)
            {
                if (peer != peers.Self)
                    Write(peer, earliest);
            }
        }
#pragma warning disable CA1031 // the others must hear of it, whatever it is
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Break(exception);
            for (int peer = 0; peer < outgoing.Length; peer++)
                Head(outgoing[peer], earliest);
        }
    }

    private void Write(int peer, long earliest)
    {
        WireBuffer buffer = outgoing[peer];
        Head(buffer, earliest);
        if (Broken is not null)
            return;
        Outbox outbox = partition.outboxes[peer];
        ReadOnlySpan<int> slots = outbox.Waiting;
        buffer.WriteInt64(outbox.Earliest);
        buffer.WriteInt32(slots.Length);
        foreach (int slot in slots)
        {
            codec.Write(slot, outbox.Earliest, buffer);
            partition.FreeSlot(slot, ref partition.slab[slot]);
        }

        outbox.Clear();
    }

    private void Head(WireBuffer buffer, long earliest)
    {
        buffer.Clear();
        buffer.WriteByte(MessageCodec.Version);
        buffer.WriteByte(WindowBatch);
        buffer.WriteByte(Broken is not null ? BrokenFlag : stopping ? StopFlag : (byte)0);
        buffer.WriteInt64(earliest);
        buffer.WriteInt64(loop.FailedUntil);
        if (Broken is not null)
            buffer.WriteText(Broken);
    }

    private long Take(int peer, ref bool leave)
    {
        var batch = new WireReader(incoming[peer].Written);
        ExpectBatch(ref batch, WindowBatch, peer);
        byte flags = batch.ReadByte();
        (long earliest, long failedUntil) = (batch.ReadInt64(), batch.ReadInt64());
        if (flags > BrokenFlag || earliest < 0 || failedUntil < 0)
            throw new WireException($"Process {peer} sent a batch with flags {flags} and times {earliest} and {failedUntil} fs, which this version does not know.");
        loop.HearOfFailure(failedUntil);
        leave |= flags != 0;
        if (flags == BrokenFlag)
        {
            Break(batch.ReadText());
            return earliest;
        }

        if (flags == StopFlag)
            simulation.stopRequested = true;
        try
        {
            long origin = batch.ReadInt64();
            for (int left = batch.ReadCount(MessageCodec.CountMax(batch.Remaining - sizeof(int))); left > 0; left--)
                partition.Accept(codec.Read(ref batch, origin, peer));
            batch.End();
        }
#pragma warning disable CA1031 // the others go on to the next exchange, and hear of it there
        catch (Exception exception)
#pragma warning restore CA1031
        {
            Break(exception);
        }

        return earliest;
    }

    private static void ExpectBatch(ref WireReader batch, byte what, int peer)
    {
        byte version = batch.ReadByte();
        if (version != MessageCodec.Version)
            throw new WireException($"Process {peer} writes version {version} of the batches, this one version {MessageCodec.Version}: all must run the same build.");
        byte kind = batch.ReadByte();
        if (kind != what)
            throw new WireException($"Process {peer} sent a batch of kind {kind} where one of kind {what} was due.");
    }
}
