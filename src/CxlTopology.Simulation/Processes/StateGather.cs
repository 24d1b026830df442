namespace CxlTopology.Simulation;

/// <summary>
/// Brings to process 0 what the actors of the others came to, so that it can report about all; and tells the others what the run came to.
/// </summary>
internal sealed class StateGather(Simulation simulation, Partition partition, WindowLoop loop, PeerExchange exchange, IPeers peers)
{
    private const int FailuresMax = 1 << 20;
    private readonly WireBuffer buffer = new();

    /// <summary>The result of the run, in every process.</summary>
    public RunResult Run()
    {
        if (peers.Self != 0)
            WriteState();
        WireBuffer[] states = exchange.Collect(buffer);
        if (peers.Self == 0)
            WriteResult(Compose(states));
        RunResult result = ReadResult(exchange.Spread(buffer));
        partition.latest = Math.Max(partition.latest, result.End.Femtoseconds);
        return result;
    }

    /// <summary>What this process alone knows, when another was lost.</summary>
    public RunResult Alone(string broken)
    {
        exchange.Break(broken);
        var totals = new Totals { End = partition.latest, Events = partition.events, DeadLetters = partition.deadLetters, Failures = [.. partition.failures] };
        var digests = new ulong[simulation.places.Length];
        DigestOwn(digests);
        return ResultOf(totals, digests);
    }

    private void WriteState()
    {
        buffer.Clear();
        buffer.WriteByte(MessageCodec.Version);
        buffer.WriteInt64(partition.latest);
        buffer.WriteInt64(partition.events);
        buffer.WriteInt64(partition.live);
        buffer.WriteInt64(partition.deadLetters);
        Write(partition.failures);
        Write(partition.foreignFailures);
        int at = buffer.Length;
        try
        {
            WriteActors();
            buffer.WriteInt32(0);
            buffer.WriteText(exchange.Broken ?? "");
        }
#pragma warning disable CA1031 // process 0 must hear of it, and reports what it has
        catch (Exception exception)
#pragma warning restore CA1031
        {
            exchange.Break(exception);
            buffer.Truncate(at);
            buffer.WriteInt32(0);
            buffer.WriteText(exchange.Broken!);
        }
    }

    private void WriteActors()
    {
        ActorPlace[] places = simulation.places;
        for (int id = 1; id < places.Length; id++)
        {
            if (places[id].Actor is not { } actor || places[places[id].Component].Owner != peers.Self)
                continue;
            var digest = default(RunDigest);
            actor.AppendState(ref digest);
            buffer.WriteInt32(id);
            buffer.WriteUInt64(digest.Value);
            buffer.WriteByte((byte)actor.runState);
            int at = buffer.Length;
            buffer.WriteInt32(0);
            actor.SaveState(buffer);
            System.Runtime.InteropServices.MemoryMarshal.Write(buffer.At(at, 4), buffer.Length - at - 4);
        }
    }

    private RunResult Compose(WireBuffer[] states)
    {
        var digests = new ulong[simulation.places.Length];
        DigestOwn(digests);
        var totals = new Totals
        {
            End = partition.latest,
            Events = partition.events,
            Live = partition.live,
            DeadLetters = partition.deadLetters,
            Failures = [.. partition.failures],
        };
        var decided = new List<ActorFailure>(partition.foreignFailures);
        for (int peer = 1; peer < peers.Count; peer++)
        {
            var state = new WireReader(states[peer].Written);
            try
            {
                Read(ref state, peer, digests, totals, decided);
            }
#pragma warning disable CA1031 // what there is gets reported, and this with it
            catch (Exception exception)
#pragma warning restore CA1031
            {
                exchange.Break(new WireException($"The state of process {peer} could not be taken in: {exception.Message}"));
            }
        }

        foreach (ActorFailure failure in decided)
        {
            // The failed actor's process knows of the failure, its parent's what became of it.
            foreach (ActorFailure known in totals.Failures)
            {
                if (known.ActorId == failure.ActorId && known.Time == failure.Time)
                    known.Directive ??= failure.Directive;
            }
        }

        return ResultOf(totals, digests);
    }

