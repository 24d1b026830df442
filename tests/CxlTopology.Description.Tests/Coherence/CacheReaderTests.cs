using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description.Tests.Coherence;

/// <summary>Caches, snoop filters, bias and accelerators as a file has them.</summary>
public sealed class CacheReaderTests
{
    private const string File = """
        version: 1
        profiles: {link: {rate: 64GT/s, flit: 256B}}
        hosts:
          host0:
            memory: 1GiB
            cache: {size: 64KiB, ways: 4, latency: 20ns, policy: fifo, speculative-reads: true}
            windows: [{base: 0x10_0000_0000, size: 1GiB, targets: [hb0], allow: [type2, volatile]}]
            bridges: {hb0: {rp0: gpu0, rp1: gpu1}}
        endpoints:
          gpu0: {type: 2, memory: 1GiB, coherence: hdm-d, profile: fpga, cache: {size: 96KiB, ways: 12, reads: any, writes: push}, bias: device, flip-on-access: true}
          gpu1: {type: 2, memory: 1GiB, coherence: hdm-db, snoop-filter: {size: 1MiB, snoop-lines: 4}}
        regions: {region0: {endpoints: [gpu0], size: 1GiB}}
        workloads:
          own: {from: gpu0, to: {base: 0x10_0000_0000, size: 1MiB}, bias: device}
          other: {from: gpu1, to: host0.memory}
          part: {from: host0, to: {memory: true, base: 64KiB, size: 64KiB}}
        """;

    [Fact]
    public void Read_CacheOfAHost_TakesWhatTheFileSays()
    {
        Assert.Equal(new CacheModel { Size = ByteSize.KiB(64), Ways = 4, Latency = SimDuration.FromNanoseconds(20), Policy = CachePolicy.Fifo, SpeculativeReads = true }, Model().Hosts[0].Cache);
    }

    [Fact]
    public void Read_CacheOfADevice_TakesTheProfilesLatency()
    {
        EndpointModel gpu = Model().Endpoints[0];

        Assert.Equal(new CacheModel { Size = ByteSize.KiB(96), Ways = 12, Latency = SimDuration.FromNanoseconds(115), TakesAny = true, Writes = DeviceWrites.Push }, gpu.Cache);
        Assert.Equal((Bias.Device, true), (gpu.InitialBias, gpu.FlipsOnAccess));
        Assert.Equal(SimDuration.FromNanoseconds(60), gpu.EngineLatency);
    }

    [Fact]
    public void Read_SnoopFilter_KeepsDefaultsOfWhatIsNotStated()
    {
        Assert.Equal(new CacheModel { Size = ByteSize.MiB(1), Ways = 16, SnoopLines = 4 }, Model().Endpoints[1].SnoopFilter);
    }

    [Fact]
    public void Read_WorkloadOfAnAccelerator_HasTheHostAboveIt()
    {
        WorkloadModel own = Model().Workloads[0];

        Assert.Equal(("gpu0", "host0", Bias.Device), (own.Source, own.From.Name, own.Bias));
    }

    [Fact]
    public void Read_MemoryOfAHost_IsATarget()
    {
        TopologyModel model = Model();

        Assert.Equal((new Hpa(0), ByteSize.GiB(1)), (model.Workloads[1].To.Base, model.Workloads[1].To.Size));
        Assert.Equal((new Hpa(0x10000), ByteSize.KiB(64)), (model.Workloads[2].To.Base, model.Workloads[2].To.Size));
    }

    [Theory]
    [InlineData("own: {from: gpu1, to: host0.memory, bias: device}", DescriptionErrorCode.KeyNotApplicable)]
    [InlineData("own: {from: gpu0, to: region0, bias: device}", DescriptionErrorCode.OutOfRange)]
    [InlineData("own: {from: gpu0, to: host1.memory}", DescriptionErrorCode.UnknownRegion)]
    [InlineData("own: {from: nobody, to: region0}", DescriptionErrorCode.UnknownHost)]
    public void Read_WorkloadThatCannotBe_SaysWhy(string workload, DescriptionErrorCode expected)
    {
        string text = File[..File.IndexOf("  own:", StringComparison.Ordinal)] + "  " + workload + "\n";

        DescriptionResult result = TopologyFile.Parse(text, "file.yaml");

        Assert.Equal([expected], result.Errors.Select(e => e.Code));
    }

    private static TopologyModel Model()
    {
        DescriptionResult result = TopologyFile.Parse(File, "file.yaml");
        Assert.Empty(result.Errors);
        return result.Model!;
    }
}
