using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Enumeration;

/// <summary>root0 out of a CEDT, with what Linux passes over.</summary>
public sealed class RootProbeTests
{
    private static readonly HostBridgeStructure[] bridges = [FakeMachine.Bridge(10), FakeMachine.Bridge(11), FakeMachine.Bridge(12)];

    [Fact]
    public void Probe_Bridges_AreDownstreamPortsInTheOrderOfTheNamespace()
    {
        CxlCore core = Probed(bridges);

        Assert.Equal(("root0", "ACPI.CXL"), (core.Root!.Name, core.Root.Host));
        Assert.Equal([12, 11, 10], core.Root.Dports.Select(d => d.Id));
        Assert.Equal(["ACPI0016:00", "ACPI0016:01", "ACPI0016:02"], core.Root.Dports.Select(d => d.FirmwareNode));
        Assert.Equal(["pci0000:20", "pci0000:10", "pci0000:00"], core.Root.Dports.Select(d => d.Name));
        Assert.Equal(["port1 pci0000:20", "port2 pci0000:10", "port3 pci0000:00"], core.Ports.Select(p => $"{p.Name} {p.Host}"));
    }

    [Fact]
    public void Probe_BridgeWithoutPorts_IsDisabledAndSaysWhy()
    {
        CxlCore core = Probed(bridges);

        Assert.All(core.Ports, p => Assert.False(p.Enabled));
        Assert.Equal(3, core.Log.Count(line => line.Contains("no downstream ports", StringComparison.Ordinal)));
    }

    [Fact]
    public void Probe_Windows_AreRootDecodersInTheOrderOfTheTable()
    {
        CxlCore core = Probed([.. bridges, FakeMachine.Window(2UL << 36, 11, 10), FakeMachine.Window(1UL << 36, 12)]);

        CxlRootDecoder[] decoders = [.. core.Root!.Decoders.Cast<CxlRootDecoder>()];
        Assert.Equal(["decoder0.0", "decoder0.1"], decoders.Select(d => d.Name));
        Assert.Equal([11, 10], decoders[0].Targets.Select(d => d.Id));
        Assert.Equal((Interleave.Of(2, 1024), 7), (decoders[0].Interleave, decoders[0].Window.QtgId));
        Assert.Equal(Interleave.Of(1, 256), decoders[1].Interleave); // one way has the least granularity, whatever the table says
        Assert.All(decoders, d => Assert.True(d is { Enabled: true, Locked: false }));
    }

    [Fact]
    public void Probe_FixedWindow_IsLocked()
    {
        CxlCore core = Probed([.. bridges, FakeMachine.Window(1UL << 36, 10) with { Restrictions = 0x1F }]);

        Assert.True(Assert.Single(core.Root!.Decoders).Locked);
    }

    [Theory]
    [InlineData("UnknownArithmetic")]
    [InlineData("BaseMisaligned")]
    [InlineData("SizeMisaligned")]
    [InlineData("WaysReserved")]
    [InlineData("TargetsMissing")]
    [InlineData("XorMapsMissing")]
    [InlineData("XorMapsTooFew")]
    public void Probe_WindowThatCannotBeUsed_IsPassedOverAndTakesNoId(string refusal)
    {
        FixedMemoryWindowStructure good = FakeMachine.Window(1UL << 36, 10, 11);
        CedtStructure[] bad = refusal switch
        {
            "UnknownArithmetic" => [good with { Arithmetic = 2 }],
            "BaseMisaligned" => [good with { Base = (1UL << 36) + (1 << 20) }],
            "SizeMisaligned" => [good with { Size = 1 << 20 }],
            "WaysReserved" => [good with { WaysEncoded = 5 }],
            "TargetsMissing" => [good with { WaysEncoded = 2 }],
            "XorMapsMissing" => [good with { Arithmetic = 1 }],
            _ => [good with { Arithmetic = 1 }, new XorInterleaveMathStructure { GranularityEncoded = 2, Maps = [] }],
        };
        CxlCore core = Probed([.. bridges, .. bad, good with { Base = 2UL << 36 }]);

        Assert.Equal(("decoder0.0", 2UL << 36), (Assert.Single(core.Root!.Decoders).Name, core.Root.Decoders[0].Base.Value));
        string errno = refusal == "XorMapsTooFew" ? "ENXIO" : "EINVAL";
        Assert.Contains(core.Log, line => line.Contains(refusal, StringComparison.Ordinal) && line.Contains(errno, StringComparison.Ordinal));
    }

    [Fact]
    public void Probe_WindowThatNamesAnUnknownBridge_IsPassedOver()
    {
        CxlCore core = Probed([.. bridges, FakeMachine.Window(1UL << 36, 10, 99)]);

        Assert.Empty(core.Root!.Decoders);
        Assert.Contains(core.Log, line => line.Contains("UID 99", StringComparison.Ordinal) && line.Contains("ENXIO", StringComparison.Ordinal));
    }

    [Fact]
    public void Probe_BridgeWithoutChbs_IsNoDownstreamPort()
    {
        CxlCore core = Probed(bridges[0], bridges[2]);

        Assert.Equal([12, 10], core.Root!.Dports.Select(d => d.Id));
        Assert.Contains("ACPI0016:01: no CHBS for the host bridge with UID 11", core.Log);
    }

    [Fact]
    public void Probe_RestrictedBridge_IsNoDownstreamPort()
    {
        CxlCore core = Probed(bridges[0] with { Version = HostBridgeVersion.Cxl11, BlockLength = HostBridgeStructure.Cxl11BlockLength }, bridges[1]);

        Assert.Equal([11], core.Root!.Dports.Select(d => d.Id));
        Assert.Contains(core.Log, line => line.Contains("restricted host", StringComparison.Ordinal));
    }

    [Fact]
    public void Probe_BridgeWithABlockOfTheWrongLength_IsPassedOver()
    {
        CxlCore core = Probed(bridges[0] with { BlockLength = 0x1000 }, bridges[1]);

        Assert.Equal([11], core.Root!.Dports.Select(d => d.Id));
    }

    [Fact]
    public void Probe_WithoutACedt_IsENXIO()
    {
        CxlCore core = new FakeMachine().Core(Array.Empty<byte>());

        ErrnoException error = Assert.Throws<ErrnoException>(() => FakeMachine.Do(core.Probe()));
        Assert.Equal(Errno.ENXIO, error.Errno);
        Assert.Null(core.Root);
    }

    [Fact]
    public void Probe_ASecondTime_IsEBUSY()
    {
        CxlCore core = Probed(bridges);

        Assert.Equal(Errno.EBUSY, Assert.Throws<ErrnoException>(() => FakeMachine.Do(core.Probe())).Errno);
    }

    [Fact]
    public void IdPool_GivesTheSmallestFreeNumber()
    {
        var pool = new IdPool();
        int[] taken = [pool.Take(), pool.Take(), pool.Take()];
        pool.Return(1);
        pool.Return(0);

        Assert.Equal([0, 1, 2], taken);
        Assert.Equal((0, 1), (pool.Peek(), pool.InUse));
        Assert.Equal([0, 1, 3], [pool.Take(), pool.Take(), pool.Take()]);
        Assert.Throws<ArgumentException>(() => pool.Return(7));
    }

    private static CxlCore Probed(params CedtStructure[] records)
    {
        CxlCore core = new FakeMachine().Core(records);
        FakeMachine.Do(core.Probe());
        return core;
    }
}
