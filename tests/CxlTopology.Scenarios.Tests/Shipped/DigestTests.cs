using CxlTopology.Description;
using CxlTopology.Experiments;

namespace CxlTopology.Scenarios.Tests;

public sealed class DigestTests
{
    private const long Accesses = 1_000;
    private const int EndpointsOfSmall = 100;

    public static TheoryData<string> Files => [.. ShippedTopology.Names];

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_OnOneWorkerAndOnTwo_HasOneDigest(string name)
    {
        TopologyModel model = ShippedTopology.Shortened(name, Accesses);
        RunIdentity first = ShippedTopology.Run(model, new ExperimentOptions());
        int repeats = model.Endpoints.Count > EndpointsOfSmall ? 1 : 3;

        for (int i = 0; i < repeats; i++)
        {
            Assert.Equal(first, ShippedTopology.Run(model, new ExperimentOptions()));
            Assert.Equal(first, ShippedTopology.Run(model, new ExperimentOptions { Workers = 2 }));
            Assert.Equal(first, ShippedTopology.Run(model, new ExperimentOptions { Workers = 2, MessagesPerWindowMin = 0 }));
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_ForcedOntoTwoWorkers_RunsWindowsSideBySide(string name)
    {
        TopologyModel model = ShippedTopology.Shortened(name, 200);
        using Experiment experiment = Experiment.Prepare(model, new ExperimentOptions { Workers = 2, MessagesPerWindowMin = 0 });

        Assert.True(experiment.Run().ParallelWindows > 0);
    }

    [Theory]
    [MemberData(nameof(Files))]
    public void Run_WithAnotherSeed_DiffersExactlyIfRandomNumbersAreDrawn(string name)
    {
        TopologyModel model = ShippedTopology.Shortened(name, Accesses);
        RunIdentity first = ShippedTopology.Run(model, new ExperimentOptions { Seed = 1 });
        RunIdentity second = ShippedTopology.Run(model, new ExperimentOptions { Seed = 2 });

        if (ShippedTopology.DrawsRandomNumbers(model))
            Assert.NotEqual(first.Digest, second.Digest);
        else
            Assert.Equal(first.Digest, second.Digest);
    }

    [Fact]
    public void ShippedFiles_DrawRandomNumbersInSomeAndNotInOthers()
    {
        bool[] draws = [.. ShippedTopology.Names.Select(name => ShippedTopology.DrawsRandomNumbers(ShippedTopology.Load(name)))];

        Assert.Contains(true, draws);
        Assert.Contains(false, draws);
    }
}
