using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Pci;

public sealed class PciEnumeratorTests
{
    private const ulong Mib = 1 << 20;
    private static readonly HostBridgeResources host = Buses(0x10, 0x2F);

    private static HostBridgeResources Buses(byte first, byte last) => new(3, first, last, 0x2000_0000_0000, 0x2010_0000_0000, 64UL << 30);

    private static FakeFunction Root(params FakeFunction[] below) => FakeFunction.Bridge(4, 0, below);

    private static FakeFunction Switch(params FakeFunction[] downstream) => FakeFunction.Bridge(5, 0, downstream);

    private static FakeFunction Downstream(params FakeFunction[] below) => FakeFunction.Bridge(6, 0, below);

    private static IReadOnlyList<PciDevice> Enumerate(FakeBus bus, HostBridgeResources? where = null) =>
        new PciEnumerator(bus).Enumerate(where ?? host).GetAwaiter().GetResult();

    private static IReadOnlyList<PciDevice> Discover(FakeBus bus) => new PciEnumerator(bus).Discover(host).GetAwaiter().GetResult();

    private static IEnumerable<PciDevice> All(IEnumerable<PciDevice> devices) => devices.SelectMany(d => All(d.Children).Prepend(d));

    private static string Text(IEnumerable<PciDevice> devices) => string.Join(' ', All(devices)
        .Select(d => $"{d.Bdf}" + (d.IsBridge ? $"[{d.SecondaryBus:x2}-{d.SubordinateBus:x2}]" : "")));

    [Fact]
    public void Enumerate_NothingThere_FindsNothing() => Assert.Empty(Enumerate(FakeBus.Of(host)));

    [Fact]
    public void Enumerate_Tree_NumbersBusesDepthFirst()
    {
        FakeBus bus = FakeBus.Of(host,
            Root(FakeFunction.Endpoint()),
            Root(Switch(Downstream(Switch(Downstream(FakeFunction.Endpoint()))), Downstream(), Downstream(FakeFunction.Endpoint()))),
            Root());

        Assert.Equal(
            "0003:10:00.0[11-11] 0003:11:00.0 "
            + "0003:10:01.0[12-18] 0003:12:00.0[13-18] 0003:13:00.0[14-16] 0003:14:00.0[15-16] 0003:15:00.0[16-16] 0003:16:00.0 "
            + "0003:13:01.0[17-17] 0003:13:02.0[18-18] 0003:18:00.0 "
            + "0003:10:02.0[19-19]",
            Text(Enumerate(bus)));
    }

    [Fact]
    public void Enumerate_Bridges_HoldTheirPrimaryBus()
    {
        FakeFunction inner = Downstream(FakeFunction.Endpoint());
        Enumerate(FakeBus.Of(host, Root(Switch(inner))));

        Assert.Equal(0x0013_1312u, inner.Get(0x18) & 0xFF_FFFF);
    }

    [Fact]
    public void Enumerate_BelowALink_LooksForDevice0Alone()
    {
        FakeFunction root = Root(FakeFunction.Endpoint());
        root.Below.Add((1, 0), FakeFunction.Endpoint());

        Assert.Single(Enumerate(FakeBus.Of(host, root))[0].Children);
    }

