using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Scenarios.Tests;

/// <summary>When the firmware of every host of a file has finished, and workloads start.</summary>
internal static class BootTime
{
    public static SimDuration Of(TopologyModel model)
    {
        using Experiment experiment = Experiment.Prepare(model, new ExperimentOptions());
        for (int microseconds = 50; ; microseconds += 50)
        {
            experiment.Built.Simulation.Run(SimTime.Zero + SimDuration.FromMicroseconds(microseconds));
            if (experiment.Built.Programs.Values.All(f => f.Finished > SimTime.Zero))
                return experiment.Built.Programs.Values.Max(f => f.Finished) - SimTime.Zero;
            Assert.True(microseconds < 100_000, "firmware has not finished within 100 ms");
        }
    }
}
