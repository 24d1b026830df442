using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;
using CxlTopology.Vfio.Tests.Machines;

namespace CxlTopology.Vfio.Tests.Interface;

/// <summary>VFIO_DEVICE_GET_PCI_HOT_RESET_INFO and VFIO_DEVICE_PCI_HOT_RESET.</summary>
public sealed class HotResetTests
{
    private static readonly byte[] pattern = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public async Task Info_OfAGroup_NamesEveryFunctionBelowThePort()
    {
        (VfioHost host, VfioPciDevice first, VfioPciDevice second) = TwoFunctions();
        OpenDevice open = await OpenDevice.ByGroup(host, first);
        byte[] info = await open.HotResetInfo(2);
        Assert.Equal([28u, 0u, 2u], Words(info, 3));
        Assert.Equal([(uint)first.Group.Id, 0x000D_0000u, (uint)second.Group.Id, 0x010D_0000u], Words(info[12..], 4));
        await User.Fails(Errno.ENOSPC, () => open.HotResetInfo(1));
        await User.Fails(Errno.EINVAL, () => open.Ioctl(VfioRequest.DeviceGetPciHotResetInfo, 11, 0, 0));
    }

    [Fact]
    public async Task Info_OfACharacterDevice_HasDeviceNumbers_AndSaysWhatIsOwned()
    {
        (VfioHost host, VfioPciDevice first, VfioPciDevice second) = TwoFunctions();
        OpenDevice open = await OpenDevice.ByNumber(host, first);
        byte[] info = await open.HotResetInfo(2);
        Assert.Equal([28u, 3u, 2u], Words(info, 3)); // numbers, and all of them owned: the group is
        Assert.Equal([open.Number, 0u], [OpenDevice.Word(info, 12), OpenDevice.Word(info, 20)]);
        Assert.NotEqual(0u, open.Number);
        byte[] seen = await (await OpenDevice.ByNumber(host, second, open.Process, open.Iommufd)).HotResetInfo(2);
        Assert.Equal(open.Number, OpenDevice.Word(seen, 12));
        Assert.True(OpenDevice.Word(seen, 20) > open.Number);
    }

    [Fact]
    public async Task Reset_NotOwnedOrNotBound_IsEINVAL()
    {
        (VfioHost host, VfioPciDevice first, VfioPciDevice second) = TwoFunctions();
        OpenDevice open = await OpenDevice.ByGroup(host, first);
        await User.Fails(Errno.EINVAL, () => open.HotReset());
        await User.Fails(Errno.EINVAL, () => open.HotReset((uint)open.File));
        await User.Fails(Errno.EINVAL, () => open.HotReset((uint)open.Group, (uint)open.Group, (uint)open.Group));
        await User.Fails(Errno.EBADF, () => open.HotReset(77));
        await User.Fails(Errno.EINVAL, () => open.Ioctl(VfioRequest.DevicePciHotReset, 16, 1, 1, (uint)open.Group));
        host.Unbind(second);
        await User.Fails(Errno.EINVAL, () => open.HotReset((uint)open.Group));
    }

    [Fact]
    public async Task Reset_OfACharacterDevice_NamesNoGroups()
    {
        (VfioHost host, VfioPciDevice first, _) = TwoFunctions();
        OpenDevice open = await OpenDevice.ByNumber(host, first);
        await User.Fails(Errno.EINVAL, () => open.HotReset(3));
        await User.Fails(Errno.ENOTTY, () => open.HotReset()); // owned; but the port above does not answer as one that can
    }

    [Fact]
    public async Task Reset_WithADeviceOfAnotherGroup_IsEINVAL_ThoughNobodyHasItOpen()
    {
        (VfioHost host, VfioPciDevice first, VfioPciDevice second) = TwoFunctions(User.Bdf with { Device = 1 });
        Assert.NotEqual(first.Group, second.Group);
        OpenDevice open = await OpenDevice.ByNumber(host, first);
        Assert.Equal(1u, OpenDevice.Word(await open.HotResetInfo(2), 4)); // numbers, not all of them owned
        await User.Fails(Errno.EINVAL, () => open.HotReset());
        await OpenDevice.ByNumber(host, second, open.Process, open.Iommufd);
        await User.Fails(Errno.ENOTTY, () => open.HotReset()); // owned
    }

