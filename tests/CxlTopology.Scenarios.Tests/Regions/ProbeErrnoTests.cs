using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>One test a row of what a core makes of hardware that is not as it should be, and that no file can describe: a second core finds the machine of the first with other answers on its buses.</summary>
public sealed class ProbeErrnoTests
{
    private const ulong ArrayStart = 0x1004;
    private const ulong ArrayEnd = 0x1080;
    private const uint HdmCapability = 5;
    private readonly CoreMachine machine = CoreMachine.Boot(Texts.OneBridge());

    [Theory]
    [InlineData(HdmDecoderRegisters.BaseOffset)]
    [InlineData(HdmDecoderRegisters.SizeOffset)]
    public void Probe_PortWhoseRangeReadsAllOnes_IsENXIO(int offset)
    {
        ulong first = machine.Bridge().HdmDecoders + (ulong)HdmCapabilityRegisters.FirstDecoder + (ulong)offset;

        CxlCore core = Probe(mmio: (address, value) => address == first || address == first + 4 ? uint.MaxValue : value);

        Assert.False(core.Root!.Children[0].Enabled);
        AssertLogged(core, Errno.ENXIO, "decoder1.0", "all ones");
        Assert.All(core.Memdevs, m => Assert.Null(m.Endpoint));
    }

    [Fact]
    public void Probe_EndpointWhoseRangeReadsAllOnes_IsENXIO()
    {
        ulong first = machine.Memdev("m0").Endpoint!.HdmDecoders + (ulong)HdmCapabilityRegisters.FirstDecoder;

        CxlCore core = Probe(mmio: (address, value) => address >= first && address < first + 8 ? uint.MaxValue : value);

        AssertNotBound(core);
        AssertLogged(core, Errno.ENXIO, ".0 read all ones");
    }

    [Fact]
    public void Probe_PortWithAReservedDecoderCount_IsENXIO()
    {
        ulong capability = machine.Bridge().HdmDecoders;

        CxlCore core = Probe(mmio: (address, value) => address == capability ? value | 0xF : value);

        Assert.False(core.Root!.Children[0].Enabled);
        AssertLogged(core, Errno.ENXIO, machine.Bridge().Host, "decoder count code 15", "0 to 12");
    }

    [Fact]
    public void Probe_PortWithoutDecodersButSeveralPorts_IsENXIO()
    {
        CxlCore core = Probe(mmio: Without(HdmCapability, machine.Bridge().HdmDecoders));

        Assert.False(core.Root!.Children[0].Enabled);
        AssertLogged(core, Errno.ENXIO, machine.Bridge().Host, "no HDM decoder capability", "2 downstream ports");
    }

    [Fact]
    public void Probe_TwoPortsWithOneNumber_IsEBUSY()
    {
        const int LinkCapabilities = 0x0C;
        CxlDport second = machine.Bridge().Dports[1];

        CxlCore core = Probe((function, offset, value) =>
            function == second.Function!.Bdf && offset == second.Function.ExpressCapability + LinkCapabilities ? value & 0x00FF_FFFF : value);

        Assert.False(core.Root!.Children[0].Enabled);
        AssertLogged(core, Errno.EBUSY, second.Name, "port number 0", machine.Bridge().Dports[0].Name);
    }

