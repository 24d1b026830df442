using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Scenarios.Tests;

/// <summary>The topology files that are shipped, whole or with shorter workloads, and what running them gives.</summary>
internal static class ShippedTopology
{
    /// <summary>The names of the files, without extension.</summary>
    public static string[] Names { get; } =
        [.. Directory.GetFiles(Repository.Topologies, "*.yaml").Select(path => Path.GetFileNameWithoutExtension(path)).Order(StringComparer.Ordinal)];

    public static TopologyModel Load(string name)
    {
        DescriptionResult result = TopologyFile.Load(Path.Combine(Repository.Topologies, name + ".yaml"));
        Assert.Equal("", string.Join("\n", result.Errors));
        return result.Model!;
    }

    /// <summary>The file with workloads of so many accesses at the most.</summary>
    public static TopologyModel Shortened(string name, long accesses)
    {
        TopologyModel model = Load(name);
        return model with { Workloads = [.. model.Workloads.Select(w => w with { Count = Math.Min(w.Count ?? long.MaxValue, accesses) })] };
    }

    /// <summary>Whether the seed changes what the workloads ask for.</summary>
    public static bool DrawsRandomNumbers(TopologyModel model) => model.Workloads.Any(w =>
        w.Pattern is WorkloadPattern.Random or WorkloadPattern.PointerChase or WorkloadPattern.HotSpot
        || (w.Pattern != WorkloadPattern.Trace && w.Reads.Numerator != 0 && w.Reads.Numerator != w.Reads.Denominator)
        || w is { Pattern: WorkloadPattern.Trace, Placement: WorkloadPlacement.Random }
        || w is { Pace: not null, Arrivals: WorkloadArrivals.Exponential });

    /// <summary>Runs a model to its end and gives what must not depend on how it is run.</summary>
    public static RunIdentity Run(TopologyModel model, ExperimentOptions options)
    {
        using Experiment experiment = Experiment.Prepare(model, options);
        Assert.Equal(RunOutcome.Idle, experiment.Run().Outcome);
        Assert.True(experiment.Requesters.TrueForAll(r => r.Requester.Finished));
        return RunIdentity.Of(Reports.Of(experiment));
    }
}
