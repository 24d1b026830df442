namespace CxlTopology.Specification.Tests;

public sealed class CapabilityListTests
{
    [Fact]
    public void Lists_EveryKind_ReachEveryBlockOnce()
    {
        foreach (ConfigSpaceLayout layout in ConfigSpaceKinds.All)
        {
            RegisterBank bank = layout.CreateBank();
            List<int> reached = [0, .. Capabilities(bank).Select(row => row.Offset), .. Extended(bank).Select(row => row.Offset)];
            Assert.Equal(layout.Registers.Blocks.Select(block => block.Offset), reached.Order());
        }
    }

    [Fact]
    public void Dvsecs_HaveTheirHeaderAndLength()
    {
        foreach (ConfigSpaceLayout layout in ConfigSpaceKinds.All)
        {
            RegisterBank bank = layout.CreateBank();
            foreach ((int id, int offset) in Extended(bank).Where(row => row.Id == Dvsec.CapabilityId))
            {
                Assert.Equal(0x23, id);
                Assert.Equal(Dvsec.Vendor, bank.Read(offset + 4, 2));
                Assert.Equal((ulong)layout.Registers.BlockAt(offset)!.Length, bank.Read(offset + 6, 2) >> 4);
            }
        }
    }

    public static TheoryData<ComponentRole, int[]> DvsecsByRole => new()
    {
        { ComponentRole.RootPort, [3, 4, 7, 8] },
        { ComponentRole.UpstreamPort, [7, 8] },
        { ComponentRole.DownstreamPort, [3, 4, 7, 8] },
        { ComponentRole.Type3Endpoint, [0, 5, 7, 8] },
        { ComponentRole.Type2Endpoint, [0, 2, 5, 7, 8] },
    };

    [Theory]
    [MemberData(nameof(DvsecsByRole))]
    public void Dvsecs_OfARole_AreThoseOfTheTable(ComponentRole role, int[] expected)
    {
        ConfigSpaceLayout layout = ConfigSpaceKinds.All.First(kind => kind.Role == role);
        Assert.Equal(expected, DvsecIds(layout).Order());
    }

    [Fact]
    public void Mld_HasTheMldDvsec()
    {
        Assert.Equal([0, 5, 7, 8, 9], DvsecIds(ConfigSpaceKinds.Mld).Order());
        RegisterBank bank = ConfigSpaceKinds.Mld.CreateBank();
        Assert.Equal(4, bank.Get(ConfigSpaceKinds.Mld.Mld!, MldRegisters.LogicalDevices));
        Assert.True(bank.Get(ConfigSpaceKinds.Mld.Device!, ConfigSpaceKinds.Mld.Device!.Table.MultipleLogicalDevice));
    }

    [Fact]
    public void Framing_OfAMapWithoutIt_Throws()
    {
        Assert.Throws<ArgumentException>(() => PciCapability.Next(HdmCapabilityRegisters.Map));
        Assert.Throws<ArgumentException>(() => PciExtendedCapability.Next(MsixRegisters.Map));
        Assert.Equal("Capability ID", PciCapability.Id(MsixRegisters.Map).Name);
        Assert.Equal(0, PciExtendedCapability.Id(SerialNumberRegisters.Map).Lsb);
        Assert.Equal(16, PciExtendedCapability.Version(SerialNumberRegisters.Map).Lsb);
    }

    private static IEnumerable<int> DvsecIds(ConfigSpaceLayout layout)
    {
        RegisterBank bank = layout.CreateBank();
        return Extended(bank).Where(row => row.Id == Dvsec.CapabilityId).Select(row => (int)bank.Read(row.Offset + 8, 2));
    }

    private static IEnumerable<(int Id, int Offset)> Capabilities(RegisterBank bank)
    {
        for (int offset = (int)bank.Read(0x34, 1); offset != 0; offset = (int)bank.Read(offset + 1, 1))
            yield return ((int)bank.Read(offset, 1), offset);
    }

    private static IEnumerable<(int Id, int Offset)> Extended(RegisterBank bank)
    {
        for (int offset = 0x100; offset != 0; offset = (int)bank.Read(offset + 2, 2) >> 4)
            yield return ((int)bank.Read(offset, 2), offset);
    }
}
