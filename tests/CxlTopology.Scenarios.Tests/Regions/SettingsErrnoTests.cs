using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>One test a row of the error numbers of a region that is being made: name, ways, granularity, uuid, size.</summary>
public sealed class SettingsErrnoTests
{
    private const string Uuid = "5a3b1c7d-0e2f-4a6b-8c9d-1e2f3a4b5c6d";
    private readonly CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);

    private CxlRegions Regions => machine.Regions;

    private CxlRegion New(bool isPersistent = false, int window = 0) => Regions.Create(machine.Window(window), isPersistent);

    [Fact]
    public void Create_NameThatIsNotOffered_IsEBUSY() =>
        Failing.With(Errno.EBUSY, () => Regions.Create(machine.Window(), isPersistent: false, "region7"), "region7", "decoder0.0", "region0");

    [Theory]
    [InlineData("segment0")]
    [InlineData("region")]
    [InlineData("region0x")]
    public void Create_NameThatIsNone_IsEINVAL(string name) =>
        Failing.With(Errno.EINVAL, () => Regions.Create(machine.Window(), isPersistent: false, name), name, "region0");

    [Fact]
    public void Create_NameThatIsOffered_Works() => Assert.Equal("region0", Regions.Create(machine.Window(), isPersistent: false, "region0").Name);

    [Fact]
    public void Create_MemoryThatTheWindowDoesNotTake_IsENOENT()
    {
        CoreMachine volatileOnly = CoreMachine.Boot(Texts.OneBridge(window: "allow: [type3, volatile]"));

        Failing.With(Errno.ENOENT, () => volatileOnly.Regions.Create(volatileOnly.Window(), isPersistent: true), "create_pmem_region", "Persistent");
    }

    [Fact]
    public void Delete_UnknownRegion_IsENODEV() =>
        Failing.With(machine, Errno.ENODEV, () => Regions.Delete(machine.Window(), "region5"), "region5", "decoder0.0", "no regions");

    [Fact]
    public void Delete_RegionThatIsDeleted_IsENODEV()
    {
        CxlRegion region = New();
        machine.Do(() => Regions.Delete(region));

        Failing.With(machine, Errno.ENODEV, () => Regions.Delete(region), "region0");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(32)]
    public void SetWays_NumberThatIsNoInterleave_IsEINVAL(int ways) =>
        Failing.With(Errno.EINVAL, () => Regions.SetWays(New(), ways), $"{ways} interleave ways", "1, 2, 3, 4, 6, 8, 12, 16");

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void SetWays_NoMultipleOfTheWindows_IsEINVAL(int ways) =>
        Failing.With(Errno.EINVAL, () => Regions.SetWays(New(), ways), $"{ways} interleave ways", "decoder0.0", "2 ways");

    [Theory]
    [InlineData(6)]
    [InlineData(12)]
    public void SetWays_MultipleThatIsNoPowerOfTwo_IsEINVAL(int ways) =>
        Failing.With(Errno.EINVAL, () => Regions.SetWays(New(), ways), $"{ways} interleave ways", "power of two");

    [Fact]
    public void SetWays_OfARegionWithASize_IsEBUSY()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");

        Failing.With(Errno.EBUSY, () => Regions.SetWays(region, 4), "region0", "512MiB");
    }

    [Fact]
    public void SetGranularity_OfARegionWithASize_IsEBUSY()
    {
        CxlRegion region = machine.Sized(window: 1);

        Failing.With(Errno.EBUSY, () => Regions.SetGranularity(region, 512), "region1", "256MiB");
    }

    [Theory]
    [InlineData(128)]
    [InlineData(768)]
    [InlineData(32768)]
    public void SetGranularity_NumberThatIsNone_IsEINVAL(int granularity) =>
        Failing.With(Errno.EINVAL, () => Regions.SetGranularity(New(window: 1), granularity), $"granularity {granularity}", "256, 512");

    [Fact]
    public void SetGranularity_NotThatOfAWindowOfSeveralWays_IsEINVAL() =>
        Failing.With(Errno.EINVAL, () => Regions.SetGranularity(New(), 512), "granularity 512", "decoder0.0", "1024");

    [Theory]
    [InlineData("5a3b1c7d0e2f4a6b8c9d1e2f3a4b5c6d")]
    [InlineData("5a3b1c7d-0e2f-4a6b-8c9d-1e2f3a4b5c6")]
    [InlineData("5a3b1c7d-0e2f-4a6b-8c9d-1e2f3a4b5cxx")]
    public void SetUuid_TextThatIsNone_IsEINVAL(string text) =>
        Failing.With(Errno.EINVAL, () => Regions.SetUuid(New(isPersistent: true), text), text, "36 characters");

    [Fact]
    public void SetUuid_NullUuid_IsEINVAL() =>
        Failing.With(Errno.EINVAL, () => Regions.SetUuid(New(isPersistent: true), Guid.Empty.ToString()), "null uuid");

    [Fact]
    public void SetUuid_ThatAnotherRegionHas_IsEBUSY()
    {
        Regions.SetUuid(New(isPersistent: true), Uuid);

        Failing.With(Errno.EBUSY, () => Regions.SetUuid(New(isPersistent: true, window: 1), Uuid), "region0", Uuid);
    }

    [Fact]
    public void SetUuid_OfARegionWithAllTargets_IsEBUSY()
    {
        CxlRegion region = PersistentWithAllTargets();

        Failing.With(Errno.EBUSY, () => Regions.SetUuid(region, Uuid[..35] + "0"), "region1", "all its targets");
    }

    [Fact]
    public void SetUuid_TheSameAgain_ChangesNothing()
    {
        CxlRegion region = PersistentWithAllTargets();

        Regions.SetUuid(region, Uuid);

        Assert.Equal(Guid.Parse(Uuid), region.Uuid);
    }

    [Fact]
    public void SetUuid_OfARegionOfRam_IsEACCES() => Failing.With(Errno.EACCES, () => Regions.SetUuid(New(), Uuid), "region0", "RAM");

    [Fact]
    public void SetSize_WithoutWays_IsENXIO()
    {
        CxlRegion region = New();
        Regions.SetGranularity(region, 1024);

        Failing.With(Errno.ENXIO, () => Regions.SetSize(region, ByteSize.MiB(512)), "interleave_ways");
    }

    [Fact]
    public void SetSize_WithoutGranularity_IsENXIO()
    {
        CxlRegion region = New();
        Regions.SetWays(region, 2);

        Failing.With(Errno.ENXIO, () => Regions.SetSize(region, ByteSize.MiB(512)), "interleave_granularity");
    }

    [Fact]
    public void SetSize_OfPersistentMemoryWithoutUuid_IsENXIO()
    {
        CxlRegion region = New(isPersistent: true);
        Regions.SetWays(region, 2);
        Regions.SetGranularity(region, 1024);

        Failing.With(Errno.ENXIO, () => Regions.SetSize(region, ByteSize.MiB(512)), "uuid");
    }

    [Fact]
    public void SetSize_NoMultipleOfWaysTimes256MiB_IsEINVAL()
    {
        CxlRegion region = New();
        Regions.SetWays(region, 2);
        Regions.SetGranularity(region, 1024);

        Failing.With(Errno.EINVAL, () => Regions.SetSize(region, ByteSize.MiB(768)), "768MiB", "2 ways of 256MiB");
    }

    [Fact]
    public void SetSize_OtherThanTheOneSet_IsEBUSY()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");

        Failing.With(Errno.EBUSY, () => Regions.SetSize(region, ByteSize.GiB(1)), "512MiB", "1GiB");
    }

    [Fact]
    public void SetSize_TheSameAgain_ChangesNothing()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");

        Regions.SetSize(region, ByteSize.MiB(512));

        Assert.Equal((CxlRegionState.InterleaveActive, new Hpa(0x10_0000_0000)), (region.State, region.Base));
    }

    [Fact]
    public void SetSize_MoreThanTheWindowHasFree_IsERANGE()
    {
        machine.Sized(2, 1024, "6GiB");

        Failing.With(Errno.ERANGE, () => machine.Sized(2, 1024, "3GiB"), "3GiB", "decoder0.0", "2GiB");
    }

    [Fact]
    public void SetSize_ZeroWithAllTargets_IsEBUSY()
    {
        CxlRegion region = PersistentWithAllTargets();

        Failing.With(Errno.EBUSY, () => Regions.SetSize(region, default), "region1", "all its targets");
    }

    [Fact]
    public void SetSize_ZeroBeforeThat_GivesTheAddressesBack()
    {
        CxlRegion region = machine.Sized(2, 1024, "6GiB");

        Regions.SetSize(region, default);

        Assert.Equal(CxlRegionState.Idle, region.State);
        Assert.Equal(new Hpa(0x10_0000_0000), machine.Sized(2, 1024, "8GiB").Base);
    }

    [Fact]
    public void SetSize_TakesTheLowestRangeThatFits()
    {
        CxlRegion[] regions = [.. Enumerable.Range(0, 3).Select(_ => machine.Sized(2, 1024, "1GiB"))];
        machine.Do(() => Regions.Delete(regions[1]));

        Assert.Equal(0x10_C000_0000ul, machine.Sized(2, 1024, "2GiB").Base.Value);
        Assert.Equal(0x10_4000_0000ul, machine.Sized(2, 1024, "512MiB").Base.Value);
    }

    private CxlRegion PersistentWithAllTargets()
    {
        CxlRegion region = New(isPersistent: true, window: 1);
        Regions.SetWays(region, 1);
        Regions.SetGranularity(region, 256);
        Regions.SetUuid(region, Uuid);
        Regions.SetSize(region, ByteSize.MiB(256));
        Regions.Attach(region, 0, machine.WithMemory("m0", isPersistent: true));
        return region;
    }
}
