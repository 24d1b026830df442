using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Machines;

namespace CxlTopology.Vfio.Tests.Fabric;

public sealed class PassthroughTests
{
    private static readonly byte[] pattern = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void Open_InV3_ThatFailsHalfWay_GivesTheDeviceBack()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(RealMachine.Committed).Replace("memory-clear: true", "memory-clear: false", StringComparison.Ordinal));
        VfioPciDevice refused = machine.Bind("g0", VfioDialect.V3, new VfioDeviceOptions { Scrub = VfioScrub.Reset });
        machine.Do(async () =>
        {
            await User.Fails(Errno.ENOTTY, () => machine.BootGuest("guest0", refused));
            Assert.Contains("CXL disabled", refused.Log);
            Assert.Null(refused.Cxl);
            machine.Host.Unbind(refused);
            Guest guest = await machine.BootGuest("guest1", machine.Bind("g0", VfioDialect.V3, new VfioDeviceOptions { Scrub = VfioScrub.Pages }));
            await guest.Machine.End();
        });
    }

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

    [Theory]
    [InlineData(VfioDialect.V3)]
    [InlineData(VfioDialect.RfcV2)]
    public void Guest_OfARegionThatFirmwareCommitted_UsesIt_AndItStays(VfioDialect dialect)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(RealMachine.Committed));
        VfioPciDevice device = machine.Bind("g0", dialect);
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", device);
            Assert.Equal(dialect == VfioDialect.V3, guest.Core!.Regions is [{ IsAuto: true }]);
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
            Assert.Equal(AccessStatus.Ok, await guest.Machine.WriteMemory(region.Base.Value + 0x40, pattern));
            var into = new byte[8];
            await machine.Core.Memory.ReadMemory(0x10_0000_0040, into);
            Assert.Equal(pattern, into);
            PciDevice function = guest.FunctionOf(guest.Machine.Devices[0])!;
            if (dialect == VfioDialect.V3)
            {
                int control = function.ExpressCapability + 8;
                await guest.Machine.WriteConfig(function.Bdf, control, 0x8000 | await guest.Machine.ReadConfig(function.Bdf, control, 2), 2);
                Assert.Contains("reset by the guest", device.Log);
                Assert.Equal(AccessStatus.Ok, await guest.Machine.ReadMemory(region.Base.Value + 0x40, into));
                Assert.Equal(pattern, into); // a function-level reset leaves CXL.mem alone
            }

            await guest.Machine.End();
            Assert.Equal(0x600u, await machine.Decoder(machine.Memdev("g0").Endpoint!, 0x10) & 0x600);
            Assert.Single(machine.Core.Regions);
        });
    }

    [Fact]
    public void Guest_ReadsTheDevicesCdat_OverItsDataObjectExchange()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g2");
        machine.Do(async () =>
        {
            byte[]? own = await new DataObjectClient(machine.Core.Configuration, machine.Hardware.Clock.Wait).ReadCdat(machine.Function("g2"));
            Guest guest = await machine.BootGuest("guest0", device);
            byte[]? read = await new DataObjectClient(guest.Machine, guest.Machine.Wait).ReadCdat(guest.FunctionOf(guest.Machine.Devices[0])!);
            Assert.NotNull(own);
            Assert.Equal(own, read);
        });
    }

    [Fact]
    public void Guest_AsPosted_Has256MiB_AndNoReset()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0", VfioDialect.RfcV2AsPosted);
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", device);
            Assert.False(guest.Machine.Devices[0].CanReset);
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0], AcceleratorDriver.PostedCapacity);
            Assert.Equal(AccessStatus.Ok, await guest.Machine.WriteMemory(region.Base.Value, pattern));
            Assert.Equal(ByteSize.MiB(256), Assert.Single(machine.Core.Regions).Size);
            await guest.Machine.End();
        });
    }

    [Fact]
    public void SeveralDecoders_OfOneDevice_EachHaveTheirPartOfItsMemory()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", device);
            var regions = new List<CxlRegion>();
            for (int i = 0; i < 4; i++)
                regions.Add(await guest.LoadDriver(guest.Machine.Devices[0], ByteSize.MiB(256)));
            for (int i = 0; i < 4; i++)
                await guest.Machine.WriteMemory(regions[i].Base.Value, BitConverter.GetBytes((ulong)i + 1));
            ulong start = guest.Machine.Explain(regions[0].Base.Value)!.Value.HostAddress;
            var into = new byte[8];
            for (int i = 0; i < 4; i++)
            {
                await machine.Core.Memory.ReadMemory(start + ((ulong)i << 28), into);
                Assert.Equal((ulong)i + 1, BitConverter.ToUInt64(into));
            }

            await guest.UnloadDriver(regions[3]);
            Assert.Equal([0, 1, 2], guest.Machine.Devices[0].Committed);
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
    public void Device_ThatTheHostUses_OrAnotherGuestHasAPartOf_IsEBUSY()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators("regions:\n  region0: {window: 0, endpoints: [g0], size: 1GiB}\n"));
        VfioPciDevice used = machine.Bind("g0");
        VfioPciDevice whole = machine.Bind("g3", options: new VfioDeviceOptions { InterleaveWith = [machine.Function("g2")] });
        VfioPciDevice part = machine.Bind("g2");
        machine.Do(async () =>
        {
            CxlRegion own = machine.Core.Regions[0];
            await machine.Core.Memory.WriteMemory(own.Base.Value + 0x40, pattern);
            await User.Fails(Errno.EBUSY, () => machine.BootGuest("guest0", used));
            var kept = new byte[8];
            Assert.Equal(AccessStatus.Ok, await machine.Core.Memory.ReadMemory(own.Base.Value + 0x40, kept));
            Assert.Equal(pattern, kept); // what is refused is not cleared either
            Guest guest = await machine.BootGuest("guest1", whole);
            await User.Fails(Errno.EBUSY, () => machine.BootGuest("guest2", part));
            await guest.Machine.End();
            await (await machine.BootGuest("guest2", part)).Machine.End();
            Assert.Equal("region0", Assert.Single(machine.Core.Regions).Name);
        });
    }

    [Fact]
    public void V3_HostAddressesThatSomebodyHas_AreEBUSYAtBind()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(RealMachine.Committed + "\nregions:\n  region9: {window: 2, endpoints: [g3], size: 1GiB}\n"));
        machine.Do(async () =>
        {
            await User.Fails(Errno.EBUSY, () => Task.FromResult(machine.Bind("g3", VfioDialect.V3))); // the host's own region
            VfioPciDevice device = machine.Bind("g0", VfioDialect.V3);
            await User.Fails(Errno.EBUSY, () => machine.Passthrough.AddMemdev(device.Function, ByteSize.GiB(1))); // acquired, though not open
            await (await machine.BootGuest("guest0", device)).Machine.End();
            machine.Host.Unbind(device);
            CxlRegions.AttachDriver(machine.Memdev("g0")); // a driver of the host takes it
            await User.Fails(Errno.EBUSY, () => Task.FromResult(machine.Bind("g0", VfioDialect.V3)));
            await User.Fails(Errno.EOPNOTSUPP, () => Task.FromResult(machine.Bind("g1", VfioDialect.V3)));
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
