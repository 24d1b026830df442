using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Pci;

public sealed class ComponentLocatorTests
{
    private const uint Cxl = 0x1E98;
    private const int Dvsec = 0x23;
    private static readonly HostBridgeResources host = new(0, 0, 15, 0x2000_0000_0000, 0x2010_0000_0000, 64UL << 30);

    /// <summary>An endpoint with a device DVSEC at 0x200 and a register locator at 0x300.</summary>
    private static FakeFunction Device(params uint[] locator) => FakeFunction.Endpoint().WithExpress()
        .WithBar(0, 128 << 10).WithBar(2, 64 << 10)
        .WithExtended(0x100, 1)
        .WithExtended(0x140, Dvsec, 0x0380_8086, 0)
        .WithExtended(0x200, Dvsec, 0x03C2_0000 | Cxl, 0)
        .WithExtended(0x300, Dvsec, [(uint)(0x0C + 4 * locator.Length) << 20 | Cxl, 8, .. locator]);

    private static (FakeBus Bus, PciDevice Device, ComponentLocator Locator) Enumerated(FakeFunction function)
    {
        FakeBus bus = FakeBus.Of(host, function);
        PciDevice device = new PciEnumerator(bus).Enumerate(host).GetAwaiter().GetResult()[0];
        return (bus, device, new ComponentLocator(bus, bus));
    }

    /// <summary>A capability array with a null capability, RAS at 0x100 and HDM decoders at 0x400.</summary>
    private static void PutCapabilities(FakeBus bus, ulong block)
    {
        bus.Memory[block + 0x1000] = 0x0311_0001;
        bus.Memory[block + 0x1004] = 0;
        bus.Memory[block + 0x1008] = 0x1001_0002;
        bus.Memory[block + 0x100C] = 0x4001_0005;
    }

    private static T Result<T>(Task<T> task) => task.GetAwaiter().GetResult();

    [Fact]
    public void FindDvsec_SeveralVendors_FindsThatOfCxl()
    {
        (_, PciDevice device, ComponentLocator locator) = Enumerated(Device());

        Assert.Equal((0x200, 0x300, 0), (Result(locator.FindDvsec(device, 0)), Result(locator.FindDvsec(device, 8)), Result(locator.FindDvsec(device, 7))));
    }

    [Fact]
    public void FindBlock_Entries_GiveBarAndOffset()
    {
        (_, PciDevice device, ComponentLocator locator) = Enumerated(Device(0, 0, 0x0001_0100, 0, 0x0000_0302, 0));

        Assert.Equal(device.Bars[0].Base + 0x10000, Result(locator.FindBlock(device, 1)));
        Assert.Equal(device.Bars[1].Base, Result(locator.FindBlock(device, 3)));
        Assert.Equal(0UL, Result(locator.FindBlock(device, 4)));
    }

    [Theory]
    [InlineData(0x0002_0100u, 0u)] // past the end of the BAR
    [InlineData(0x0000_0100u, 1u)] // 4 GiB past it
    [InlineData(0x0000_0104u, 0u)] // a BAR it does not have
    public void FindBlock_OutsideTheBars_IsPassedOver(uint low, uint high)
    {
        (_, PciDevice device, ComponentLocator locator) = Enumerated(Device(low, high));

        Assert.Equal(0UL, Result(locator.FindBlock(device, 1)));
    }

    [Fact]
    public void FindBlock_SeveralOfAKind_TakesTheFirstThatIsThere()
    {
        (_, PciDevice device, ComponentLocator locator) = Enumerated(Device(0x0005_0100, 0, 0x0001_0100, 0));

        Assert.Equal(device.Bars[0].Base + 0x10000, Result(locator.FindBlock(device, 1)));
    }

    [Fact]
    public void FindBlock_WithoutLocator_FindsNone()
    {
        (_, PciDevice device, ComponentLocator locator) = Enumerated(FakeFunction.Endpoint().WithExpress().WithBar(0, 64 << 10));

        Assert.Equal(0UL, Result(locator.FindBlock(device, 1)));
    }

    [Fact]
    public void Locate_Device_FindsDecodersAndDvsec()
    {
        (FakeBus bus, PciDevice device, ComponentLocator locator) = Enumerated(Device(0x0001_0100, 0));
        ulong block = device.Bars[0].Base + 0x10000;
        PutCapabilities(bus, block);

        ComponentLocation location = Result(locator.Locate(device));
        Assert.Equal((device.Bdf, block + 0x1400, 0x200, block), (location.Function, location.HdmDecoders, location.DeviceDvsec, location.Block));
        Assert.Equal(block + 0x1400, location.AddressOf(5));
    }

    [Fact]
    public void Locate_HostBridge_LooksWhereAcpiSays()
    {
        (FakeBus bus, _, ComponentLocator locator) = Enumerated(Device());
        PutCapabilities(bus, host.RegisterBase);

        ComponentLocation location = Result(locator.Locate(host));
        Assert.Equal((null, host.RegisterBase + 0x1400, 0, host.RegisterBase), (location.Function, location.HdmDecoders, location.DeviceDvsec, location.Block));
    }

    [Theory]
    [InlineData(uint.MaxValue)] // nothing answers
    [InlineData(0u)]
    [InlineData(0x0111_0002u)] // another head
    [InlineData(0x0211_0001u)] // the array ends before the decoders
    public void Locate_WithoutDecoders_HasNone(uint head)
    {
        (FakeBus bus, _, ComponentLocator locator) = Enumerated(Device());
        PutCapabilities(bus, host.RegisterBase);
        bus.Memory[host.RegisterBase + 0x1000] = head;

        Assert.Equal(0UL, Result(locator.Locate(host)).HdmDecoders);
    }
}
