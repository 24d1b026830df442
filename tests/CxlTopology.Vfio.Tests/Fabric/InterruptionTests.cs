using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Machines;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>A guest is killed, or its device leaves, in the middle of any step, from the first request of its VMM to its workload: everything is released, and the device can be assigned again.</summary>
public sealed class InterruptionTests
{
    private static readonly long[] microseconds = [0, 1, 2, 4, 7, 11, 16, 23, 40, 80, 150, 300, 1_000, 50_000, 100_100, 100_200, 100_400, 100_600, 100_800, 101_000, 101_500, 102_000, 102_500, 103_000, 104_000, 120_000, 140_000];

    [Fact]
    public void Killed_AtAnyStep_ReleasesEverything() => AtEveryStep(async (machine, process) => await process.Exit(), removed: false);

    [Fact]
    public void Removed_AtAnyStep_ReleasesEverything() => AtEveryStep(
        (machine, _) =>
        {
            machine.Host.Remove(machine.Host.Devices.First());
            return Task.CompletedTask;
        },
        removed: true);

    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    [InlineData(50_000)]
    [InlineData(100_300)]
    [InlineData(100_700)]
    [InlineData(101_200)]
    [InlineData(102_000)]
    [InlineData(103_000)]
    [InlineData(110_000)]
    public void LinkDown_AtAnyStep_ReleasesEverything(long at)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g3");
        machine.CutLink("g3", SimDuration.FromMicroseconds(at));
        machine.Do(async () =>
        {
            await Live(machine, device);
            machine.Host.Remove(device);
            foreach (VfioProcess left in machine.Host.Processes.ToArray())
                await left.Exit();
            Assert.False(device.IsOpen || device.Group.IsOwned);
            Assert.Empty(machine.Host.Processes);
            Assert.Equal(1UL << 30, machine.Host.Memory.Available);
            Assert.Empty(machine.Core.Regions);
            VfioPciDevice other = machine.Bind("g0");
            Assert.Null(await Live(machine, other));
        });
    }

    [Fact]
    public void Killed_DuringItsDevicesReset_ReleasesEverything()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", device);
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
            PciDevice function = guest.FunctionOf(guest.Machine.Devices[0])!;
            (int dvsec, _) = await CxlRegisterInfo.FindDvsec(guest.Machine, function, 0);
            Task reset = guest.Machine.WriteConfig(function.Bdf, dvsec + 0x10, 4, 2);
            await machine.Hardware.Clock.Wait(SimDuration.FromMilliseconds(20));
            await guest.Machine.End();
            await reset;
            Assert.Equal(AccessStatus.NoWindow, await guest.Machine.ReadMemory(region.Base.Value, new byte[8]));
            AssertReleased(machine);
        });
    }

    private static void AtEveryStep(Func<RealMachine, VfioProcess, Task> interrupt, bool removed)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice? device = null;
        machine.Do(async () =>
        {
            foreach (long at in microseconds)
            {
                device ??= machine.Bind("g0");
                Task<ErrnoException?> life = Live(machine, device);
                await machine.Hardware.Clock.Wait(SimDuration.FromMicroseconds(at));
                VfioProcess? process = machine.Host.Processes is [var running, ..] ? running : null;
                if (process is not null)
                    await interrupt(machine, process);
                ErrnoException? ended = await life;
                Assert.True(ended is null or { Errno: Errno.EBADF or Errno.ENODEV or Errno.EIO or Errno.ENXIO or Errno.EINVAL }, $"at {at} us: {ended}");
                foreach (VfioProcess left in machine.Host.Processes.ToArray())
                    await left.Exit();
                if (removed)
                {
                    if (machine.Host.Devices.Contains(device))
                        machine.Host.Unbind(device);
                    device = null; // it comes back as a new one
                }

                AssertReleased(machine);
            }

            device ??= machine.Bind("g0");
            Assert.Null(await Live(machine, device));
            await machine.Host.Processes[0].Exit();
            AssertReleased(machine);
        });
    }

    /// <summary>A guest from its start to a little work; what ended it.</summary>
    private static async Task<ErrnoException?> Live(RealMachine machine, VfioPciDevice device)
    {
        try
        {
            Guest guest = await machine.BootGuest("guest0", device);
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0], ByteSize.MiB(256));
            var into = new byte[8];
            for (ulong at = 0; at < 64; at++)
            {
                await guest.Machine.WriteMemory(region.Base.Value + at * 64, BitConverter.GetBytes(at));
                await guest.Machine.ReadMemory(region.Base.Value + at * 64, into);
            }

            return null;
        }
        catch (ErrnoException problem)
        {
            return problem;
        }
    }

    private static void AssertReleased(RealMachine machine)
    {
        Assert.Empty(machine.Host.Processes);
        Assert.DoesNotContain(machine.Host.Devices, d => d.IsOpen || d.Group.IsOwned || d.Domain is not null);
        Assert.Equal(1UL << 30, machine.Host.Memory.Available);
        Assert.Empty(machine.Core.Regions);
        Assert.All(machine.Core.Memdevs, m => Assert.All(m.Endpoint!.Decoders.OfType<CxlEndpointDecoder>(), d => Assert.True(d.DpaSize.Bytes == 0 && !d.Enabled)));
    }
}