    [Theory]
    [InlineData(VfioDialect.RfcV2, 0u)]
    [InlineData(VfioDialect.RfcV2AsPosted, 0x600u)]
    public void Reset_OverACxlPort_GoesByCxlBusAlone_AndTheHostsDecodersComeBack(VfioDialect dialect, uint virtuallyAfter)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice masked = machine.Bind("g0", dialect, new VfioDeviceOptions { Scrub = VfioScrub.None });
        VfioPciDevice device = machine.Bind("g3", dialect, new VfioDeviceOptions { Scrub = VfioScrub.None, HotReset = PciResetMethod.CxlBus });
        machine.Do(async () =>
        {
            OpenDevice refused = await OpenDevice.ByGroup(machine.Host, masked);
            await User.Fails(Errno.ENOTTY, () => refused.HotReset((uint)refused.Group));
            Assert.Equal(0x600u, await machine.Decoder(machine.Memdev("g0").Endpoint!, 0x10) & 0x600);

            OpenDevice open = await OpenDevice.ByGroup(machine.Host, device);
            ulong decoder = open.Device.Cxl!.Registers.BlockOffset + (ulong)open.Device.Cxl.Registers.HdmOffset + 0x20;
            await open.Process.Write(open.File, (ulong)open.Device.Cxl.Registers.Bar << 40 | decoder, new byte[] { 0, 2, 0, 0 });
            VfioRegionInfo memory = await RegionInfo(open, 9);
            VfioMapping mapping = open.Process.Map(open.File, memory.Offset, 4096);
            Assert.Equal(MappingResult.Ok, await mapping.Store(0, pattern));
            uint[] before = await Decoder(machine, "g3");
            await open.HotReset((uint)open.Group);
            Assert.Contains("hot reset", device.Log);
            Assert.Equal(before, await Decoder(machine, "g3"));
            Assert.Equal(0x600u, before[4] & 0x600);
            Assert.Equal(virtuallyAfter, device.Cxl!.Hdm[0x20, 4] & 0x600);
            var into = new byte[8];
            Assert.Equal(dialect == VfioDialect.RfcV2 ? 1 : 0, mapping.Faults);
            Assert.Equal(MappingResult.Ok, await mapping.Load(0, into));
            Assert.Equal(dialect == VfioDialect.RfcV2 ? 2 : 0, mapping.Faults);
            Assert.Equal(new byte[8], into); // volatile memory does not survive a hot reset
        });
    }

    [Fact]
    public void Reset_OverAPortThatTheHostUnmasked_IsDone()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0", options: new VfioDeviceOptions { Scrub = VfioScrub.None });
        machine.Do(async () =>
        {
            OpenDevice open = await OpenDevice.ByNumber(machine.Host, device);
            Bdf port = device.Function.Parent!.Bdf;
            (int dvsec, _) = await CxlRegisterInfo.FindDvsec(machine.Core.Configuration, device.Function.Parent!, 3);
            await User.Fails(Errno.ENOTTY, () => open.HotReset());
            await machine.Core.Configuration.WriteConfig(port, dvsec + 0x0C, 1, 2);
            await open.HotReset();
            Assert.Equal(1u, await machine.Core.Configuration.ReadConfig(port, dvsec + 0x0C, 2));
            Assert.Equal(0x600u, await machine.Decoder(machine.Memdev("g0").Endpoint!, 0x10) & 0x600);
            await open.Process.Exit();
            Assert.Empty(machine.Core.Regions);
        });
    }

    [Theory]
    [InlineData(VfioDialect.RfcV2, true)]
    [InlineData(VfioDialect.RfcV2AsPosted, false)]
    public void Guest_ThatResetsItsBus_ResetsItsDevice_UnlessThePortMasksIt(VfioDialect dialect, bool resets)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0", dialect);
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", device);
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0], ByteSize.MiB(256));
            PciDevice function = guest.FunctionOf(guest.Machine.Devices[0])!;
            var reset = new PciReset(guest.Machine, guest.Machine, guest.Machine);
            await User.Fails(Errno.ENOTTY, () => reset.Run(function, PciResetMethod.Bus, new RegionClaims(guest.Core!)));
            Bdf port = function.Parent!.Bdf;
            await guest.Machine.WriteConfig(port, 0x3E, 0x40, 2);
            await guest.Machine.WriteConfig(port, 0x3E, 0, 2);
            Assert.Equal([0], guest.Machine.Devices[0].Committed); // masked: nothing happened
            await reset.Run(function, PciResetMethod.CxlBus, new RegionClaims(guest.Core!));
            Assert.Equal(resets ? [] : [0], guest.Machine.Devices[0].Committed);
            Assert.Equal(resets ? AccessStatus.NoWindow : AccessStatus.Ok, await guest.Machine.ReadMemory(region.Base.Value, new byte[8]));
            Assert.Equal(!resets, guest.Machine.Log.Any(l => l.Contains("reset failed: ENOTTY", StringComparison.Ordinal)));
        });
    }

    private static async Task<VfioRegionInfo> RegionInfo(OpenDevice open, uint index) =>
        VfioRegionInfo.Of(await open.Ioctl(VfioRequest.DeviceGetRegionInfo, [64, 0, index, .. new uint[13]]));

    private static async Task<uint[]> Decoder(RealMachine machine, string endpoint)
    {
        var words = new uint[7];
        for (int i = 0; i < words.Length; i++)
            words[i] = await machine.Decoder(machine.Memdev(endpoint).Endpoint!, 4 * i);
        return words;
    }

    private static uint[] Words(byte[] bytes, int count) => [.. Enumerable.Range(0, count).Select(i => OpenDevice.Word(bytes, 4 * i))];

    /// <summary>A device of two functions below a port, both bound.</summary>
    private static (VfioHost Host, VfioPciDevice First, VfioPciDevice Second) TwoFunctions(Bdf? other = null)
    {
        var machine = new FakeMachine(
            new FakeDevice(User.Bdf, FakeDevice.Options() with { MultiFunction = true }), new FakeDevice(other ?? User.Bdf with { Function = 1 }, FakeDevice.Options() with { MultiFunction = true }));
        var port = new PciDevice { Bdf = new Bdf(0, 0x0C, 0, 0), Id = 0x7075_8086, IsBridge = true };
        foreach (PciDevice found in machine.Functions)
        {
            var function = new PciDevice { Bdf = found.Bdf, Id = found.Id, IsBridge = false, Parent = port };
            function.Bars.AddRange(found.Bars);
            function.ExtendedCapabilities.AddRange(found.ExtendedCapabilities);
            port.Children.Add(function);
        }

        var host = new VfioHost(machine.Hardware, new HostMemory(0, FakeMachine.OwnMemory));
        VfioPciDevice[] bound = [.. port.Children.Select(f => host.Bind(f, new PciDriver(), new VfioDeviceOptions { HotReset = PciResetMethod.CxlBus }))];
        return (host, bound[0], bound[1]);
    }
}
