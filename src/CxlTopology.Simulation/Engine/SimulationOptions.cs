namespace CxlTopology.Simulation;

/// <summary>What a <see cref="Simulation"/> is built from.</summary>
public sealed record SimulationOptions
{
    /// <summary>The seed of every random stream. 1 by default.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>How many workers may run the partitions, 1 to 64; 1 by default. Decides how fast a run is, never what it gives.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>The queue under the actors. <see cref="EngineKind.TurnWheel"/> by default.</summary>
    public EngineKind Engine { get; init; } = EngineKind.TurnWheel;

    /// <summary>
    /// The bucket of the turn wheel as a power of two of femtoseconds, 19 to the one that the shortest connection allows; null (the
    /// default) takes the largest allowed, at most 24 (16.8 ns).
    /// </summary>
    public int? BucketShift { get; init; }

    /// <summary>
    /// Messages in flight or waiting at once, in batches of 256 to a worker: a request for one more batch ends the run with
    /// <see cref="SimulationLimitException"/>. 16,777,216 (1 GiB) by default; rounded up to whole batches.
    /// </summary>
    public int MessagesMax { get; init; } = 1 << 24;

    /// <summary>
    /// 64-byte payload lines in use at once, in batches of 256 to a worker: a request for one more batch ends the run with
    /// <see cref="SimulationLimitException"/>. 16,777,216 (1 GiB) by default; rounded up to whole batches.
    /// </summary>
    public int PayloadLinesMax { get; init; } = 1 << 24;

    /// <summary>
    /// Control records in use at once; the next one ends the run with <see cref="SimulationLimitException"/>. 16,777,216 by default.
    /// </summary>
    public int RecordsMax { get; init; } = 1 << 24;

    /// <summary>
    /// Messages that a window must hold on average for several workers to be worth their barrier; below, one runs all. 150 by default; 0
    /// always uses every worker.
    /// </summary>
    public int MessagesPerWindowMin { get; init; } = 150;

    /// <summary>
    /// The owner of each component, from 0 to <see cref="Workers"/>-1, given its place among the components; null (the default) keeps what
    /// hangs together by supervision together and balances the number of actors.
    /// </summary>
    public Func<int, int>? OwnerOf { get; init; }

    /// <summary>
    /// The other processes of the run; null (the default) when this one runs all. Each process then runs one partition, with one worker:
    /// <see cref="Workers"/> is not looked at.
    /// </summary>
    public IPeers? Peers { get; init; }

    /// <summary>How the control records of the model cross to other processes; needed for those that do.</summary>
    public IReadOnlyList<RecordCodec> RecordCodecs { get; init; } = [];

    /// <summary>
    /// What runs the actors; null (the default) calls them directly. A host takes one worker: more are refused with <see
    /// cref="ArgumentException"/>, and so is a host that serves another simulation.
    /// </summary>
    public ActorHost? Host { get; init; }

    /// <summary>For tests alone: drops the tie rule (source, sequence) to show that equal digests depend on it. False by default.</summary>
    public bool IgnoreTieRule { get; init; }
}