    [Fact]
    public void Enumerate_SeveralFunctions_AreFoundIfTheFirstSaysSo()
    {
        FakeFunction many = FakeFunction.Endpoint().WithMoreFunctions();
        FakeBus bus = FakeBus.Of(host, many, FakeFunction.Endpoint());
        bus.Roots.Add((0, 3), FakeFunction.Endpoint());
        bus.Roots.Add((0, 7), Root(FakeFunction.Endpoint()));
        bus.Roots.Add((1, 1), FakeFunction.Endpoint());

        Assert.Equal("0003:10:00.0 0003:10:00.3 0003:10:00.7[11-11] 0003:11:00.0 0003:10:01.0", Text(Enumerate(bus)));
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void Enumerate_IdOfNobody_IsPassedOver(uint id) => Assert.Empty(Enumerate(FakeBus.Of(host, FakeFunction.Endpoint(id))));

    [Fact]
    public void Enumerate_BusNumbersRunOut_LeavesTheRestUnnumbered()
    {
        FakeFunction third = Root(FakeFunction.Endpoint());
        IReadOnlyList<PciDevice> found = Enumerate(FakeBus.Of(Buses(0xFD, 0xFF), Root(FakeFunction.Endpoint()), Root(FakeFunction.Endpoint()), third), Buses(0xFD, 0xFF));

        Assert.Equal("0003:fd:00.0[fe-fe] 0003:fe:00.0 0003:fd:01.0[ff-ff] 0003:ff:00.0 0003:fd:02.0[00-00]", Text(found));
        Assert.Equal(0u, third.Get(0x18));
    }

    [Fact]
    public void Enumerate_BusNumbersRunOutInATree_GoesNoDeeper()
    {
        IReadOnlyList<PciDevice> found = Enumerate(FakeBus.Of(Buses(0, 2), Root(Switch(Downstream(FakeFunction.Endpoint())))), Buses(0, 2));

        Assert.Equal("0003:00:00.0[01-02] 0003:01:00.0[02-02] 0003:02:00.0[00-00]", Text(found));
    }

    [Theory]
    [InlineData(0x80UL)]
    [InlineData(64UL << 10)]
    [InlineData(1UL << 31)]
    [InlineData(1UL << 32)]
    [InlineData(8UL << 30)]
    public void Enumerate_WideBar_HasItsSizeAndIsAlignedToIt(ulong size)
    {
        FakeFunction endpoint = FakeFunction.Endpoint().WithBar(0, 64 << 10).WithBar(2, size);
        PciDevice device = Enumerate(FakeBus.Of(host, endpoint))[0];

        Assert.Equal([(0, 64UL << 10), (2, size)], device.Bars.Select(b => (b.Index, b.Size)));
        Assert.Equal(0UL, device.Bars[1].Base % size);
        Assert.Equal(device.Bars[1].Base, endpoint.Get(0x18) & ~0xFUL | (ulong)endpoint.Get(0x1C) << 32);
    }

    [Fact]
    public void Enumerate_NarrowAndIoBars_AreToldApart()
    {
        FakeFunction endpoint = FakeFunction.Endpoint().WithBar(0, 4096, wide: false).WithBar(2, 1 << 20, wide: false).WithBar(4, 1 << 16);

        PciDevice device = Enumerate(FakeBus.Of(host, endpoint))[0];

        Assert.Equal([(0, 4096UL, false), (2, 1UL << 20, false), (4, 1UL << 16, true)], device.Bars.Select(b => (b.Index, b.Size, b.Is64Bit)));
    }

    [Fact]
    public void Enumerate_Bars_DoNotOverlapAndLieInTheBridgesWindow()
    {
        IReadOnlyList<PciDevice> found = Enumerate(FakeBus.Of(host,
            Root(FakeFunction.Endpoint().WithBar(0, 64 << 10).WithBar(2, 16 * Mib)).WithBar(0, 64 << 10),
            Root(Switch(
                Downstream(FakeFunction.Endpoint().WithBar(0, 64 << 10)).WithBar(0, 64 << 10),
                Downstream(FakeFunction.Endpoint().WithBar(0, 2 * Mib).WithBar(2, 4096))).WithBar(0, 64 << 10))));

        (ulong First, ulong End)[] bars = [.. All(found).SelectMany(d => d.Bars).Select(b => (b.Base, b.Base + b.Size)).Order()];
        Assert.Equal(8, bars.Length);
        Assert.All(bars.Zip(bars.Skip(1)), pair => Assert.True(pair.First.End <= pair.Second.First));
        Assert.All(bars, bar => Assert.True(host.HasMmio(bar.First) && host.HasMmio(bar.End - 1)));
    }

    [Fact]
    public void Enumerate_Windows_CoverWhatLiesBelowAndNothingOfTheNeighbours()
    {
        FakeFunction first = Root(FakeFunction.Endpoint().WithBar(0, 64 << 10).WithBar(2, 16 * Mib));
        FakeFunction second = Root(FakeFunction.Endpoint().WithBar(0, 64 << 10));
        IReadOnlyList<PciDevice> found = Enumerate(FakeBus.Of(host, first, second));

        (ulong First, ulong Last) one = Window(first);
        (ulong First, ulong Last) two = Window(second);
        Assert.True(one.First <= found[0].Children[0].Bars[0].Base);
        Assert.True(one.Last >= found[0].Children[0].Bars[1].Base + 16 * Mib - 1);
        Assert.True(two.First > one.Last && two.First <= found[1].Children[0].Bars[0].Base);
        Assert.Equal(Mib, two.Last - two.First + 1);
    }

    [Fact]
    public void Enumerate_NothingBelow_LeavesRoomForWhatMayCome()
    {
        FakeFunction root = Root();
        Enumerate(FakeBus.Of(host, root));

        Assert.True((root.Get(0x20) & 0xFFF0) > (root.Get(0x20) >> 16 & 0xFFF0));
        Assert.Equal((2UL << 20) - 1, Window(root).Last - Window(root).First);
    }

    [Fact]
    public void Enumerate_EveryFunction_DecodesMemoryWhenItIsPlaced()
    {
        FakeFunction endpoint = FakeFunction.Endpoint().WithBar(0, 64 << 10);
        FakeFunction root = Root(endpoint);
        Enumerate(FakeBus.Of(host, root));

        Assert.All(new[] { root, endpoint }, f => Assert.Equal((0x04, 6u, 2), f.Writes[^1]));
    }

    [Fact]
    public void Enumerate_CapabilityListThatLoops_Ends()
    {
        FakeFunction endpoint = FakeFunction.Endpoint().With(0x34, 0x40).With(0x40, 0x0000_5001).With(0x50, 0x0000_4005);
        FakeBus bus = FakeBus.Of(host, endpoint);

        Assert.Equal(0, Enumerate(bus)[0].ExpressCapability);
        Assert.True(bus.Reads < 2_000);
    }

    [Fact]
    public void Enumerate_ExtendedListThatLoops_Ends()
    {
        FakeFunction endpoint = FakeFunction.Endpoint().WithExpress().With(0x100, 0x1101_0023).With(0x110, 0x1001_0003);

        Assert.True(Enumerate(FakeBus.Of(host, endpoint))[0].ExtendedCapabilities.Count <= 1024);
    }

    [Theory]
    [InlineData(0u)]
    [InlineData(uint.MaxValue)]
    public void Enumerate_NoExtendedCapability_FindsNone(uint head) =>
        Assert.Empty(Enumerate(FakeBus.Of(host, FakeFunction.Endpoint().WithExpress().With(0x100, head)))[0].ExtendedCapabilities);

    [Fact]
    public void Enumerate_Capabilities_AreListedInTheirOrder()
    {
        FakeFunction endpoint = FakeFunction.Endpoint().WithExpress(portNumber: 0xAB).WithExtended(0x100, 1).WithExtended(0x400, 0x23).WithExtended(0x200, 0x2E);

        PciDevice device = Enumerate(FakeBus.Of(host, endpoint))[0];

        Assert.Equal([((ushort)1, 0x100), ((ushort)0x23, 0x400), ((ushort)0x2E, 0x200)], device.ExtendedCapabilities);
        Assert.Equal((0x40, 0xAB), (device.ExpressCapability, device.PortNumber));
    }

    [Fact]
    public void Discover_AfterEnumerate_FindsTheSameAndWritesNothing()
    {
        FakeBus bus = FakeBus.Of(host,
            Root(FakeFunction.Endpoint().WithExpress().WithExtended(0x100, 0x23)),
            Root(Switch(Downstream(FakeFunction.Endpoint()), Downstream(Switch(Downstream(FakeFunction.Endpoint()), Downstream())))),
            Root());
        IReadOnlyList<PciDevice> enumerated = Enumerate(bus);
        int writes = bus.Writes;

        IReadOnlyList<PciDevice> discovered = Discover(bus);

        Assert.Equal(Text(enumerated), Text(discovered));
        Assert.Equal(All(enumerated).Select(d => (d.Id, d.ExpressCapability, d.PortNumber)), All(discovered).Select(d => (d.Id, d.ExpressCapability, d.PortNumber)));
        Assert.Equal(All(enumerated).SelectMany(d => d.ExtendedCapabilities), All(discovered).SelectMany(d => d.ExtendedCapabilities));
        Assert.Equal(writes, bus.Writes);
    }

    [Fact]
    public void Discover_UnnumberedBridge_IsALeaf()
    {
        FakeBus bus = FakeBus.Of(host, Root(FakeFunction.Endpoint()));

        Assert.Equal("0003:10:00.0[00-00]", Text(Discover(bus)));
    }

    private static (ulong First, ulong Last) Window(FakeFunction bridge)
    {
        uint low = bridge.Get(0x24);
        return ((ulong)bridge.Get(0x28) << 32 | (low & 0xFFF0) << 16, (ulong)bridge.Get(0x2C) << 32 | low & 0xFFF0_0000 | 0xF_FFFF);
    }
}
