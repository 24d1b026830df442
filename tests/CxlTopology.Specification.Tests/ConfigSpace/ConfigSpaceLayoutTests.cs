namespace CxlTopology.Specification.Tests;

public sealed class ConfigSpaceLayoutTests
{
    [Fact]
    public void Layouts_EqualOptions_AreShared()
    {
        EndpointConfigSpaceOptions options = new() { Role = ComponentRole.Type3Endpoint, MsixVectors = 7 };
        Assert.Same(ConfigSpaceLayouts.Endpoint(options), ConfigSpaceLayouts.Endpoint(options with { MsixVectors = 7 }));
        Assert.NotSame(ConfigSpaceLayouts.Endpoint(options), ConfigSpaceLayouts.Endpoint(options with { MsixVectors = 8 }));
    }

    [Fact]
    public void CreateBank_InstanceValues_AreReadWithoutMemory()
    {
        ConfigSpaceLayout layout = ConfigSpaceKinds.Type3;
        RegisterBank bank = layout.CreateBank(portNumber: 5, serialNumber: 0x0102_0304_0506_0708);
        Assert.Equal(5UL, bank.Read(layout.PciExpress.Offset + 0x0F, 1));
        Assert.Equal((0x0506_0708u, 0x0102_0304u),
            (bank.Get(layout.SerialNumber!, SerialNumberRegisters.Low), bank.Get(layout.SerialNumber!, SerialNumberRegisters.High)));
        Assert.False(bank.Touched);
        Assert.Equal(3, ConfigSpaceKinds.RootPort.CreateBank(slotNumber: 3)
            .Get(ConfigSpaceKinds.RootPort.PciExpress, ConfigSpaceKinds.RootPort.PciExpress.Table.SlotNumber));
    }

    [Fact]
    public void Access_ConfigurationSpace_IsAtMostFourBytes()
    {
        Assert.True(ConfigSpaceKinds.Type3.Registers.Accepts(0xFFC, 4));
        Assert.False(ConfigSpaceKinds.Type3.Registers.Accepts(0, 8));
    }

    [Fact]
    public void Locator_SaysWhereTheRegistersAre()
    {
        ConfigSpaceLayout type3 = ConfigSpaceKinds.Type3;
        RegisterView view = type3.CreateBank()[type3.Locator];
        Assert.Equal(2, type3.Locator.Table.Count);
        Assert.Equal(new RegisterLocation(RegisterBlockId.Component, 0, 0), type3.Locator.Table.Entry(view, 0));
        Assert.Equal(new RegisterLocation(RegisterBlockId.Device, 2, 0), type3.Locator.Table.Entry(view, 1));
        ConfigSpaceLayout type2 = ConfigSpaceKinds.Type2;
        Assert.Equal([new RegisterLocation(RegisterBlockId.Component, 0, 0x8_0000)], type2.Locations);
        Assert.Equal(0x0008_0100UL, type2.CreateBank().Read(type2.Locator.Offset + 0x0C, 4));
    }

    [Fact]
    public void Link_UpAndDown_ShowsInStatus()
    {
        ConfigSpaceLayout port = ConfigSpaceKinds.DownstreamPort;
        PciExpressRegisters table = port.PciExpress.Table;
        RegisterBank bank = port.CreateBank();
        Assert.Equal((6, 8), (bank.Get(port.PciExpress, table.MaxLinkSpeed), bank.Get(port.PciExpress, table.MaxLinkWidth)));
        table.SetLink(bank[port.PciExpress], new LinkSpeed(64, 4, FlitMode.Flit256));
        Assert.Equal(0x3046UL, bank.Read(port.PciExpress.Offset + 0x12, 2));
        Assert.True(bank.Get(port.PciExpress, table.FlitMode));
        table.ClearLink(bank[port.PciExpress]);
        Assert.Equal(0UL, bank.Read(port.PciExpress.Offset + 0x12, 2) & 0x23FF);
        Assert.False(bank.Get(ConfigSpaceKinds.DownstreamPort.PciExpress, table.LinkActive));
    }

    [Fact]
    public void Link_OfAnEndpoint_IsNeverReportedActive()
    {
        ConfigSpaceLayout type3 = ConfigSpaceKinds.Type3;
        RegisterBank bank = type3.CreateBank();
        type3.PciExpress.Table.SetLink(bank[type3.PciExpress], new LinkSpeed(32, 16, FlitMode.Flit68));
        Assert.Equal(0x1105UL, bank.Read(type3.PciExpress.Offset + 0x12, 2));
    }

    [Fact]
    public void FlexBus_Negotiated_ShowsInStatusAndControlIsOfTheUpperPort()
    {
        RegisterBlock<FlexBusRegisters> block = ConfigSpaceKinds.RootPort.FlexBus;
        RegisterBank bank = ConfigSpaceKinds.RootPort.CreateBank();
        Assert.Equal((0x0027UL, 0UL), (bank.Read(block.Offset + 0x0A, 2), bank.Read(block.Offset + 0x0E, 2)));
        block.Table.SetNegotiated(bank[block], cache: false, mem: true);
        Assert.Equal(0x0026UL, bank.Read(block.Offset + 0x0E, 2));
        bank.Write(block.Offset + 0x0C, 2, 0);
        Assert.Equal(0x0002UL, bank.Read(block.Offset + 0x0C, 2));

        RegisterBlock below = ConfigSpaceKinds.Type3.FlexBus;
        RegisterBank endpoint = ConfigSpaceKinds.Type3.CreateBank();
        Assert.False(endpoint.Write(below.Offset + 0x0C, 2, 0).ChangedAnything);
        Assert.Equal(0x0026UL, endpoint.Read(below.Offset + 0x0A, 2));
    }

