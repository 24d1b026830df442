using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>Regions at the request of an accelerator's driver.</summary>
public sealed class AcceleratorRegionTests
{
    private const WindowRestrictions AcceleratorRam = WindowRestrictions.Type2 | WindowRestrictions.Volatile;

    private const string CommittedByFirmware = """
        firmware:
          - {component: hb0, decoder: 0, base: 0x10_0000_0000, size: 1GiB, targets: [0], type: device}
          - {component: g0, decoder: 0, base: 0x10_0000_0000, size: 1GiB, type: device, lock: true}
          - {component: g0, dvsec-control: 7}
          - {component: g0, offset: 4, value: 2}
        """;

    [Fact]
    public void Create_ForOneAccelerator_ProgramsADeviceCoherentRange()
    {
        CoreMachine machine = CoreMachine.Boot(Accelerators.Text());
        (CxlRootDecoder root, ByteSize free) = machine.Regions.FindFreeAddresses([machine.Memdev("g0")], AcceleratorRam);
        Assert.Equal((machine.Window(1), ByteSize.GiB(8)), (root, free)); // the longest free range
        CxlEndpointDecoder decoder = CxlRegions.RequestMemory(machine.Memdev("g0"), isPersistent: false, ByteSize.GiB(1));

        CxlRegion region = machine.Do(() => machine.Regions.CreateAcceleratorRegion(machine.Window(), [decoder]));

        Assert.Equal((CxlRegionState.Commit, TargetRangeType.DeviceCoherent, true), (region.State, region.TargetType, region.Enabled));
        Assert.Equal(0x600u, machine.Register(decoder, 0x10));
        Assert.Equal(0x600u, machine.Register(machine.Bridge().Decoders[0], 0x10));
        machine.AssertReadsBack([region.Base.Value, region.Base.Value + 0x3FFF_FFC0]);
    }

    [Fact]
    public void Create_ForBackInvalidateDevices_SetsBiAndTakesSeveral()
    {
        CoreMachine machine = CoreMachine.Boot(Accelerators.Text("hdm-db"));
        CxlEndpointDecoder[] decoders = [.. new[] { "g0", "g1" }.Select(g => CxlRegions.RequestMemory(machine.Memdev(g), isPersistent: false, ByteSize.GiB(1)))];

        CxlRegion region = machine.Do(() => machine.Regions.CreateAcceleratorRegion(machine.Window(1), decoders));

        Assert.Equal((2, 512), (region.Ways, region.Granularity));
        Assert.All(decoders, d => Assert.Equal(0x2611u, machine.Register(d, 0x10)));
        machine.AssertReadsBack([region.Base.Value, region.Base.Value + 512, region.Base.Value + 0x7FFF_FFC0]);
    }

    [Fact]
    public void Create_ByTheTool_TakesTheDriversWay()
    {
        CoreMachine machine = CoreMachine.Boot(Accelerators.Text());

        CxlRegion region = machine.Do(() => machine.Commands.Create(new RegionRequest(machine.Window()) { IsPersistent = false, Memdevs = [machine.Memdev("g0")] }));

        Assert.Equal((ByteSize.GiB(1), TargetRangeType.DeviceCoherent), (region.Size, region.TargetType));
        machine.Do(() => machine.Commands.Destroy(region, force: true));
        Assert.Equal((-1, -1, 0ul), (machine.Decoder("g0").Port.CommitEnd, machine.Decoder("g0").Port.HdmEnd, machine.Decoder("g0").DpaSize.Bytes));
    }

    [Fact]
    public void FindFreeAddresses_WithoutSuchAWindow_IsENOMEM()
    {
        CoreMachine machine = CoreMachine.Boot(Accelerators.Text(allow: "type3, volatile"));

        Failing.With(Errno.ENOMEM, () => machine.Regions.FindFreeAddresses([machine.Memdev("g0")], AcceleratorRam), "Type2, Volatile", machine.Memdev("g0").Name);
    }

