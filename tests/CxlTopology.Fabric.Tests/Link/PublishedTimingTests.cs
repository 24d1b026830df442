using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>What was measured on real machines: idle latency and bandwidth of a device on a root port.</summary>
public sealed class PublishedTimingTests
{
    private const ulong Base = FabricBench.Base;

    [Fact]
    public void IdleRead_OfADirectX16Device_TakesAboutTheMeasured250Ns()
    {
        FabricBench bench = FabricBench.Direct();

        Assert.InRange(bench.Run(Probe.Read(Base)).Latency.TotalNanoseconds, 250 * 0.95, 250 * 1.05);
    }

    [Fact]
    public void IdleRead_OfADirectX16Device_IsTheSumOfItsParts()
    {
        FabricBench bench = FabricBench.Direct();
        SimDuration ports = new LinkOptions().Latency;
        SimDuration fabric = new HostOptions().FabricLatency;
        SimDuration decode = new FabricOptions().DecodeLatency;
        var media = new MediaOptions();
        const long Slots = (1 + 5) * 265_625; // a header down, a line up

        // The window and the device's decoder choose; the bridge passes through.
        Assert.Equal(fabric * 2 + ports * 2 + decode * 2 + media.Controller + media.Latency + new SimDuration(Slots), bench.Run(Probe.Read(Base)).Latency);
    }

    [Theory]
    [InlineData(16, 256, 48.0)]
    [InlineData(8, 256, 24.0)]
    [InlineData(8, 1024, 24.0)]
    public void SequentialReads_WithEnoughOutstanding_ReachTheMeasuredBandwidth(int width, int outstanding, double gigabytesPerSecond)
    {
        const int Count = 20_000;
        FabricBench bench = FabricBench.Direct(new LinkOptions { Speed = new LinkSpeed(32, width, FlitMode.Flit68) });
        bench.Agent.Outstanding = outstanding;
        Probe[] reads = [.. Enumerable.Range(0, Count).Select(i => Probe.Read(Base + 64 * (ulong)i, AccessFlags.TimingOnly))];
        bench.Run(reads);
        SimDuration span = reads.Max(r => r.Answer.At) - reads.Min(r => r.Answer.At);

        Assert.InRange((Count - 1) * 64 / span.TotalNanoseconds, gigabytesPerSecond * 0.97, gigabytesPerSecond * 1.03);
    }

    [Fact]
    public void SequentialWrites_AndReads_ShareTheMediumAndNotTheLink()
    {
        const int Count = 10_000;
        FabricBench bench = FabricBench.Direct();
        bench.Agent.Outstanding = 512;
        Probe[] mixed = [.. Enumerable.Range(0, Count).Select(i =>
            i % 2 == 0 ? Probe.Read(Base + 64 * (ulong)i, AccessFlags.TimingOnly) : new Probe { Kind = MessageKind.M2SRwD, Address = Base + 64 * (ulong)i, Flags = AccessFlags.TimingOnly })];
        bench.Run(mixed);
        SimDuration span = mixed.Max(r => r.Answer.At) - mixed.Min(r => r.Answer.At);

        Assert.InRange((Count - 1) * 64 / span.TotalNanoseconds, 56.4 * 0.97, 56.4 * 1.03);
    }
}
