using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Machines;

namespace CxlTopology.Vfio.Tests.Guests;

public sealed class GuestTests
{
    private static readonly byte[] pattern = [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [InlineData(VfioDialect.RfcV2)]
    [InlineData(VfioDialect.RfcV2AsPosted)]
    [InlineData(VfioDialect.V3)]
    public async Task Boot_LoadDriver_ReadsWhatItWrites(VfioDialect dialect)
    {
        var bench = new Bench(1, dialect);
        Guest guest = await Bench.Boot(bench.Host, "guest0", bench.Devices);
        Assert.True(guest.Core!.Memdevs.Count == 1, string.Join("; ", guest.Core.Log));
        CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0], dialect == VfioDialect.RfcV2AsPosted ? AcceleratorDriver.PostedCapacity : null);
        Assert.Equal(VirtualMachine.WindowBase, region.Base.Value);
        Assert.Equal(AccessStatus.Ok, await guest.Machine.WriteMemory(region.Base.Value + 0x10040, pattern));
        Assert.Equal(pattern, await Bench.Read(guest.Machine, region.Base.Value + 0x10040));
        Assert.Equal(pattern, bench.Fakes[0].Memory[0x10040][..8]);
        Assert.Equal(FakeCore.Window + 0x10040, guest.Machine.Explain(region.Base.Value + 0x10040)!.Value.HostAddress);
    }

    [Fact]
    public async Task UnloadDriver_TakesTheMemoryAway()
    {
        var bench = new Bench(1);
        Guest guest = await Bench.Boot(bench.Host, "guest0", bench.Devices);
        CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
        await guest.UnloadDriver(region);
        Assert.Equal(AccessStatus.NoWindow, await guest.Machine.ReadMemory(VirtualMachine.WindowBase, new byte[8]));
        region = await guest.LoadDriver(guest.Machine.Devices[0]);
        Assert.Equal(AccessStatus.Ok, await guest.Machine.ReadMemory(region.Base.Value, new byte[8]));
    }

    [Theory]
    [InlineData(VfioDialect.RfcV2)]
    [InlineData(VfioDialect.V3)]
    public async Task TwoDevices_InOneGuest_EachHasItsPortAndRegion(VfioDialect dialect)
    {
        var bench = new Bench(2, dialect);
        Guest guest = await Bench.Boot(bench.Host, "guest0", bench.Devices);
        foreach (VirtualDevice device in guest.Machine.Devices)
            await guest.LoadDriver(device);
        Assert.Equal(2, guest.Regions.Select(r => r.Base).Distinct().Count());
        for (int i = 0; i < 2; i++)
            await guest.Machine.WriteMemory(guest.Regions[i].Base.Value, new byte[] { (byte)(i + 1) });
        Assert.Equal(1, bench.Fakes[0].Memory[0][0]);
        Assert.Equal(2, bench.Fakes[1].Memory[0][0]);
    }

    [Fact]
    public async Task TwoGuests_SeeTheirOwnMemoryOnly()
    {
        var bench = new Bench(2);
        Guest first = await Bench.Boot(bench.Host, "guest0", bench.Devices[0]);
        Guest second = await Bench.Boot(bench.Host, "guest1", bench.Devices[1]);
        await first.LoadDriver(first.Machine.Devices[0]);
        await second.LoadDriver(second.Machine.Devices[0]);
        await first.Machine.WriteMemory(VirtualMachine.WindowBase, pattern);
        await first.Machine.WriteMemory(0x1000, pattern);
        Assert.Equal(new byte[8], await Bench.Read(second.Machine, VirtualMachine.WindowBase));
        Assert.Equal(new byte[8], await Bench.Read(second.Machine, 0x1000));
    }

    [Fact]
    public async Task Nested_GuestOfGuest_ReadsWhatItWrites()
    {
        var bench = new Bench(1);
        Guest outer = await Bench.Boot(bench.Host, "guest0", bench.Devices);
        VfioHost host = outer.MakeHost(new HostMemory(32 << 20, 32 << 20));
        VfioPciDevice passed = host.Bind(outer.FunctionOf(outer.Machine.Devices[0])!, new AcceleratorDriver(new HostCore(outer.Core!)));
        VirtualMachine machine = await VirtualMachine.Start(host, new GuestOptions { Name = "guest0.0", Devices = [passed], Memory = ByteSize.MiB(16) });
        var inner = new Guest(machine);
        await inner.Boot();
        CxlRegion region = await inner.LoadDriver(machine.Devices[0]);
        await machine.WriteMemory(region.Base.Value + 0x80, pattern);
        Assert.Equal(pattern, bench.Fakes[0].Memory[0x80][..8]);
        ulong outerAddress = machine.Explain(region.Base.Value + 0x80)!.Value.HostAddress;
        Assert.Equal(FakeCore.Window + 0x80, outer.Machine.Explain(outerAddress)!.Value.HostAddress);
        await machine.WriteMemory(0x40, pattern);
        Assert.Equal(pattern, await Bench.Read(outer.Machine, machine.Explain(0x40)!.Value.HostAddress));
        await machine.End();
        Assert.Empty(outer.Core!.Regions);
        Assert.DoesNotContain(outer.Machine.SecondStage.Ranges, r => r.Device is not null);
    }

    [Theory]
    [InlineData(VfioDialect.RfcV2)]
    [InlineData(VfioDialect.V3)]
    public async Task Killed_EverythingIsReleased_AndTheDeviceCanBeAssignedAgain(VfioDialect dialect)
    {
        var bench = new Bench(1, dialect);
        for (int round = 0; round < 3; round++)
        {
            Guest guest = await Bench.Boot(bench.Host, "guest0", bench.Devices);
            await guest.LoadDriver(guest.Machine.Devices[0]);
            await guest.Machine.WriteMemory(VirtualMachine.WindowBase, pattern);
            await guest.Machine.End();
            Assert.Empty(bench.Host.Processes);
            Assert.False(bench.Devices[0].IsOpen);
            Assert.Equal(FakeMachine.OwnMemory, bench.Host.Memory.Available);
            Assert.Equal(dialect == VfioDialect.V3, bench.Fakes[0].Decode(FakeCore.Window) is not null);
            Assert.Equal(AccessStatus.NoWindow, await guest.Machine.ReadMemory(0, new byte[8]));
        }
    }

    [Fact]
    public async Task NextGuest_DoesNotReadTheFormersData()
    {
        foreach (VfioScrub scrub in (VfioScrub[])[VfioScrub.Automatic, VfioScrub.Memory, VfioScrub.Pages, VfioScrub.Reset])
        {
            var bench = new Bench(1, options: new VfioDeviceOptions { Scrub = scrub });
            Guest guest = await Bench.Boot(bench.Host, "guest0", bench.Devices);
            await guest.LoadDriver(guest.Machine.Devices[0]);
            await guest.Machine.WriteMemory(VirtualMachine.WindowBase + 0x2000, pattern);
            await guest.Machine.End();
            guest = await Bench.Boot(bench.Host, "guest1", bench.Devices);
            await guest.LoadDriver(guest.Machine.Devices[0]);
            Assert.Equal(new byte[8], await Bench.Read(guest.Machine, VirtualMachine.WindowBase + 0x2000));
        }
    }

    [Fact]
    public async Task Scrub_NotPossibleByReset_FailsOrGoesByPages()
    {
        var bench = new Bench(1, options: new VfioDeviceOptions { Scrub = VfioScrub.Reset });
        bench.Core.Resets = false;
        await User.Fails(Errno.ENOTTY, () => Bench.Boot(bench.Host, "guest0", bench.Devices));
        Assert.False(bench.Devices[0].IsOpen);
        Assert.Empty(bench.Host.Processes);
    }

    [Fact]
    public async Task Removed_CallsFail_MemoryReadsOnes_AndEverythingIsReleased()
    {
        var bench = new Bench(2);
        Guest guest = await Bench.Boot(bench.Host, "guest0", bench.Devices[0]);
        await guest.LoadDriver(guest.Machine.Devices[0]);
        bench.Fakes[0].IsGone = true;
        bench.Host.Remove(bench.Devices[0]);
        Assert.Equal(Enumerable.Repeat((byte)0xFF, 8), await Bench.Read(guest.Machine, VirtualMachine.WindowBase));
        Assert.Equal(uint.MaxValue, await guest.Machine.ReadConfig(guest.FunctionOf(guest.Machine.Devices[0])!.Bdf, 0));
        await guest.Machine.End();
        bench.Host.Unbind(bench.Devices[0]);
        Assert.Equal(FakeMachine.OwnMemory, bench.Host.Memory.Available);
        Guest other = await Bench.Boot(bench.Host, "guest1", bench.Devices[1]);
        Assert.Single(other.Core!.Memdevs);
    }

    [Fact]
    public async Task Dma_ReachesTheGuestsMemoryOnly()
    {
        var bench = new Bench(2);
        Guest guest = await Bench.Boot(bench.Host, "guest0", bench.Devices[0]);
        Guest other = await Bench.Boot(bench.Host, "guest1", bench.Devices[1]);
        DeviceDma dma = guest.Machine.Devices[0].Dma;
        Bdf function = guest.FunctionOf(guest.Machine.Devices[0])!.Bdf;
        await guest.Machine.WriteConfig(function, 4, 2, 2);
        Assert.False(await dma.Write(0x3000, pattern)); // bus mastering is off
        await guest.Machine.WriteConfig(function, 4, 6, 2);
        Assert.True(await dma.Write(0x3000, pattern));
        Assert.Equal(pattern, await Bench.Read(guest.Machine, 0x3000));
        Assert.False(await dma.Read(64 << 20, new byte[8]));
        Assert.False(await dma.Write(FakeCore.Window, pattern));
        Assert.Equal(new byte[8], await Bench.Read(other.Machine, 0x3000));
    }

    [Fact]
    public async Task Interrupts_ArmedByTheGuest_Arrive()
    {
        var bench = new Bench(1);
        Guest guest = await Bench.Boot(bench.Host, "guest0", bench.Devices);
        VirtualDevice device = guest.Machine.Devices[0];
        PciDevice function = guest.FunctionOf(device)!;
        int msix = bench.Fakes[0].Msix;
        await guest.Machine.WriteMmio(device.Bars[4] + 16 + 12, 0);
        await guest.Machine.WriteConfig(function.Bdf, msix + 2, 0x8000, 2);
        bench.Devices[0].Interrupts.Raise(1);
        bench.Devices[0].Interrupts.Raise(0); // masked
        Assert.Equal(1ul, await device.Interrupts.Take(1));
        Assert.Equal(0ul, await device.Interrupts.Take(0));
        Assert.Equal(0u, (uint)await guest.Machine.ReadMmio(device.Bars[4] + 16 + 12));
        Assert.Equal(1u, (uint)await guest.Machine.ReadMmio(device.Bars[4] + 12));
    }

    [Fact]
    public async Task Reset_OfOneGuestsDevice_LeavesTheOther()
    {
        var bench = new Bench(2);
        Guest first = await Bench.Boot(bench.Host, "guest0", bench.Devices[0]);
        Guest second = await Bench.Boot(bench.Host, "guest1", bench.Devices[1]);
        await first.LoadDriver(first.Machine.Devices[0]);
        await second.LoadDriver(second.Machine.Devices[0]);
        await second.Machine.WriteMemory(VirtualMachine.WindowBase, pattern);
        PciDevice function = first.FunctionOf(first.Machine.Devices[0])!;
        await first.Machine.WriteConfig(function.Bdf, bench.Fakes[0].Dvsec + 0x10, 4, 2);
        Assert.Contains("reset", bench.Core.Log);
        Assert.Empty(first.Machine.Devices[0].Committed);
        Assert.Equal(AccessStatus.NoWindow, await first.Machine.ReadMemory(VirtualMachine.WindowBase, new byte[8]));
        Assert.Equal(pattern, await Bench.Read(second.Machine, VirtualMachine.WindowBase));
    }

    [Fact]
    public async Task Decoder_CommittedOutsideOfTheWindow_MapsNothing()
    {
        var bench = new Bench(1);
        Guest guest = await Bench.Boot(bench.Host, "guest0", bench.Devices);
        VirtualDevice device = guest.Machine.Devices[0];
        ulong decoder = device.Bars[0] + bench.Fakes[0].BlockOffset + (ulong)bench.Fakes[0].HdmOffset + 0x10;
        await guest.Machine.WriteMmio(decoder + 8, 0x10000000);
        await guest.Machine.WriteMmio(decoder + 0x10, 0x200);
        Assert.Equal([0], device.Committed);
        Assert.Single(guest.Machine.SecondStage.Ranges);
        Assert.Contains("not in the window", guest.Machine.Log[^1], StringComparison.Ordinal);
    }
}