    [Fact]
    public void Create_InAWindowWithoutType2_IsENXIO()
    {
        CoreMachine machine = CoreMachine.Boot(Accelerators.Text(allow: "type3, volatile"));
        CxlEndpointDecoder decoder = CxlRegions.RequestMemory(machine.Memdev("g0"), isPersistent: false, ByteSize.GiB(1));

        Failing.With(machine, Errno.ENXIO, () => machine.Regions.CreateAcceleratorRegion(machine.Window(), [decoder]), "decoder0.0", "Type2");
    }

    [Fact]
    public void Create_WithoutDecoders_IsEINVAL()
    {
        CoreMachine machine = CoreMachine.Boot(Accelerators.Text());

        Failing.With(machine, Errno.EINVAL, () => machine.Regions.CreateAcceleratorRegion(machine.Window(), []), "1 to 16 decoders");
    }

    [Fact]
    public void Create_ThatFails_LeavesNoRegion()
    {
        CoreMachine machine = CoreMachine.Boot(Accelerators.Text());
        CxlEndpointDecoder decoder = CxlRegions.RequestMemory(machine.Memdev("g1"), isPersistent: false, ByteSize.GiB(1));

        Failing.With(machine, Errno.ENXIO, () => machine.Regions.CreateAcceleratorRegion(machine.Window(), [decoder]), machine.Bridge(1).Host);
        Assert.Empty(machine.Core.Regions);
        Assert.Equal((null, ByteSize.GiB(1)), (decoder.Region, decoder.DpaSize));
    }

    [Fact]
    public void RequestMemory_NoMultipleOf256MiB_IsEINVAL()
    {
        CoreMachine machine = CoreMachine.Boot(Accelerators.Text());

        Failing.With(Errno.EINVAL, () => CxlRegions.RequestMemory(machine.Memdev("g0"), isPersistent: false, ByteSize.MiB(100)), "100MiB", "256MiB");
    }

    [Fact]
    public void RequestMemory_OfADeviceWhoseDecodersAllHaveSome_IsENODEV()
    {
        CoreMachine machine = CoreMachine.Boot(Accelerators.Text());
        for (int i = 0; i < 4; i++)
            CxlRegions.RequestMemory(machine.Memdev("g0"), isPersistent: false, ByteSize.MiB(256));

        Failing.With(Errno.ENODEV, () => CxlRegions.RequestMemory(machine.Memdev("g0"), isPersistent: false, ByteSize.MiB(256)), "no free decoder", "all 4");
    }

    [Fact]
    public void AttachDriver_ToTheRegionOfFirmware_LocksIt()
    {
        CoreMachine machine = CoreMachine.Boot(Accelerators.Text(more: CommittedByFirmware));
        CxlRegion region = Assert.Single(CxlRegions.CommittedRegions(machine.Memdev("g0")));
        Assert.Equal((TargetRangeType.DeviceCoherent, new Hpa(0x10_0000_0000)), (region.TargetType, region.Base));

        Assert.Same(region, CxlRegions.AttachDriver(machine.Memdev("g0")));

        Failing.With(machine, Errno.EPERM, () => machine.Regions.Decommit(region), region.Name);
        machine.AssertReadsBack([0x10_0000_0000]);
    }

    [Fact]
    public void AttachDriver_WithoutARegionOfFirmware_IsENXIO()
    {
        CoreMachine machine = CoreMachine.Boot(Accelerators.Text());
        Assert.Empty(CxlRegions.CommittedRegions(machine.Memdev("g0")));

        Failing.With(Errno.ENXIO, () => CxlRegions.AttachDriver(machine.Memdev("g0")), machine.Memdev("g0").Name, "firmware has committed no region");
    }

    [Fact]
    public void AttachDriver_ToARegionOfSeveral_IsENXIO()
    {
        CoreMachine machine = CoreMachine.Boot(FirmwareTexts.TwoWays());

        Failing.With(Errno.ENXIO, () => CxlRegions.AttachDriver(machine.Memdev("m0")), "region0", "2 targets");
    }
}