    [Fact]
    public void Aer_RootRegisters_AreOfRootPortsOnly()
    {
        foreach (ConfigSpaceLayout layout in ConfigSpaceKinds.All)
        {
            RegisterBank bank = layout.CreateBank();
            bank.Write(layout.Aer.Offset + 0x2C, 4, uint.MaxValue);
            Assert.Equal(layout.Role == ComponentRole.RootPort ? 7UL : 0UL, bank.Read(layout.Aer.Offset + 0x2C, 4));
            Assert.Equal((0x0040_0000UL, 0x0046_2030UL, 0xE000UL),
                (bank.Read(layout.Aer.Offset + 8, 4), bank.Read(layout.Aer.Offset + 0xC, 4), bank.Read(layout.Aer.Offset + 0x14, 4)));
        }
    }

    [Fact]
    public void Aer_Rows_AreFoundByError()
    {
        ConfigSpaceLayout layout = ConfigSpaceKinds.Type3;
        AerRegisters aer = layout.Aer.Table;
        RegisterBank bank = layout.CreateBank();
        bank.Set(layout.Aer, aer.Status(AerUncorrectable.Internal), true);
        bank.Set(layout.Aer, aer.Status(AerCorrectable.Internal), true);
        Assert.Equal((0x0040_0000UL, 0x4000UL), (bank.Read(layout.Aer.Offset + 4, 4), bank.Read(layout.Aer.Offset + 0x10, 4)));
        Assert.True(bank.Get(layout.Aer, aer.Mask(AerUncorrectable.Internal)) && bank.Get(layout.Aer, aer.Severity(AerUncorrectable.Internal)));
        Assert.True(bank.Get(layout.Aer, aer.Mask(AerCorrectable.Internal)));
        bank.Reset(ResetKind.Hot);
        bank.Write(layout.Aer.Offset + 4, 4, uint.MaxValue);
        Assert.Equal((0UL, 0x4000UL), (bank.Read(layout.Aer.Offset + 4, 4), bank.Read(layout.Aer.Offset + 0x10, 4)));
    }

    [Fact]
    public void Msix_Table_FitsItsBarAndTracksPending()
    {
        ConfigSpaceLayout layout = ConfigSpaceKinds.Type3;
        RegisterBank config = layout.CreateBank();
        Assert.Equal((15, 4u, 0x800u),
            (config.Get(layout.Msix!, MsixRegisters.TableSize),
            config.Get(layout.Msix!, MsixRegisters.PendingBar),
            config.Get(layout.Msix!, MsixRegisters.PendingOffset) * 8));
        MsixTableLayout table = MsixTableLayout.For(16);
        Assert.Same(table, MsixTableLayout.For(16));
        RegisterBank bank = new(table.Registers);
        Assert.True(bank.Get(table.Vector(15), MsixVectorRegisters.Masked));
        table.SetPending(bank, 15, pending: true);
        Assert.Equal(0x8000UL, bank.Read(table.PendingOffset, 8));
        table.SetPending(bank, 15, pending: false);
        Assert.Equal(0UL, bank.Read(table.PendingOffset, 8));
        Assert.Equal(0x10000, MsixTableLayout.For(2048).Registers.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => MsixTableLayout.For(2049));
    }

    public static TheoryData<EndpointConfigSpaceOptions> Impossible =>
    [
        new() { Role = ComponentRole.RootPort },
        new() { Role = ComponentRole.Type3Endpoint, MsixVectors = 2049 },
        new() { Role = ComponentRole.Type3Endpoint, LogicalDevices = 17 },
        new() { Role = ComponentRole.Type3Endpoint, ComponentBar = ByteSize.KiB(32) },
        new() { Role = ComponentRole.Type3Endpoint, ComponentOffset = ByteSize.KiB(64) },
        new() { Role = ComponentRole.Type3Endpoint, ComponentBar = ByteSize.KiB(256), ComponentOffset = ByteSize.KiB(96) },
        new() { Role = ComponentRole.Type3Endpoint, SecondBar = ByteSize.KiB(0) },
        new() { Role = ComponentRole.Type2Endpoint, SecondBar = ByteSize.KiB(96) },
        new() { Role = ComponentRole.Type2Endpoint, Link = new PciLinkOptions { Rate = 64 } },
        new() { Role = ComponentRole.Type2Endpoint, Link = new PciLinkOptions { Rate = 12 } },
        new() { Role = ComponentRole.Type2Endpoint, Link = new PciLinkOptions { LatencyOptimized = true } },
    ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Endpoint_Impossible_IsRefused(EndpointConfigSpaceOptions options) =>
        Assert.Throws<ArgumentException>(() => ConfigSpaceLayouts.Endpoint(options));

    [Fact]
    public void Port_NotAPort_IsRefused() =>
        Assert.Throws<ArgumentException>(() => ConfigSpaceLayouts.Port(new() { Role = ComponentRole.Type3Endpoint }));
}
