using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>What is in a device's memory when it is assigned is gone, for the guest and for the device itself.</summary>
public sealed class ScrubTests
{

    [Theory]
    [InlineData("true", VfioScrub.Automatic, "is cleared by a CXL reset")]
    [InlineData("true", VfioScrub.Reset, "is cleared by a CXL reset")]
    [InlineData("true", VfioScrub.Memory, "is overwritten")]
    [InlineData("false", VfioScrub.Automatic, "is overwritten")]
    public void Assigned_MemoryIsZero_ToTheDeviceToo(string resets, VfioScrub scrub, string how)
    {
        RealMachine machine = Boot(resets);
        VfioPciDevice device = machine.Bind("g0", options: new VfioDeviceOptions { Scrub = scrub });
        machine.Do(async () =>
        {
            await LeaveSecrets(machine, ["g0"]);
            Guest guest = await machine.BootGuest("guest0", device);
            Assert.Contains(device.Log, line => line.Contains(how, StringComparison.Ordinal));
            Assert.Equal(how == "is overwritten", device.Log.Contains("reset before it is assigned"));
            foreach (ulong at in places)
                Assert.Equal(0ul, Peek(machine, "g0", at)); // as the device has it, not as it is read
            await guest.Machine.End();
        });
    }

    [Theory]
    [InlineData("true", VfioScrub.Automatic, "is cleared by a CXL reset")]
    [InlineData("false", VfioScrub.Automatic, "is overwritten")]
    public void AssignedAsAWhole_MemoryOfEachDeviceIsZero(string resets, VfioScrub scrub, string how)
    {
        RealMachine machine = Boot(resets);
        VfioPciDevice device = machine.Bind("g2", options: new VfioDeviceOptions { Scrub = scrub, InterleaveWith = [machine.Function("g3")] });
        machine.Do(async () =>
        {
            await LeaveSecrets(machine, ["g2", "g3"]);
            Guest guest = await machine.BootGuest("guest0", device);
            Assert.Contains(device.Log, line => line.Contains(how, StringComparison.Ordinal));
            foreach (ulong at in places)
                Assert.Equal((0ul, 0ul), (Peek(machine, "g2", at), Peek(machine, "g3", at)));
            await guest.Machine.End();
        });
    }

    [Fact]
    public void WhatTheDeviceWrites_BeforeTheGuestTouchesThePage_Stays()
    {
        RealMachine machine = Boot("false");
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            Guest guest = await machine.BootGuest("guest0", device);
            CxlRegion region = await guest.LoadDriver(guest.Machine.Devices[0]);
            var line = new byte[64];
            line[5] = 0xD1;
            await machine.Core.Memory.WriteMemory(guest.Machine.Explain(region.Base.Value + 0x4000)!.Value.HostAddress, line); // past the guest, as an engine of the device does
            var into = new byte[8];
            Assert.Equal(AccessStatus.Ok, await guest.Machine.ReadMemory(region.Base.Value + 0x4000, into));
            Assert.Equal(0xD1, into[5]);
            await guest.Machine.End();
        });
    }

    [Fact]
    public void MemoryThatCannotBeOverwritten_IsNotAssigned()
    {
        RealMachine machine = Boot("false");
        VfioPciDevice device = machine.Bind("g0");
        machine.CutLink("g0", Simulation.SimDuration.FromMilliseconds(102));
        machine.Do(async () =>
        {
            ErrnoException problem = await Assert.ThrowsAsync<ErrnoException>(() => machine.BootGuest("guest0", device));
            Assert.Equal(Errno.EIO, problem.Errno);
            Assert.Contains("could not be overwritten", problem.Message, StringComparison.Ordinal);
            Assert.False(device.IsOpen);
            Assert.Empty(machine.Host.Processes);
        });
    }

    private static readonly ulong[] places = [0, 0x1000, 0xA34_0000, (256ul << 20) - 64];

    private static RealMachine Boot(string resets) => RealMachine.Boot(RealMachine.Accelerators()
        .Replace("memory: 1GiB", "memory: 256MiB", StringComparison.Ordinal)
        .Replace("reset: true, reset-timeout: 100ms, memory-clear: true", resets == "true" ? "reset: true, memory-clear: true" : "reset: false", StringComparison.Ordinal));

    private static ulong Peek(RealMachine machine, string endpoint, ulong at)
    {
        Span<byte> line = stackalloc byte[64];
        machine.Built.Endpoints[endpoint].Media.Peek(new Dpa(at & ~63ul), line);
        return BitConverter.ToUInt64(line);
    }

    private static async Task LeaveSecrets(RealMachine machine, string[] endpoints)
    {
        var parts = new List<PassthroughDpa>();
        foreach (string endpoint in endpoints)
            parts.Add(await machine.Passthrough.RequestDpa(await machine.Passthrough.AddMemdev(machine.Function(endpoint), ByteSize.MiB(256)), ByteSize.MiB(256)));
        PassthroughRegion region = await machine.Passthrough.CreateRegion(parts);
        var line = new byte[64];
        line.AsSpan().Fill(0x5E);
        for (int way = 0; way < parts.Count; way++)
        {
            foreach (ulong at in places)
            {
                ulong granule = 512;
                ulong hpa = parts.Count == 1 ? at : at / granule * granule * (ulong)parts.Count + (ulong)way * granule + at % granule;
                Assert.Equal(AccessStatus.Ok, await machine.Hardware.Memory.WriteMemory(region.Base.Value + hpa, line));
            }
        }

        await machine.Passthrough.Detach(region);
        foreach (PassthroughDpa part in parts)
        {
            await machine.Passthrough.FreeDpa(part);
            await machine.Passthrough.RemoveMemdev(part.Memdev);
        }
    }
}
