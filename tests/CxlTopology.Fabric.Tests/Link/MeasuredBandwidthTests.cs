using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Bandwidth with more requests than credits: the loop of credits must not show.</summary>
public sealed class MeasuredBandwidthTests
{
    /// <summary>Lines in flight of 8, 16, 32 and 46 threads on the measured machine, each at its bandwidth.</summary>
    [Theory]
    [InlineData(292, 45.7)]
    [InlineData(601, 47.9)]
    [InlineData(867, 47.3)]
    [InlineData(928, 47.0)]
    public void SequentialReads_BeyondTheCreditLoop_KeepTheMeasuredBandwidth(int outstanding, double gigabytesPerSecond)
    {
        const int Count = 20_000;
        FabricBench bench = FabricBench.Direct();
        bench.Agent.Outstanding = outstanding;
        Probe[] reads = [.. Enumerable.Range(0, Count).Select(i => Probe.Read(FabricBench.Base + 64 * (ulong)i, AccessFlags.TimingOnly))];
        bench.Run(reads);
        SimDuration span = reads.Max(r => r.Answer.At) - reads.Min(r => r.Answer.At);

        Assert.True((Count - 1) * 64 / span.TotalNanoseconds >= gigabytesPerSecond * 0.97);
    }
}
