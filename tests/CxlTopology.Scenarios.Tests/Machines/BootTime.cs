using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Scenarios.Tests;

/// <summary>When every host of a file has booted, and workloads start.</summary>
internal static class BootTime
{
    public static SimDuration Of(TopologyModel model)
    {
        using Experiment experiment = Experiment.Prepare(model with { Workloads = [] }, new ExperimentOptions());
        experiment.Run();
        return experiment.Built.Programs.Values.Max(p => p.Finished) - SimTime.Zero;
    }
}
