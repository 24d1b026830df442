using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;

namespace CxlTopology.Scenarios.Tests;

/// <summary>However a run is spread over workers and time is cut into buckets: one digest.</summary>
public sealed class DigestSweepTests
{
    [Theory]
    [InlineData("linux-cxl-test")]
    [InlineData("several-hosts")]
    [InlineData("three-level-switch")]
    [InlineData("twelve-way")]
    public void Sweep_OfWorkersPartitionsBucketsAndEngines_HasOneDigest(string name)
    {
        TopologyModel model = ShippedTopology.Shortened(name, 400);
        RunIdentity expected = ShippedTopology.Run(model, new ExperimentOptions());
        Assert.Equal(expected, ShippedTopology.Run(model, new ExperimentOptions { Engine = EngineKind.PlainQueue }));
        foreach (int? bucket in new int?[] { null, 20 })
        {
            Assert.Equal(expected, ShippedTopology.Run(model, new ExperimentOptions { BucketShift = bucket }));
            for (int workers = 2; workers <= 4; workers++)
            {
                foreach (Func<int, int>? ownerOf in Partitions(workers))
                {
                    Assert.Equal(expected, ShippedTopology.Run(model, new ExperimentOptions
                    {
                        Workers = workers,
                        MessagesPerWindowMin = 0,
                        OwnerOf = ownerOf,
                        BucketShift = bucket,
                    }));
                }
            }
        }
    }

    /// <summary>What the kernel chooses, a component each in turn, and a draw.</summary>
    private static Func<int, int>?[] Partitions(int workers) =>
    [
        null,
        place => place % workers,
        place => (int)(StableHash.Mix((ulong)place + 77) % (ulong)workers),
    ];
}