    private void DigestOwn(ulong[] digests)
    {
        ActorPlace[] places = simulation.places;
        try
        {
            for (int id = 1; id < places.Length; id++)
            {
                if (places[id].Actor is not { } actor || places[places[id].Component].Owner != peers.Self)
                    continue;
                var digest = default(RunDigest);
                actor.AppendState(ref digest);
                digests[id] = digest.Value;
            }
        }
#pragma warning disable CA1031 // the other processes wait for the result, which says so
        catch (Exception exception)
#pragma warning restore CA1031
        {
            exchange.Break(exception);
        }
    }

    private void Read(ref WireReader state, int peer, ulong[] digests, Totals totals, List<ActorFailure> decided)
    {
        ActorPlace[] places = simulation.places;
        if (state.ReadByte() != MessageCodec.Version)
            throw new WireException("it is of another version.");
        totals.End = Math.Max(totals.End, state.ReadInt64());
        totals.Events += state.ReadInt64();
        totals.Live += state.ReadInt64();
        totals.DeadLetters += state.ReadInt64();
        totals.Failures.AddRange(ReadFailures(ref state));
        decided.AddRange(ReadFailures(ref state));
        for (int id = state.ReadInt32(); id != 0; id = state.ReadInt32())
        {
            if ((uint)id >= (uint)places.Length || places[id].Actor is not { } actor || places[places[id].Component].Owner != peer)
                throw new WireException($"actor {id} has no counterpart here.");
            digests[id] = state.ReadUInt64();
            actor.runState = (ActorState)state.ReadByte();
            var inside = new WireReader(state.ReadBytes(state.ReadCount(WireBuffer.BytesMax)));
            actor.LoadState(ref inside);
            inside.End();
        }

        if (state.ReadText() is { Length: > 0 } broken)
            exchange.Break(broken);
        state.End();
    }

    private RunResult ResultOf(Totals totals, ulong[] digests)
    {
        RunOutcome outcome = loop.Failed || exchange.Broken is not null ? RunOutcome.Failed
            : totals.Live == 0 ? RunOutcome.Idle
            : simulation.stopRequested ? RunOutcome.Stopped
            : RunOutcome.TimeLimit;
        return new RunResult(
            outcome,
            new SimTime(totals.End),
            totals.Events,
            simulation.Digest(digests),
            totals.DeadLetters,
            loop.ParallelWindows,
            [.. totals.Failures.OrderBy(f => f.Time).ThenBy(f => f.ActorId)])
        {
            Broken = exchange.Broken,
        };
    }

    private void WriteResult(RunResult result)
    {
        buffer.Clear();
        buffer.WriteByte((byte)result.Outcome);
        buffer.WriteInt64(result.End.Femtoseconds);
        buffer.WriteInt64(result.Events);
        buffer.WriteUInt64(result.Digest);
        buffer.WriteInt64(result.DeadLetters);
        buffer.WriteInt64(result.ParallelWindows);
        Write(result.Failures);
        buffer.WriteText(result.Broken ?? "");
    }

    private static RunResult ReadResult(WireBuffer news)
    {
        var from = new WireReader(news.Written);
        var result = new RunResult(
            (RunOutcome)from.ReadByte(),
            new SimTime(from.ReadInt64()),
            from.ReadInt64(),
            from.ReadUInt64(),
            from.ReadInt64(),
            from.ReadInt64(),
            ReadFailures(ref from));
        string broken = from.ReadText();
        from.End();
        return broken.Length == 0 ? result : result with { Broken = broken };
    }

    private void Write(IReadOnlyList<ActorFailure> failures)
    {
        var codec = new FailureCodec();
        int count = Math.Min(failures.Count, FailuresMax);
        buffer.WriteInt32(count);
        for (int i = 0; i < count; i++)
            codec.Write(failures[i], buffer);
    }

    private static List<ActorFailure> ReadFailures(ref WireReader from)
    {
        var codec = new FailureCodec();
        var failures = new List<ActorFailure>();
        for (int left = from.ReadCount(FailuresMax); left > 0; left--)
            failures.Add((ActorFailure)codec.Read(ref from));
        return failures;
    }

    private sealed class Totals
    {
        public long End;
        public long Events;
        public long Live;
        public long DeadLetters;
        public List<ActorFailure> Failures = [];
    }
}
