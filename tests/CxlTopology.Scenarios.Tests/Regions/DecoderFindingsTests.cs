using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>One test a row of what the CXL core makes of decoders that somebody has programmed before it came. Hardware that commits anything lets firmware leave what no strict decoder would hold.</summary>
public sealed class DecoderFindingsTests
{
    private const string Anything = "policy: {commit: permissive}\n";

    [Fact]
    public void Probe_PortCommittedOutOfOrder_IsENXIO()
    {
        CoreMachine machine = Boot("{component: hb0, decoder: 1, base: 0x10_0000_0000, size: 256MiB, targets: [0]}");

        AssertPortFailed(machine, Errno.ENXIO, "committed out of order", ".0 is not committed");
    }

    [Fact]
    public void Probe_EndpointCommittedOutOfOrder_IsENXIO()
    {
        CoreMachine machine = Boot("{component: m0, decoder: 1, base: 0x10_0000_0000, size: 256MiB}");

        AssertEndpointFailed(machine, Errno.ENXIO, "committed out of order", ".0 is not committed");
    }

    [Fact]
    public void Probe_CommittedWithSizeZero_IsENXIO()
    {
        CoreMachine machine = Boot("{component: m0, offset: 0x20, value: 0x1200}");

        AssertEndpointFailed(machine, Errno.ENXIO, "size of 0", "256 MiB");
    }

    [Theory]
    [InlineData("0x1050", "ways code 5")]
    [InlineData("0x1007", "granularity code 7")]
    public void Probe_ReservedInterleaveOfAnEndpoint_IsEINVAL(string control, string part)
    {
        CoreMachine machine = Boot($"{{component: m0, offset: 0x20, value: {control}}}");

        AssertEndpointFailed(machine, Errno.EINVAL, part, "reserved", "0x0000" + control[2..]);
    }

    [Theory]
    [InlineData("0x10b0", "ways code 11")]
    [InlineData("0x100f", "granularity code 15")]
    public void Probe_ReservedInterleaveOfAPort_IsEINVAL(string control, string part)
    {
        CoreMachine machine = Boot($"{{component: hb0, offset: 0x20, value: {control}}}");

        AssertPortFailed(machine, Errno.EINVAL, part, "reserved", "0x0000" + control[2..]);
    }

    [Fact]
    public void Probe_TargetListThatNamesNoPort_IsENXIO()
    {
        CoreMachine machine = Boot(
            "{component: hb0, offset: 0x14, value: 0x10}",
            "{component: hb0, offset: 0x18, value: 0x1000_0000}",
            "{component: hb0, offset: 0x24, value: 7}",
            "{component: hb0, offset: 0x20, value: 0x1200}");

        AssertPortFailed(machine, Errno.ENXIO, "0x0000000000000007", "port 7 in slot 0", "it has 0, 1");
    }

    [Fact]
    public void Probe_SizeThatTheWaysDoNotDivide_IsENXIO()
    {
        CoreMachine machine = Boot("{component: m0, decoder: 0, base: 0x10_0000_0000, size: 256MiB, ways: 3}");

        AssertEndpointFailed(machine, Errno.ENXIO, "0x10000000", "3 ways do not divide");
    }

    [Fact]
    public void Probe_MoreDeviceMemoryThanThereIs_IsEBUSY()
    {
        CoreMachine machine = Boot("{component: m0, decoder: 0, base: 0x10_0000_0000, size: 4GiB}");

        AssertEndpointFailed(machine, Errno.EBUSY, "0x80000000");
    }

    [Fact]
    public void Probe_SkipPastTheDeviceMemory_IsEBUSY()
    {
        CoreMachine machine = Boot("{component: m0, decoder: 0, base: 0x10_0000_0000, size: 256MiB, skip: 2GiB}");

        AssertEndpointFailed(machine, Errno.EBUSY, "0x80000000");
    }

