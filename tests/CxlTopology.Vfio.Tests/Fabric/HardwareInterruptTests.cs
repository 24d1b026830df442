using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>Interrupts that the hardware sends: over the fabric to the host, by an eventfd to the VMM, into the guest.</summary>
public sealed class HardwareInterruptTests
{
    [Theory]
    [InlineData("g0")]
    [InlineData("g2")] // two switches
    public void Interrupt_OfTheHardware_ReachesTheGuestsHandler_WithTheGuestsData(string endpoint)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind(endpoint);
        machine.Do(async () =>
        {
            ExchangeInterrupts driver = await ExchangeInterrupts.Of(await machine.BootGuest("guest0", device));
            await driver.Arm();
            await driver.Exchange();
            Assert.Equal([ExchangeInterrupts.Data], driver.Heard);
            Assert.Equal((1L, 0L, 0L, 0L), (driver.Interrupts.Delivered, driver.Interrupts.Dropped, driver.Guest.Machine.SpuriousInterrupts, machine.Program.SpuriousInterrupts));
            await driver.Guest.Machine.End();
        });
    }

    [Fact]
    public void Interrupt_IntoTheGuest_TakesWhatItIsSetTo()
    {
        SimTime Heard(SimDuration latency)
        {
            RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
            VfioPciDevice device = machine.Bind("g0");
            SimTime at = default;
            machine.Do(async () =>
            {
                var guest = new Guest(await VirtualMachine.Start(machine.Host, new GuestOptions { Name = "guest0", Devices = [device], Memory = ByteSize.MiB(64), InterruptLatency = latency }));
                await guest.Boot();
                ExchangeInterrupts driver = await ExchangeInterrupts.Of(guest);
                guest.Machine.Connect(guest.FunctionOf(guest.Machine.Devices[0])!.Bdf, _ => at = guest.Machine.Now);
                await driver.Arm();
                await driver.Exchange();
            });
            return at;
        }

        Assert.Equal(SimDuration.FromNanoseconds(2500), Heard(SimDuration.FromNanoseconds(2500)) - Heard(SimDuration.Zero));
    }

    [Fact]
    public void Interrupt_OfAMaskedVector_IsPending_AndComesOnceWhenItIsUnmasked()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            ExchangeInterrupts driver = await ExchangeInterrupts.Of(await machine.BootGuest("guest0", device));
            await driver.Arm();
            await driver.Mask(true);
            await driver.Exchange();
            await driver.Exchange();
            Assert.Empty(driver.Heard);
            Assert.True(await driver.IsPending());
            await driver.Mask(false);
            await driver.Guest.Machine.Wait(SimDuration.FromMicroseconds(2));
            Assert.Equal([ExchangeInterrupts.Data], driver.Heard);
            Assert.False(await driver.IsPending());
        });
    }

    [Fact]
    public void Interrupt_OfAVectorThatWasNeverOpen_IsPendingInTheDevice_AndComesWhenItIsOpened()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            ExchangeInterrupts driver = await ExchangeInterrupts.Of(await machine.BootGuest("guest0", device));
            await driver.Arm(masked: true);
            await driver.Exchange();
            Assert.Empty(driver.Heard);
            Assert.False(driver.Interrupts.IsPending(1));
            Assert.True(await driver.IsPending()); // the device's own bit
            await driver.Mask(false);
            await driver.Guest.Machine.Wait(SimDuration.FromMicroseconds(5));
            Assert.Equal([ExchangeInterrupts.Data], driver.Heard);
        });
    }

    [Fact]
    public void Interrupt_WhileTheFunctionIsMasked_Waits()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            ExchangeInterrupts driver = await ExchangeInterrupts.Of(await machine.BootGuest("guest0", device));
            await driver.Arm();
            await driver.SetControl(0xC000);
            await driver.Exchange();
            Assert.Empty(driver.Heard);
            await driver.SetControl(0x8000);
            await driver.Guest.Machine.Wait(SimDuration.FromMicroseconds(2));
            Assert.Equal([ExchangeInterrupts.Data], driver.Heard);
        });
    }

    [Fact]
    public void Interrupt_AfterMsixWasTurnedOff_DoesNotCome()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            ExchangeInterrupts driver = await ExchangeInterrupts.Of(await machine.BootGuest("guest0", device));
            await driver.Arm();
            await driver.SetControl(0);
            await driver.Exchange();
            await driver.SetControl(0x8000);
            await driver.Guest.Machine.Wait(SimDuration.FromMicroseconds(5));
            Assert.Empty(driver.Heard);
            await driver.Exchange();
            Assert.Equal([ExchangeInterrupts.Data], driver.Heard);
        });
    }

    [Theory]
    [InlineData(VfioDialect.RfcV2)]
    [InlineData(VfioDialect.V3)]
    public void Interrupt_AfterAReset_DoesNotCome_UntilTheGuestArmsAnew(VfioDialect dialect)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(dialect == VfioDialect.V3 ? RealMachine.Committed : ""));
        VfioPciDevice device = machine.Bind("g0", dialect);
        machine.Do(async () =>
        {
            ExchangeInterrupts driver = await ExchangeInterrupts.Of(await machine.BootGuest("guest0", device));
            await driver.Arm();
            await driver.Mask(true);
            await driver.Exchange(); // pending, and lost by the reset
            await driver.Guest.Machine.Devices[0].Reset();
            Assert.Equal((0u, 1u, false), (await driver.Control() & 0xC000, await driver.VectorControl(), await driver.IsPending()));
            await driver.Exchange();
            Assert.Empty(driver.Heard);
            await driver.Guest.Machine.WriteConfig(driver.Guest.FunctionOf(driver.Guest.Machine.Devices[0])!.Bdf, 4, 6, 2);
            await driver.Arm();
            await driver.Exchange();
            Assert.Equal([ExchangeInterrupts.Data], driver.Heard);
        });
    }

    [Fact]
    public void Interrupt_OfADeviceThatItsUserResets_StaysArmed()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            ExchangeInterrupts driver = await ExchangeInterrupts.Of(await machine.BootGuest("guest0", device));
            await driver.Arm();
            await device.Reset(); // of the VFIO device, behind the VMM's back
            await driver.Exchange();
            Assert.Equal([ExchangeInterrupts.Data], driver.Heard);
        });
    }

    [Fact]
    public void Interrupt_OfOneGuestsDevice_NeverReachesAnother()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice[] devices = [machine.Bind("g0"), machine.Bind("g3")];
        machine.Do(async () =>
        {
            ExchangeInterrupts one = await ExchangeInterrupts.Of(await machine.BootGuest("guest0", devices[0]));
            ExchangeInterrupts other = await ExchangeInterrupts.Of(await machine.BootGuest("guest1", devices[1]));
            await one.Arm();
            await other.Arm();
            await one.Exchange();
            Assert.Equal((1, 0), (one.Heard.Count, other.Heard.Count));
            await other.Exchange();
            Assert.Equal((1, 1), (one.Heard.Count, other.Heard.Count));
        });
    }

    [Fact]
    public void Interrupt_ThatNobodyInTheGuestTakes_IsSpurious()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            ExchangeInterrupts driver = await ExchangeInterrupts.Of(await machine.BootGuest("guest0", device));
            await driver.Arm();
            driver.Guest.Machine.Disconnect(driver.Guest.FunctionOf(driver.Guest.Machine.Devices[0])!.Bdf);
            await driver.Exchange();
            Assert.Equal((0, 1L), (driver.Heard.Count, driver.Guest.Machine.SpuriousInterrupts));
        });
    }

    [Fact]
    public void Interrupt_OfAGuestsGuest_GoesThroughBoth()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            Guest outer = await machine.BootGuest("outer", device);
            VfioHost inside = outer.MakeHost(new HostMemory(32UL << 20, 32UL << 20));
            VfioPciDevice passed = inside.Bind(outer.FunctionOf(outer.Machine.Devices[0])!, new AcceleratorDriver(new HostCore(outer.Core!)));
            var inner = new Guest(await VirtualMachine.Start(inside, new GuestOptions { Name = "inner", Devices = [passed], Memory = ByteSize.MiB(16) }));
            await inner.Boot();
            ExchangeInterrupts driver = await ExchangeInterrupts.Of(inner);
            await driver.Arm();
            await driver.Exchange();
            Assert.Equal([ExchangeInterrupts.Data], driver.Heard);
            Assert.Equal((1L, 0L, device.HostFunction), (outer.Machine.Devices[0].Interrupts.Delivered, outer.Machine.SpuriousInterrupts, passed.HostFunction));
            await inner.Machine.End();
            await outer.Machine.End();
        });
    }

    [Theory]
    [InlineData(0x21u, 0, 1)] // no data: each of the vectors
    [InlineData(0x22u, 1, 1)] // bool
    [InlineData(0x22u, 0, 0)]
    public void Interrupt_ThatTheMonitorTriggersItself_GoesTheSameWay(uint flags, byte data, int heard)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            ExchangeInterrupts driver = await ExchangeInterrupts.Of(await machine.BootGuest("guest0", device));
            await driver.Arm();
            VfioProcess process = driver.Guest.Machine.Process;
            const int DeviceFile = 4; // behind the iommufd
            var trigger = new byte[21];
            foreach ((int at, uint value) in ((int, uint)[])[(0, 21), (4, flags), (8, 2), (12, 1), (16, 1)])
                BitConverter.TryWriteBytes(trigger.AsSpan(at), value);
            trigger[20] = data;
            await process.Ioctl(DeviceFile, VfioRequest.DeviceSetIrqs, trigger);
            await driver.Guest.Machine.Wait(SimDuration.FromMicroseconds(2));
            Assert.Equal(heard, driver.Heard.Count);
        });
    }

    [Fact]
    public void Interrupt_AfterItsGuestHasEnded_GoesNowhere()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            ExchangeInterrupts driver = await ExchangeInterrupts.Of(await machine.BootGuest("guest0", device));
            await driver.Arm();
            await driver.Guest.Machine.End();
            Guest next = await machine.BootGuest("guest1", device);
            ExchangeInterrupts other = await ExchangeInterrupts.Of(next);
            await other.Exchange(); // not armed by the new one
            Assert.Equal((0, 0, 0L), (driver.Heard.Count, other.Heard.Count, machine.Program.SpuriousInterrupts));
        });
    }
}
