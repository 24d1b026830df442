using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>What the tool chooses where its user says nothing, and what it refuses.</summary>
public sealed class RegionCommandTests
{
    private readonly CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);

    [Fact]
    public void Create_WithTheWindowAlone_TakesAllPersistentMemoryOfTheFirstDevice()
    {
        CxlRegion region = Create(new RegionRequest(machine.Window(1)));

        Assert.Equal((true, 1, 256, ByteSize.GiB(1)), (region.IsPersistent, region.Ways, region.Granularity, region.Size));
        Assert.Same(machine.Core.Memdevs.First(m => m.Endpoint!.Parent == machine.Bridge()), region.Targets[0]!.Port.Memdev);
    }

    [Fact]
    public void Create_WithDevices_TakesWaysFromThem_AndGranularityFromTheWindow()
    {
        CxlRegion region = Create(new RegionRequest(machine.Window()) { IsPersistent = false, Memdevs = [machine.Memdev("m0"), machine.Memdev("m2")] });

        Assert.Equal((2, 1024, ByteSize.GiB(2)), (region.Ways, region.Granularity, region.Size));
    }

    [Fact]
    public void Create_WithoutASize_TakesNoMoreThanTheWindowHas()
    {
        CoreMachine small = CoreMachine.Boot(Texts.TwoBridges.Replace("size: 8GiB, targets: [hb0]}", "size: 768MiB, targets: [hb0]}", StringComparison.Ordinal));
        CxlRegion region = small.Do(() => small.Commands.Create(new RegionRequest(small.Window(1))));

        Assert.Equal(ByteSize.MiB(768), region.Size);
    }

    [Fact]
    public void Create_AtABase_StartsThere()
    {
        CxlRegion region = Create(new RegionRequest(machine.Window(1)) { Size = ByteSize.MiB(256), Base = new Hpa(0x20_3000_0000) });

        Assert.Equal(0x20_3000_0000ul, region.Base.Value);
    }

    [Theory]
    [InlineData(0x20_3000_0000ul, Errno.EBUSY)]
    [InlineData(0x21_F000_0000ul, Errno.ERANGE)]
    [InlineData(0x20_0800_0000ul, Errno.EINVAL)]
    public void Create_AtABaseThatCannotBe_Fails(ulong start, Errno errno)
    {
        Create(new RegionRequest(machine.Window(1)) { Size = ByteSize.MiB(512), Base = new Hpa(0x20_3000_0000) });

        Fails(errno, new RegionRequest(machine.Window(1)) { Size = ByteSize.MiB(512), Base = new Hpa(start) }, $"0x{start:x}");
    }

    [Fact]
    public void Create_OfMemoryThatTheWindowDoesNotTake_IsEINVAL()
    {
        CoreMachine ram = CoreMachine.Boot(Texts.OneBridge(window: "allow: [type3, volatile]"));

        Failing.With(ram, Errno.EINVAL, () => ram.Commands.Create(new RegionRequest(ram.Window()) { IsPersistent = true }), "decoder0.0", "pmem");
    }

    [Fact]
    public void Create_WithMoreWaysThanDevices_IsEINVAL() =>
        Fails(Errno.EINVAL, new RegionRequest(machine.Window()) { Ways = 4, Memdevs = [machine.Memdev("m0"), machine.Memdev("m2")] }, "4 interleave ways", "2 memory devices");

    [Fact]
    public void Create_WithASizeThatTheWaysDoNotDivide_IsEINVAL() =>
        Fails(Errno.EINVAL, new RegionRequest(machine.Window()) { Memdevs = [machine.Memdev("m0"), machine.Memdev("m2")], Size = new ByteSize(1001) }, "1001B", "2 interleave ways");

    [Fact]
    public void Create_OfMoreThanTheWindowHas_IsENOSPC() =>
        Fails(Errno.ENOSPC, new RegionRequest(machine.Window()) { Memdevs = [machine.Memdev("m0"), machine.Memdev("m2")], Size = ByteSize.GiB(9) }, "9GiB", "8GiB");

    [Fact]
    public void Create_WithAnotherGranularityThanTheWindows_IsEINVAL() =>
        Fails(Errno.EINVAL, new RegionRequest(machine.Window()) { Memdevs = [machine.Memdev("m0"), machine.Memdev("m2")], Granularity = 4096 }, "4096", "1024");

    [Fact]
    public void Create_WithoutAFreeDecoder_IsENXIO()
    {
        for (int i = 0; i < 4; i++)
            Create(new RegionRequest(machine.Window(1)) { Size = ByteSize.MiB(256), Memdevs = [machine.Memdev("m0")] });

        Fails(Errno.ENXIO, new RegionRequest(machine.Window(1)) { Size = ByteSize.MiB(256), Memdevs = [machine.Memdev("m0")] }, machine.Memdev("m0").Name, "all 4 are in use");
    }

    [Fact]
    public void Create_ThatFailsHalfWay_GivesEverythingBack()
    {
        Fails(Errno.ENXIO, new RegionRequest(machine.Window()) { Memdevs = [machine.Memdev("m0"), machine.Memdev("m1")], Size = ByteSize.MiB(512) }, "position 1");

        Assert.Empty(machine.Core.Regions);
        Assert.All(machine.Core.Ports, p => Assert.Equal(-1, p.HdmEnd));
        Assert.Equal("region0", machine.Regions.NextName(machine.Window()));
    }

    [Fact]
    public void Destroy_OfARegionBelowOthersOfADevice_IsEBUSYAndLeavesAHole()
    {
        CxlRegion first = Create(new RegionRequest(machine.Window(1)) { Size = ByteSize.MiB(256), Memdevs = [machine.Memdev("m0")] });
        CxlRegion second = Create(new RegionRequest(machine.Window(1)) { Size = ByteSize.MiB(256), Memdevs = [machine.Memdev("m0")] });

        Failing.With(machine, Errno.EBUSY, () => machine.Commands.Destroy(first, force: true), machine.Decoder("m0").Name, machine.Decoder("m0", 1).Name);

        machine.Do(() => machine.Commands.Destroy(second, force: true));
        machine.Do(() => machine.Regions.Delete(first));
        DeviceMemory.SetSize(machine.Decoder("m0"), default);
        Assert.All(machine.Core.Ports, p => Assert.Equal((-1, -1), (p.CommitEnd, p.HdmEnd)));
    }

    [Fact]
    public void Disable_ThenDestroy_NeedsNoForce()
    {
        CxlRegion region = Create(new RegionRequest(machine.Window(1)));
        machine.Commands.Disable(region);
        Assert.False(region.Enabled);

        machine.Do(() => machine.Commands.Destroy(region));

        Assert.Empty(machine.Core.Regions);
    }

    [Fact]
    public void Create_TheSameTwice_DrawsTheSameUuid()
    {
        CxlRegion region = Create(new RegionRequest(machine.Window(1)));
        Guid? uuid = region.Uuid;
        machine.Do(() => machine.Commands.Destroy(region, force: true));

        Assert.Equal(uuid, Create(new RegionRequest(machine.Window(1))).Uuid);
    }

    private CxlRegion Create(RegionRequest request) => machine.Do(() => machine.Commands.Create(request));

    private void Fails(Errno errno, RegionRequest request, params string[] parts) => Failing.With(machine, errno, () => machine.Commands.Create(request), parts);
}
