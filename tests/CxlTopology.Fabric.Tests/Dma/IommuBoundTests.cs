using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>What an IOMMU does with more requests than may be under way to memory.</summary>
public sealed class IommuBoundTests
{
    private const uint Requester = 0x100;
    private const ulong Mapped = 0x10000;
    private const ulong Unmapped = 0x20000;
    private const int Bound = 8;
    private static readonly IommuOptions settings = new() { UnderWay = Bound };

    [Fact]
    public void RequestsOverTheBound_OfWhichMostAreRefused_AreAllServed()
    {
        const int Refused = Bound + 1; // one more than there are completions to take them up
        CoherenceBench bench = Bench(out Iommu iommu);
        SimTime at = Warm(bench, iommu);

        for (uint i = 0; i < (uint)Bound; i++)
            Post(bench, iommu, at, Mapped, i);
        for (uint i = 0; i < Refused; i++)
            Post(bench, iommu, at, Unmapped, i);
        Post(bench, iommu, at, Mapped, 0);
        Assert.Empty(bench.Simulation.Run().Failures);

        IommuCounters counted = iommu.Counters[Requester];
        Assert.Equal((1 + Bound + 1, 1 + Refused, 0), (counted.Reads, counted.Faults, iommu.UnderWay));
    }

    [Fact]
    public void RequestsOverTheBound_WaitUntilOneIsDone()
    {
        CoherenceBench bench = Bench(out Iommu iommu);
        SimTime at = Warm(bench, iommu);

        for (uint i = 0; i < (uint)Bound + 10; i++)
            Post(bench, iommu, at, Mapped, i);
        Post(bench, iommu, at, Unmapped, 0); // it came last, and is refused last
        Assert.Empty(bench.Simulation.Run().Failures);

        IommuFault[] faults = [.. iommu.Faults];
        Assert.Equal(2, faults.Length);
        Assert.True(faults[1].At > at + settings.LookUp);
        Assert.Equal(1 + Bound + 10, iommu.Counters[Requester].Reads);
    }

    [Fact]
    public void Bound_UnlessATestSaysOtherwise_IsTheDocumentedOne() => Assert.Equal(65_536, new IommuOptions().UnderWay);

    private static CoherenceBench Bench(out Iommu iommu)
    {
        Iommu? added = null;
        var bench = new CoherenceBench(
            new HostCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) } },
            [new DeviceCoherenceOptions { HasCache = false }],
            addAgents: b => added = b.Host.AddIommu(settings));
        iommu = added!;
        iommu.Attach(Requester, new OnePage());
        return bench;
    }

    /// <summary>Has both pages in the translation buffer and the line in the host's cache: every request takes the same time.</summary>
    private static SimTime Warm(CoherenceBench bench, Iommu iommu)
    {
        Post(bench, iommu, bench.Booted, Mapped, 0);
        Post(bench, iommu, bench.Booted, Unmapped, 1);
        RunResult result = bench.Simulation.Run();
        Assert.Empty(result.Failures);
        return result.End + SimDuration.FromMicroseconds(1);
    }

    private static void Post(CoherenceBench bench, Iommu iommu, SimTime at, ulong iova, uint tag) => bench.Simulation.Post(
        iommu,
        new Message { Kind = (byte)MessageKind.DmaRead, Address = iova, Tag = tag, Agent = (int)Requester, Length = 1, Payload = -1, Flags = (ushort)AccessFlags.TimingOnly },
        at);

    private sealed class OnePage : IDeviceAddressSpace
    {
        public int Walks => 1;

        public bool TryTranslate(ulong iova, bool isWrite, out ulong hostAddress)
        {
            hostAddress = 0x4000;
            return iova == Mapped;
        }
    }
}
