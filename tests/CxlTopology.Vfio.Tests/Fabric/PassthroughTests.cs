using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Fabric;

public sealed class PassthroughTests
{
    private static readonly byte[] pattern = [1, 2, 3, 4, 5, 6, 7, 8];

    [Theory]
    [InlineData("g0")]
    [InlineData("g1")]
    [InlineData("g2")] // two switches
    public void Guest_OverAnyNumberOfSwitches_ReadsWhatItWrites(string endpoint)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind(endpoint);
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", device);
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
            Assert.Equal(VirtualMachine.WindowBase, region.Base.Value);
            var into = new byte[8];
            foreach (ulong at in (ulong[])[0, 0x12340, 0x3FFF_FFC0])
            {
                Assert.Equal(AccessStatus.Ok, await guest.Machine.WriteMemory(region.Base.Value + at, pattern));
                Assert.Equal(AccessStatus.Ok, await guest.Machine.ReadMemory(region.Base.Value + at, into));
                Assert.Equal(pattern, into);
                ulong host = guest.Machine.Explain(region.Base.Value + at)!.Value.HostAddress;
                Assert.Equal(AccessStatus.Ok, await machine.Core.Memory.ReadMemory(host, into));
                Assert.Equal(pattern, into);
            }

            await guest.Machine.WriteMemory(0x1000, pattern);
            await guest.Machine.ReadMemory(0x1000, into);
            Assert.Equal(pattern, into);
            await guest.Machine.End();
            Assert.Empty(machine.Core.Regions);
            Assert.Equal(0u, await machine.Decoder(machine.Memdev(endpoint).Endpoint!, 0x10) & 0x600);
        });
    }

    [Fact]
    public void Region_InterleavedOverTwoDevices_IsPassedAsAWhole()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0", options: new VfioDeviceOptions { InterleaveWith = [machine.Function("g1")] });
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", device);
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
            Assert.Equal(ByteSize.GiB(2), region.Size);
            var into = new byte[8];
            for (ulong at = 0; at < 4096; at += 256)
            {
                await guest.Machine.WriteMemory(region.Base.Value + at, BitConverter.GetBytes(at));
                await guest.Machine.ReadMemory(region.Base.Value + at, into);
                Assert.Equal(at, BitConverter.ToUInt64(into));
            }

            await guest.Machine.End();
            Assert.Empty(machine.Core.Regions);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Guest_ThatTurnsMemoryDecodeOff_DoesNotKeepTheHostFromResetAndTeardown(bool resets)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g3");
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", device);
            PciDevice function = guest.FunctionOf(guest.Machine.Devices[0])!;
            (int dvsec, _) = await CxlRegisterInfo.FindDvsec(guest.Machine, function, 0);
            await guest.Machine.WriteConfig(function.Bdf, 4, 0, 2);
            CxlPort endpoint = machine.Memdev("g3").Endpoint!;
            if (resets)
            {
                await guest.Machine.WriteConfig(function.Bdf, dvsec + 0x10, 4, 2);
                Assert.Equal(0u, await guest.Machine.ReadConfig(function.Bdf, 4, 2) & 2);
                await guest.Machine.WriteConfig(function.Bdf, 4, 2, 2);
                Assert.Equal(0x600u, await machine.Decoder(endpoint, 0x10) & 0x600);
                await guest.Machine.WriteConfig(function.Bdf, 4, 0, 2);
            }

            await guest.Machine.End();
            Assert.Equal(0u, await machine.Decoder(endpoint, 0x10) & 0x600);
            Assert.Empty(machine.Core.Regions);
        });
    }

    [Fact]
    public void Nested_GuestOfGuest_ReadsWhatItWrites()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g3");
        machine.Do(async () =>
        {
            Guest outer = await machine.BootGuest("guest0", device);
            VfioHost host = outer.MakeHost(new HostMemory(32 << 20, 32 << 20));
            VfioPciDevice passed = host.Bind(outer.FunctionOf(outer.Machine.Devices[0])!, new AcceleratorDriver(new HostCore(outer.Core!)));
            var inner = new Guest(await VirtualMachine.Start(host, new GuestOptions { Name = "guest0.0", Devices = [passed], Memory = ByteSize.MiB(16) }));
            await inner.Boot();
            CxlRegion region = await inner.LoadDriver(inner.Machine.Devices[0]);
            await inner.Machine.WriteMemory(region.Base.Value + 0x80, pattern);
            ulong middle = inner.Machine.Explain(region.Base.Value + 0x80)!.Value.HostAddress;
            ulong host0 = outer.Machine.Explain(middle)!.Value.HostAddress;
            var into = new byte[8];
            Assert.Equal(AccessStatus.Ok, await machine.Core.Memory.ReadMemory(host0, into));
            Assert.Equal(pattern, into);
            await outer.Machine.End();
            Assert.Empty(machine.Core.Regions);
        });
    }

    [Fact]
    public void Reset_OfOneGuestsDevice_WhileTheOtherRuns()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice[] devices = [machine.Bind("g0"), machine.Bind("g3")];
        machine.Do(async () =>
        {
            Guest first = await machine.BootGuest("guest0", devices[0]);
            Guest second = await machine.BootGuest("guest1", devices[1]);
            CxlRegion[] regions = [await first.LoadDriver(first.Machine.Devices[0]), await second.LoadDriver(second.Machine.Devices[0])];
            await first.Machine.WriteMemory(regions[0].Base.Value, pattern);
            await second.Machine.WriteMemory(regions[1].Base.Value, pattern);
            PciDevice function = first.FunctionOf(first.Machine.Devices[0])!;
            (int dvsec, _) = await CxlRegisterInfo.FindDvsec(first.Machine, function, 0);
            Task reset = first.Machine.WriteConfig(function.Bdf, dvsec + 0x10, 4, 2);
            var into = new byte[8];
            int during = 0;
            while (!reset.IsCompleted)
            {
                Assert.Equal(AccessStatus.Ok, await second.Machine.ReadMemory(regions[1].Base.Value, into));
                Assert.Equal(pattern, into);
                await machine.Hardware.Clock.Wait(Simulation.SimDuration.FromMilliseconds(1));
                during++;
            }

            await reset;
            Assert.True(during > 50, $"only {during} accesses during a reset of 100 ms");
            Assert.Contains("reset", devices[0].Log);
            Assert.Empty(first.Machine.Devices[0].Committed);
            Assert.Equal(AccessStatus.NoWindow, await first.Machine.ReadMemory(regions[0].Base.Value, into));
        });
    }
}
