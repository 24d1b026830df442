using System.Text.Json.Serialization;

namespace CxlTopology.Experiments;

/// <summary>What one workload did.</summary>
/// <param name="Name">The workload's name.</param>
/// <param name="Host">The host that issued it.</param>
/// <param name="Issued">Requests issued.</param>
/// <param name="Reads">Reads completed.</param>
/// <param name="Writes">Writes completed.</param>
/// <param name="ReadLatencyNs">Latencies of reads.</param>
/// <param name="WriteLatencyNs">Latencies of writes.</param>
/// <param name="GigabytesPerSecond">Bytes moved over the time from the first issue to the last completion.</param>
/// <param name="Errors">Requests that did not complete well, by reason.</param>
public sealed record SourceReport(
    string Name, string Host, long Issued, long Reads, long Writes, LatencyReport ReadLatencyNs, LatencyReport WriteLatencyNs, double GigabytesPerSecond, IReadOnlyDictionary<string, long> Errors)
{
    /// <summary>Why it did not start: its guest does not run, or has no such region. Absent if it did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? NotStarted { get; init; }

    /// <summary>How often a reset of its device stopped it: of an engine. Absent if none did. What was under way is counted as EngineReset.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Stops { get; init; }
}
