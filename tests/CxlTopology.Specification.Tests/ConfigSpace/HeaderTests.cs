namespace CxlTopology.Specification.Tests;

public sealed class HeaderTests
{
    [Theory]
    [InlineData(0x10, 0xFFF0_000Cu)]
    [InlineData(0x14, 0xFFFF_FFFFu)]
    [InlineData(0x18, 0x0000_000Cu)]
    [InlineData(0x1C, 0xFFFF_FFFEu)]
    [InlineData(0x20, 0u)]
    public void Bar_AllOnesWritten_ReadsItsSize(int offset, uint expected)
    {
        RegisterBank bank = ConfigSpaceKinds.Type2.CreateBank();
        bank.Write(offset, 4, uint.MaxValue);
        Assert.Equal(expected, (uint)bank.Read(offset, 4));
    }

    [Fact]
    public void Bar_Written_GivesTheAddress()
    {
        ConfigSpaceLayout layout = ConfigSpaceKinds.Type3;
        RegisterBank bank = layout.CreateBank();
        bank.Write(0x10, 4, 0xFEB1_0000);
        bank.Write(0x14, 4, 0x12);
        bank.Write(0x20, 4, 0xFEC0_1FFF);
        bank.Write(0x24, 4, 0x34);
        Assert.Equal([0x12_FEB1_0000UL, 0UL, 0x34_FEC0_1000UL], layout.Bars.Select(bar => bar.Address(bank)));
    }

    [Theory]
    [InlineData(0, 100UL, true)]
    [InlineData(0, 64UL, true)]
    [InlineData(0, 1UL << 32, false)]
    [InlineData(5, 4096UL, true)]
    [InlineData(6, 4096UL, false)]
    public void Bar_Impossible_IsRefused(int index, ulong size, bool wide) => Assert.Throws<ArgumentException>(
        () => new Type0HeaderRegisters("test", new PciIdentity(), [new BaseAddressRegister(index, size, wide)]));

    [Fact]
    public void Bars_Overlapping_AreRefused() => Assert.Throws<ArgumentException>(() => new Type1HeaderRegisters(
        "test", new PciIdentity(), [new BaseAddressRegister(0, 4096), new BaseAddressRegister(1, 4096, Is64Bit: false)]));

    [Fact]
    public void Identity_IsWhatTheOptionsSay()
    {
        PciIdentity identity = new()
        {
            VendorId = 0x1AF4,
            DeviceId = 0x1100,
            ClassCode = 0x123456,
            Revision = 9,
            SubsystemVendorId = 0x1234,
            SubsystemId = 0x5678,
        };
        RegisterBank bank = ConfigSpaceLayouts.Endpoint(new() { Role = ComponentRole.Type2Endpoint, Identity = identity }).CreateBank();
        Assert.Equal((0x1100_1AF4UL, 0x1234_5609UL, 0x5678_1234UL), (bank.Read(0, 4), bank.Read(8, 4), bank.Read(0x2C, 4)));
    }

    [Fact]
    public void ClassCodes_AreThoseOfTheField()
    {
        Assert.Equal(0x05_02_10u, ConfigSpaceKinds.Type3.CreateBank().Read(8, 4) >> 8);
        Assert.Equal(0x12_00_00u, ConfigSpaceKinds.Type2.CreateBank().Read(8, 4) >> 8);
        Assert.Equal(0x06_04_00u, ConfigSpaceKinds.UpstreamPort.CreateBank().Read(8, 4) >> 8);
        Assert.Equal((0UL, 1UL), (ConfigSpaceKinds.Type3.CreateBank().Read(0xE, 1), ConfigSpaceKinds.RootPort.CreateBank().Read(0xE, 1)));
    }

    [Fact]
    public void Windows_AfterReset_AreClosed()
    {
        RegisterView header = ConfigSpaceKinds.RootPort.CreateBank()[ConfigSpaceKinds.RootPort.Header];
        Type1HeaderRegisters table = ConfigSpaceKinds.RootPort.Type1!.Table;
        Assert.Null(table.MemoryWindow(header));
        Assert.Null(table.PrefetchableWindow(header));
    }

    [Fact]
    public void Windows_Written_AreWhatTheRegistersSay()
    {
        RegisterBank bank = ConfigSpaceKinds.RootPort.CreateBank();
        bank.Write(0x20, 4, 0xFE20_FE10);
        bank.Write(0x24, 4, 0x1FFF_1000);
        bank.Write(0x28, 4, 0x8);
        bank.Write(0x2C, 4, 0x9);
        RegisterView header = bank[ConfigSpaceKinds.RootPort.Header];
        Type1HeaderRegisters table = ConfigSpaceKinds.RootPort.Type1!.Table;
        Assert.Equal((0xFE10_0000UL, 0xFE2F_FFFFUL), table.MemoryWindow(header));
        Assert.Equal((0x8_1000_0000UL, 0x9_1FFF_FFFFUL), table.PrefetchableWindow(header));
        Assert.Equal(0x1FF1_1001UL, bank.Read(0x24, 4));
    }
}
