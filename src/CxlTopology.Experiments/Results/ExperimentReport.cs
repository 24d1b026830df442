using System.Text.Json.Serialization;

namespace CxlTopology.Experiments;

/// <summary>What a run came to, as <c>cxltopo run -o json</c> prints it.</summary>
public sealed record ExperimentReport
{
    /// <summary>Version of this shape: 1.</summary>
    public int SchemaVersion { get; } = 1;

    /// <summary>The topology's name.</summary>
    public required string Topology { get; init; }

    /// <summary>The seed.</summary>
    public required ulong Seed { get; init; }

    /// <summary>
    /// <c>embedded</c>: the engine of the kernel in one process; <c>mpi</c>: in the ranks of an MPI run; or the name of the host that ran the
    /// actors: <c>akka</c>.
    /// </summary>
    public required string Engine { get; init; }

    /// <summary>Workers allowed; ranks of an MPI run.</summary>
    public required int Workers { get; init; }

    /// <summary>16 hexadecimal digits over every completion, register and counter of the hardware.</summary>
    public required string Digest { get; init; }

    /// <summary>Whether the run was cut short: an interrupt, a time limit, a failure.</summary>
    public required bool Partial { get; init; }

    /// <summary>How it ended: <c>idle</c>, <c>time limit</c>, <c>stopped</c>, <c>failed</c>, <c>no progress</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Simulated time of the last event.</summary>
    public required double SimulatedNs { get; init; }

    /// <summary>Wall-clock time of the run.</summary>
    public required double WallSeconds { get; init; }

    /// <summary>Messages that actors handled.</summary>
    public required long Events { get; init; }

    /// <summary>Memory requests completed.</summary>
    public required long Transactions { get; init; }

    /// <summary>Each workload.</summary>
    public required IReadOnlyList<SourceReport> Sources { get; init; }

    /// <summary>Each guest.</summary>
    public required IReadOnlyList<GuestReport> Guests { get; init; }

    /// <summary>Each link.</summary>
    public required IReadOnlyList<LinkReport> Links { get; init; }

    /// <summary>Each cache, the hosts' first; absent where nothing is cached.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<CacheReport>? Caches { get; init; }

    /// <summary>Accesses that nothing claimed, by component and reason.</summary>
    public required IReadOnlyList<UnclaimedReport> Unclaimed { get; init; }

    /// <summary>What the file expects.</summary>
    public required IReadOnlyList<ExpectationReport> Expectations { get; init; }

    /// <summary>What was checked beside the run.</summary>
    public required IReadOnlyList<CheckerReport> Checkers { get; init; }

    /// <summary>Commits that firmware asked for and did not get, and regions that cannot be programmed.</summary>
    public required IReadOnlyList<string> FirmwareProblems { get; init; }

    /// <summary>Exceptions that left an actor's handler: actor, time, message; and what broke a run over several processes off.</summary>
    public required IReadOnlyList<string> Failures { get; init; }
}
