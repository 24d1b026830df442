using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>Regions made by the CXL core on the fabric: what the decoders hold, where the data are, and that nothing is left after.</summary>
public sealed class CreateRegionTests
{
    [Fact]
    public void Create_OverTwoBridges_ProgramsEveryLevelAsLinuxDoes()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);

        CxlRegion region = machine.Do(() => machine.Commands.Create(new RegionRequest(machine.Window())
        {
            IsPersistent = false,
            Memdevs = [machine.Memdev("m0"), machine.Memdev("m2"), machine.Memdev("m1"), machine.Memdev("m3")],
            Size = ByteSize.GiB(2),
        }));

        Assert.Equal((CxlRegionState.Commit, true, new Hpa(0x10_0000_0000)), (region.State, region.Enabled, region.Base));
        Assert.Equal(0x1622u, machine.Register(machine.Decoder("m0"), 0x10)); // 4 ways of 1 KiB
        CxlDecoder bridge = machine.Bridge().Decoders[0];
        Assert.Equal(0x1613u, machine.Register(bridge, 0x10)); // 2 ways of 2 KiB
        Assert.Equal(0x100u, machine.Register(bridge, 0x14));
        Assert.Equal(0x8000_0000u, machine.Register(bridge, 0x08));
        Assert.Equal(0x10u, machine.Register(bridge, 0x04));
        Assert.DoesNotContain(machine.Core.Log, l => l.Contains("position-mismatch", StringComparison.Ordinal));
        machine.AssertReadsBack([.. Enumerable.Range(0, 64).Select(i => region.Base.Value + (ulong)i * 0x3FF_FFC0 % region.Size.Bytes / 64 * 64)]);
    }

    [Fact]
    public void Destroy_OfARegion_LeavesNothingCommittedAllocatedOrReferenced()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        var request = new RegionRequest(machine.Window()) { IsPersistent = false, Memdevs = [machine.Memdev("m0"), machine.Memdev("m2")] };
        CxlRegion region = machine.Do(() => machine.Commands.Create(request));

        machine.Do(() => machine.Commands.Destroy(region, force: true));

        Assert.Empty(machine.Core.Regions);
        Assert.Empty(machine.Window().Regions);
        Assert.All(machine.Core.Ports, p => Assert.Equal((-1, -1), (p.CommitEnd, p.HdmEnd)));
        Assert.All(machine.Core.Ports.SelectMany(p => p.Decoders), d => Assert.Equal((null, false), (d.Region, d.Enabled)));
        Assert.All(machine.Core.Ports.SelectMany(p => p.Decoders).OfType<CxlEndpointDecoder>(), d => Assert.Equal((0ul, 0ul), (d.Size.Bytes, d.DpaSize.Bytes)));
        Assert.Equal("region0", machine.Regions.NextName(machine.Window()));
        Assert.Equal(machine.Window().Size, HostAddresses.LargestFree(machine.Window()));
    }

    [Fact]
    public void Destroy_OfARegion_LeavesThePortOfTheFirstTargetItsRangeAsLinuxDoes()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        var request = new RegionRequest(machine.Window()) { IsPersistent = false, Memdevs = [machine.Memdev("m0"), machine.Memdev("m2")] };

        machine.Do(async () => await machine.Commands.Destroy(await machine.Commands.Create(request), force: true));

        Assert.Equal((new Hpa(0x10_0000_0000), ByteSize.GiB(2)), (machine.Bridge().Decoders[0].Base, machine.Bridge().Decoders[0].Size));
        Assert.Equal(0ul, machine.Bridge(1).Decoders[0].Size.Bytes);
        Assert.Equal((0u, 0u), (machine.Register(machine.Bridge().Decoders[0], 0x04), machine.Register(machine.Bridge().Decoders[0], 0x08)));
    }

    [Fact]
    public void Create_AfterDestroy_LeavesTheSameRegisters()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        var request = new RegionRequest(machine.Window()) { IsPersistent = false, Memdevs = [machine.Memdev("m1"), machine.Memdev("m3")] };
        machine.Do(async () => await machine.Commands.Destroy(await machine.Commands.Create(request), force: true));
        Dictionary<(string Port, int Offset), uint> before = machine.Registers();

        machine.Do(async () => await machine.Commands.Destroy(await machine.Commands.Create(request), force: true));

        Assert.Equal(before, machine.Registers());
    }

    [Fact]
    public void Create_OfPersistentMemory_SkipsTheVolatile()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);
        CxlMemdev memdev = machine.Memdev("m0");

        machine.Do(() => machine.Commands.Create(new RegionRequest(machine.Window(1)) { IsPersistent = false, Memdevs = [memdev], Size = ByteSize.MiB(256) }));
        machine.Do(() => machine.Commands.Create(new RegionRequest(machine.Window(1)) { IsPersistent = true, Memdevs = [memdev], Size = ByteSize.MiB(512) }));

        CxlEndpointDecoder second = machine.Decoder("m0", 1);
        Assert.Equal((new Dpa(1 << 30), ByteSize.MiB(768)), (second.DpaBase, second.DpaSkip));
        Assert.Equal(0x3000_0000u, machine.Register(second, 0x14));
        Assert.NotNull(second.Region!.Uuid);
    }

    [Fact]
    public void NextName_OfSeveralWindows_IsOneInReserveForEach()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);

        Assert.Equal(("region0", "region1"), (machine.Regions.NextName(machine.Window()), machine.Regions.NextName(machine.Window(1))));
        CxlRegion first = machine.Regions.Create(machine.Window(1), isPersistent: false);
        Assert.Equal(("region1", "region2"), (first.Name, machine.Regions.NextName(machine.Window(1))));
        machine.Do(() => machine.Regions.Delete(first));
        Assert.Equal("region1", machine.Regions.NextName(machine.Window(1)));
    }
}
