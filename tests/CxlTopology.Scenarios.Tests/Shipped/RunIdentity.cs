using System.Text.Json;
using CxlTopology.Experiments;

namespace CxlTopology.Scenarios.Tests;

/// <summary>What two runs of the same thing have in common: the digest, and the whole report but for what says how it was run.</summary>
internal sealed record RunIdentity(string Digest, string Report)
{
    public static RunIdentity Of(ExperimentReport report) =>
        new(report.Digest, JsonSerializer.Serialize(report with { Workers = 0, WallSeconds = 0, SimulatedNs = 0 }));
}
