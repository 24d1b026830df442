using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>What becomes of regions whose devices go, and come again.</summary>
public sealed class RemovalTests
{
    private readonly CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);

    [Fact]
    public void Remove_OfADevice_TakesItsRegionsBack_AndLeavesTheirAddresses()
    {
        CxlRegion region = machine.Committed("1GiB", 1024, "m0", "m2", "m1", "m3");
        machine.Regions.Enable(region);

        machine.Do(() => machine.Core.RemoveDevice(machine.Memdev("m1")));

        Assert.Equal((CxlRegionState.InterleaveActive, 3, false, ByteSize.GiB(1)), (region.State, region.TargetCount, region.Enabled, region.Size));
        Assert.Null(region.Targets[2]);
        Assert.All(machine.Core.Ports, p => Assert.Equal(-1, p.CommitEnd));
        Assert.Equal(0u, machine.Register(machine.Bridge().Decoders[0], 0x10) & 0x600);
    }

    [Fact]
    public void Remove_OfAllDevices_LeavesAnEmptyRegionThatCanBeDeleted()
    {
        CxlRegion region = machine.Committed("512MiB", 1024, "m0", "m2");
        machine.Do(() => machine.Core.RemoveDevice(machine.Memdev("m0")));
        machine.Do(() => machine.Core.RemoveDevice(machine.Memdev("m2")));
        Assert.Equal(0, region.TargetCount);

        machine.Do(() => machine.Regions.Delete(region));

        Assert.Equal(machine.Window().Size, HostAddresses.LargestFree(machine.Window()));
        Assert.All(machine.Bridge().Decoders, d => Assert.Null(d.Region));
    }

    [Fact]
    public void Add_OfADeviceThatWasRemoved_CanCompleteItsRegionAgain()
    {
        CxlRegion region = machine.Committed("512MiB", 1024, "m0", "m2");
        Dictionary<(string Port, int Offset), uint> before = machine.Registers();
        Bdf place = machine.Memdev("m0").Function.Bdf;
        machine.Do(() => machine.Core.RemoveDevice(machine.Memdev("m0")));

        machine.Do(() => machine.Core.AddDevice(place));
        machine.Regions.Attach(region, 0, machine.WithMemory("m0"));
        machine.Do(() => machine.Regions.Commit(region));

        Assert.Equal(before, machine.Registers());
        machine.AssertReadsBack([region.Base.Value, region.Base.Value + 1024]);
    }

    [Fact]
    public void Add_OfADeviceThatSomebodyCommittedForAnothersRegion_IsEINVAL()
    {
        CxlRegion region = machine.Committed("512MiB", 1024, "m0", "m2");
        CxlMemdev memdev = machine.Memdev("m0");
        machine.Do(() => machine.Core.RemoveDevice(memdev));
        machine.Do(async () =>
        {
            ulong decoder = memdev.Location.HdmDecoders + HdmCapabilityRegisters.FirstDecoder;
            await machine.Core.Mmio.WriteMmio(decoder + 4, 0x10);
            await machine.Core.Mmio.WriteMmio(decoder + 8, 0x2000_0000);
            await machine.Core.Mmio.WriteMmio(decoder + 0x10, 0x1212);
            await machine.Core.AddDevice(memdev.Function.Bdf);
        });

        Assert.Equal((1, null), (region.TargetCount, machine.Decoder("m0").Region));
        Assert.Contains(machine.Core.Log, l => l.Contains("positions of that are explicit", StringComparison.Ordinal) && l.Contains("(EINVAL)", StringComparison.Ordinal));
    }

    [Fact]
    public void Remove_OfADeviceOfALockedRegion_LeavesTheHardwareCommitted()
    {
        CoreMachine locked = CoreMachine.Boot(FirmwareTexts.OneWay(lockEndpoint: ", lock: true"));
        CxlRegion region = locked.Core.Regions[0];

        locked.Do(() => locked.Core.RemoveDevice(locked.Memdev("m0")));

        Assert.Equal((0, false), (region.TargetCount, region.Enabled));
        Assert.Equal(0x600u, locked.Register(locked.Bridge().Decoders[0], 0x10) & 0x600);
    }
}