    [Fact]
    public void Probe_EndpointWithoutDecodersAndWithMemoryOff_IsENODEV()
    {
        CxlMemdev memdev = machine.Memdev("m0");

        CxlCore core = Probe(mmio: Without(HdmCapability, memdev.Location.HdmDecoders));

        AssertNotBound(core);
        AssertLogged(core, Errno.ENODEV, memdev.Function.Bdf.ToString(), "no HDM decoder capability", "Mem_Enable");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public void Probe_DeviceWithSoManyRanges_IsEINVAL(uint ranges)
    {
        const uint ValidAndActive = 3;
        CxlCore core = Probe(Altered((offset, value) => offset switch
        {
            0x0A => (value & ~0x30u) | (ranges << 4),
            0x1C or 0x2C or 0x3C => ValidAndActive,
            _ => value,
        }));

        AssertNotBound(core);
        AssertLogged(core, Errno.EINVAL, $"HDM count of {ranges}", "1 or 2");
    }

    [Fact]
    public void Probe_DeviceThatIsNotMemCapable_IsENXIO()
    {
        CxlCore core = Probe(Altered((offset, value) => offset == 0x0A ? value & ~4u : value));

        AssertNotBound(core);
        AssertLogged(core, Errno.ENXIO, "Mem_Capable");
    }

    [Fact]
    public void Probe_RangeThatDoesNotBecomeValid_IsETIMEDOUT()
    {
        SimTime start = machine.Core.Clock.Now;
        CxlCore core = Probe(Altered((offset, value) => offset == 0x1C ? value & ~3u : value));

        AssertNotBound(core);
        AssertLogged(core, Errno.ETIMEDOUT, "range 1", "Memory_Info_Valid", "1 s");
        AssertWaited(start, seconds: 1);
    }

    [Fact]
    public void Probe_RangeThatDoesNotBecomeActive_IsETIMEDOUT()
    {
        SimTime start = machine.Core.Clock.Now;
        CxlCore core = Probe(Altered((offset, value) => offset == 0x1C ? value & ~2u : value));

        AssertNotBound(core);
        AssertLogged(core, Errno.ETIMEDOUT, "range 1", "Memory_Active", "60 s");
        AssertWaited(start, seconds: 60);
    }

    private void AssertWaited(SimTime start, long seconds)
    {
        SimDuration waited = machine.Core.Clock.Now - start;
        Assert.True(waited >= SimDuration.FromSeconds(seconds) && waited < SimDuration.FromSeconds(seconds + 1), $"{waited}");
    }

    /// <summary>Another core finds the machine, after the first has let go of the devices.</summary>
    private CxlCore Probe(Func<Bdf, int, uint, uint>? configuration = null, Func<ulong, ulong, ulong>? mmio = null)
    {
        CxlCore first = machine.Core;
        var bus = new AlteredBus(first) { Configuration = configuration ?? ((_, _, value) => value), Mmio = mmio ?? ((_, value) => value) };
        var core = new CxlCore(bus, bus, first.Memory, first.Clock, first.Platform);
        _ = new CxlRegions(core);
        foreach (CxlMemdev memdev in first.Memdevs.ToArray())
            machine.Do(() => first.RemoveDevice(memdev));
        machine.Do(() => core.Probe());
        return core;
    }

    /// <summary>The registers of the device DVSEC of m0 read otherwise, by their offset in it.</summary>
    private Func<Bdf, int, uint, uint> Altered(Func<int, uint, uint> change)
    {
        CxlMemdev memdev = machine.Memdev("m0");
        return (function, at, value) => function == memdev.Function.Bdf ? change(at - memdev.Location.DeviceDvsec, value) : value;
    }

    /// <summary>A component without a capability: its entry in the capability array is a null entry.</summary>
    private static Func<ulong, ulong, ulong> Without(uint capability, ulong within)
    {
        ulong block = within & ~0xFFFFul;
        return (address, value) => address >= block + ArrayStart && address < block + ArrayEnd && (value & 0xFFFF) == capability ? 0 : value;
    }

    /// <summary>m0 has no endpoint, m1 has one.</summary>
    private static void AssertNotBound(CxlCore core) => Assert.Equal([false, true], core.Memdevs.Select(m => m.Enabled));

    private static void AssertLogged(CxlCore core, Errno errno, params string[] parts) =>
        Assert.Contains(core.Log, line => line.Contains($"({errno})", StringComparison.Ordinal) && Array.TrueForAll(parts, p => line.Contains(p, StringComparison.Ordinal)));
}
