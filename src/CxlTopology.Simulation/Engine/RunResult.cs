namespace CxlTopology.Simulation;

/// <summary>What a run of the kernel came to.</summary>
/// <param name="Outcome">Why it ended.</param>
/// <param name="End">The time of the last message handled.</param>
/// <param name="Events">Messages handled since the simulation was built.</param>
/// <param name="Digest">64 bits over the state of every actor (<see cref="ComponentActor.AppendState"/>), in the order of ids.</param>
/// <param name="DeadLetters">Messages to actors that had been stopped, and answers to programs that were restarted meanwhile.</param>
/// <param name="ParallelWindows">Windows that several workers ran side by side; 0 when one ran all.</param>
/// <param name="Failures">Every exception that left a handler, by time and actor.</param>
public sealed record RunResult(
    RunOutcome Outcome,
    SimTime End,
    long Events,
    ulong Digest,
    long DeadLetters,
    long ParallelWindows,
    IReadOnlyList<ActorFailure> Failures)
{
    /// <summary>
    /// What ended a run over several processes from outside of the model, for people: an exception of the engine in one of them, or a process
    /// that was lost. Null if nothing did. What the lost process knew is not in the other figures.
    /// </summary>
    public string? Broken { get; init; }
}
