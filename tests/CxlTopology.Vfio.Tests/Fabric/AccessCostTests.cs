using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>What a guest's access costs: in simulated time what second-stage translation is set to, and nothing else; in events one for each walk.</summary>
public sealed class AccessCostTests
{
    private const int Accesses = 512;

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(250)]
    public void Access_CostsTheWalk_AndNothingWhenItIsBuffered(long nanoseconds)
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            VirtualMachine vm = await VirtualMachine.Start(
                machine.Host, new GuestOptions { Name = "guest0", Devices = [device], Memory = ByteSize.MiB(64), WalkLatency = SimDuration.FromNanoseconds(nanoseconds) });
            var guest = new Guest(vm);
            await guest.Boot();
            CxlRegion region = await guest.LoadDriver(vm.Devices[0]);
            ulong guestAt = region.Base.Value;
            ulong hostAt = vm.Explain(guestAt)!.Value.HostAddress;
            SimDuration own = await Measure(machine, machine.Core.Memory, hostAt);
            long walks = vm.SecondStage.Walks;
            SimDuration first = await Measure(machine, vm, guestAt);
            Assert.Equal(walks + 1, vm.SecondStage.Walks);
            Assert.Equal(own + SimDuration.FromNanoseconds(nanoseconds), first);
            Assert.Equal(own, await Measure(machine, vm, guestAt));
        });
    }

    private static async Task<SimDuration> Measure(RealMachine machine, IMemoryBus memory, ulong at)
    {
        var line = new byte[64];
        await machine.Hardware.Clock.Wait(SimDuration.FromMicroseconds(10)); // links are idle
        SimTime before = machine.Hardware.Clock.Now;
        for (int i = 0; i < Accesses; i++)
            Assert.Equal(AccessStatus.Ok, await memory.ReadMemory(at + (ulong)i * 64, line));
        return machine.Hardware.Clock.Now - before;
    }
}
