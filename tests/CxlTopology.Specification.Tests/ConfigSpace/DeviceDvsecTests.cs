namespace CxlTopology.Specification.Tests;

public sealed class DeviceDvsecTests
{
    private static readonly RegisterBlock<DeviceDvsecRegisters> type2 = ConfigSpaceKinds.Type2.Device!;

    private readonly RegisterBank bank = ConfigSpaceKinds.Type2.CreateBank();

    [Fact]
    public void Capability_OfTheTypes_IsTheKnownWord()
    {
        ConfigSpaceLayout plain = ConfigSpaceLayouts.Endpoint(new() { Role = ComponentRole.Type2Endpoint });
        Assert.Equal(0x09D7UL, plain.CreateBank().Read(plain.Device!.Offset + 0x0A, 2));
        Assert.Equal(0x001EUL, ConfigSpaceKinds.Type3.CreateBank().Read(ConfigSpaceKinds.Type3.Device!.Offset + 0x0A, 2));
    }

    [Fact]
    public void Ranges_HoldTheSizes()
    {
        Assert.Equal(0x11_0000_0000UL, type2.Table.Ranges[0].Size(bank[type2]));
        Assert.Equal((0UL, 0UL), (type2.Table.Ranges[1].Size(bank[type2]), type2.Table.Ranges[0].Base(bank[type2])));
        bank.Write(type2.Offset + 0x20, 4, 0x40);
        bank.Write(type2.Offset + 0x24, 4, uint.MaxValue);
        bank.Write(type2.Offset + 0x30, 4, uint.MaxValue);
        Assert.Equal(0x40_F000_0000UL, type2.Table.Ranges[0].Base(bank[type2]));
        Assert.Equal(0UL, type2.Table.Ranges[1].Base(bank[type2]));
    }

    [Fact]
    public void Control_Writable_IsWhatTheDeviceCanDo()
    {
        bank.Write(type2.Offset + 0x0C, 2, 0xFFFF);
        Assert.Equal(0x4FFFUL, bank.Read(type2.Offset + 0x0C, 2));
        RegisterBlock type3 = ConfigSpaceKinds.Type3.Device!;
        RegisterBank other = ConfigSpaceKinds.Type3.CreateBank();
        other.Write(type3.Offset + 0x0C, 2, 0xFFFF);
        Assert.Equal(0x0006UL, other.Read(type3.Offset + 0x0C, 2));
        RegisterBlock mld = ConfigSpaceKinds.Mld.Device!;
        RegisterBank third = ConfigSpaceKinds.Mld.CreateBank();
        third.Write(mld.Offset + 0x0C, 2, 0xFFFF);
        third.Write(mld.Offset + 0x10, 2, 0xFFFF);
        Assert.Equal((0x1006UL, 0x0030UL), (third.Read(mld.Offset + 0x0C, 2), third.Read(mld.Offset + 0x10, 2)));
    }

    [Fact]
    public void Control2_Requests_ReadZeroAndAreSeen()
    {
        RegisterWrite write = bank.Write(type2.Offset + 0x10, 2, 0x000F);
        Assert.Equal(0x0009UL, bank.Read(type2.Offset + 0x10, 2));
        Assert.True(write.WroteOne(type2, type2.Table.InitiateWriteBack) && write.WroteOne(type2, type2.Table.InitiateReset));
        Assert.False(bank.Write(type2.Offset + 0x10, 2, 0).WroteOne(type2, type2.Table.InitiateReset));
    }

    [Fact]
    public void ConfigLock_Set_FreezesUntilConventionalReset()
    {
        bank.Write(type2.Offset + 0x0C, 2, 0x0004);
        bank.Write(type2.Offset + 0x14, 2, 0x0001);
        bank.Write(type2.Offset + 0x14, 2, 0x0000);
        bank.Write(type2.Offset + 0x0C, 2, 0x0001);
        bank.Write(type2.Offset + 0x20, 4, 0x40);
        Assert.Equal(
            (0x0006UL, 1UL, 0UL),
            (bank.Read(type2.Offset + 0x0C, 2), bank.Read(type2.Offset + 0x14, 2), bank.Read(type2.Offset + 0x20, 4)));
        bank.Write(type2.Offset + 0x10, 2, 0x0001);
        Assert.Equal(1UL, bank.Read(type2.Offset + 0x10, 2));

        bank.Reset(ResetKind.Function);
        Assert.Equal(1UL, bank.Read(type2.Offset + 0x10, 2));
        bank.Reset(ResetKind.Cxl);
        Assert.Equal(
            (0x0006UL, 0UL, 1UL),
            (bank.Read(type2.Offset + 0x0C, 2), bank.Read(type2.Offset + 0x10, 2), bank.Read(type2.Offset + 0x14, 2)));
        bank.Reset(ResetKind.Hot);
        Assert.Equal((0x0002UL, 0UL), (bank.Read(type2.Offset + 0x0C, 2), bank.Read(type2.Offset + 0x14, 2)));
    }

    [Fact]
    public void ViralStatus_ClearsByOneAndStaysOverHotReset()
    {
        bank.Set(type2, type2.Table.ViralStatus, true);
        bank.Write(type2.Offset + 0x0E, 2, 0);
        bank.Reset(ResetKind.Hot);
        Assert.True(bank.Get(type2, type2.Table.ViralStatus));
        bank.Write(type2.Offset + 0x0F, 1, 0x40);
        Assert.False(bank.Get(type2, type2.Table.ViralStatus));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void MemoryReady_SetsTheRangesThereAre(bool active)
    {
        RegisterBlock<DeviceDvsecRegisters> mld = ConfigSpaceKinds.Mld.Device!;
        RegisterBank two = ConfigSpaceKinds.Mld.CreateBank();
        mld.Table.SetMemoryReady(two[mld], infoValid: true, active);
        type2.Table.SetMemoryReady(bank[type2], infoValid: true, active);
        Assert.Equal((true, active), (two.Get(mld, mld.Table.Ranges[1].Valid), two.Get(mld, mld.Table.Ranges[1].Active)));
        Assert.Equal((true, active), (bank.Get(type2, type2.Table.Ranges[0].Valid), bank.Get(type2, type2.Table.Ranges[0].Active)));
        Assert.False(bank.Get(type2, type2.Table.Ranges[1].Valid));
    }

    public static TheoryData<DeviceDvsecOptions> Impossible =>
    [
        new() { HdmCount = 0 },
        new() { HdmCount = 3 },
        new() { MemCapable = false },
        new() { WriteBackCapable = true },
        new() { MemoryClearCapable = true },
        new() { ResetTimeout = 5 },
        new() { MemoryActiveTimeout = 5 },
        new() { MediaType = 8 },
        new() { CacheSize = 1 },
        new() { CacheSizeUnit = 3 },
        new() { Range1Size = ByteSize.MiB(128) },
        new() { Range2Size = ByteSize.MiB(256) },
        new() { MemCapable = false, HdmCount = 0, Range1Size = ByteSize.MiB(256) },
    ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Options_Contradicting_AreRefused(DeviceDvsecOptions options) => Assert.Throws<ArgumentException>(options.Check);
}