    [Fact]
    public void Probe_CommittedAndLocked_IsBoth()
    {
        CoreMachine machine = CoreMachine.Boot(FirmwareTexts.OneWay(lockEndpoint: ", lock: true"));

        CxlEndpointDecoder decoder = machine.Decoder("m0");

        Assert.Equal((true, true, true, 0, 0), (decoder.Enabled, decoder.Locked, decoder.IsAuto, decoder.Port.CommitEnd, decoder.Port.HdmEnd));
        Assert.Equal((true, false), (machine.Bridge().Decoders[0].Enabled, machine.Bridge().Decoders[0].Locked));
    }

    [Fact]
    public void Probe_SeveralCommitted_AddsUpDeviceAddresses()
    {
        CoreMachine machine = Boot(
            "{component: m0, decoder: 0, base: 0x10_0000_0000, size: 512MiB, skip: 256MiB}",
            "{component: m0, decoder: 1, base: 0x10_4000_0000, size: 256MiB, skip: 512MiB}");

        Assert.Equal((0x1000_0000ul, 0x5000_0000ul), (machine.Decoder("m0").DpaBase.Value, machine.Decoder("m0", 1).DpaBase.Value));
        Assert.Equal((0, 1), (machine.Decoder("m0").Partition, machine.Decoder("m0", 1).Partition));
    }

    [Fact]
    public void Probe_NothingCommitted_SetsTheTypeByTheKindOfDevice()
    {
        CoreMachine expander = CoreMachine.Boot(Texts.OneBridge());
        CoreMachine accelerator = CoreMachine.Boot(Accelerators.Text());

        Assert.All(expander.Memdev("m0").Endpoint!.Decoders, d => Assert.Equal(0x1000u, expander.Register(d, 0x10)));
        Assert.All(expander.Bridge().Decoders, d => Assert.Equal(0x1000u, expander.Register(d, 0x10)));
        Assert.All(accelerator.Memdev("g0").Endpoint!.Decoders, d => Assert.Equal(0u, accelerator.Register(d, 0x10)));
        Assert.All(accelerator.Memdev("g0").Endpoint!.Decoders, d => Assert.Equal(TargetRangeType.DeviceCoherent, d.TargetType));
    }

    [Fact]
    public void Probe_PortWithoutDecoders_PassesThrough()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.OneBridge(1));

        var decoder = Assert.IsType<CxlSwitchDecoder>(Assert.Single(machine.Bridge().Decoders));

        Assert.Equal((true, 1), (decoder.IsPassThrough, decoder.TargetsMax));
        Assert.Equal(CxlRegionState.Commit, machine.Committed("256MiB", 16384, "m0").State);
    }

    [Fact]
    public void Probe_MemoryEnabledOutsideOfAllWindows_IsENXIO()
    {
        CoreMachine machine = Boot("{component: m0, dvsec-control: 6}");

        AssertEndpointFailed(machine, Errno.ENXIO, "fixed memory window");
    }

    private static CoreMachine Boot(params string[] entries) =>
        CoreMachine.Boot(Texts.OneBridge(more: Anything + "firmware:\n" + string.Concat(entries.Select(e => $"  - {e}\n"))));

    private static void AssertPortFailed(CoreMachine machine, Errno errno, params string[] parts)
    {
        Assert.False(machine.Bridge().Enabled);
        Assert.Null(machine.Memdev("m0").Endpoint);
        AssertLogged(machine, errno, parts);
    }

    private static void AssertEndpointFailed(CoreMachine machine, Errno errno, params string[] parts)
    {
        Assert.Null(machine.Memdev("m0").Endpoint);
        Assert.NotNull(machine.Memdev("m1").Endpoint);
        AssertLogged(machine, errno, parts);
    }

    private static void AssertLogged(CoreMachine machine, Errno errno, string[] parts) =>
        Assert.Contains(machine.Core.Log, line => line.Contains($"({errno})", StringComparison.Ordinal) && Array.TrueForAll(parts, p => line.Contains(p, StringComparison.Ordinal)));
}
