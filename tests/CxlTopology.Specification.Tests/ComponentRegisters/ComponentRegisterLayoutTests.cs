using static CxlTopology.Specification.ComponentCapabilityId;

namespace CxlTopology.Specification.Tests;

public sealed class ComponentRegisterLayoutTests
{
    public static TheoryData<ComponentRole, ComponentCapabilityId[]> Capabilities => new()
    {
        { ComponentRole.HostBridge, [Ras, Link, HdmDecoder, Null, SnoopFilter, BiRouteTable, Null, CacheIdRouteTable] },
        { ComponentRole.RootPort, [Ras, Link, Null, Null, SnoopFilter, Null, BiDecoder, Null, CacheIdDecoder, TimeoutIsolation] },
        { ComponentRole.UpstreamPort, [Ras, Link, HdmDecoder, Null, Null, BiRouteTable, Null, CacheIdRouteTable] },
        { ComponentRole.DownstreamPort, [Ras, Link, Null, Null, Null, Null, BiDecoder, Null, CacheIdDecoder] },
        { ComponentRole.Type3Endpoint, [Ras, Link, HdmDecoder, Null, Null, Null, BiDecoder] },
        { ComponentRole.Type2Endpoint, [Ras, Link, HdmDecoder, Null, Null, Null, BiDecoder] },
    };

    [Theory]
    [MemberData(nameof(Capabilities))]
    public void Array_OfARole_NamesItsCapabilities(ComponentRole role, ComponentCapabilityId[] expected)
    {
        ComponentRegisterLayout layout = ComponentKinds.All.First(kind => kind.Role == role);
        RegisterBank bank = new(layout.Registers);
        ulong header = bank.Read(0x1000, 4);
        Assert.Equal(0x0011_0001UL | ((ulong)expected.Length << 24), header);
        for (int i = 0; i < expected.Length; i++)
        {
            ulong entry = bank.Read(0x1004 + (4 * i), 4);
            Assert.Equal(expected[i], (ComponentCapabilityId)(entry & 0xFFFF));
            if (expected[i] == Null)
                Assert.Equal(0UL, entry);
            else
                Assert.NotNull(layout.Registers.BlockAt(0x1000 + (int)(entry >> 20)));
        }
    }

    [Fact]
    public void Places_OfTheFirstThree_AreTheUsualOnes()
    {
        Assert.Equal((0x1080, 0x10D8), (ComponentKinds.Type3.Ras.Offset, ComponentKinds.Type3.Link.Offset));
        Assert.Equal((0x1110, 0x1120), (ComponentKinds.Type3.Hdm!.Offset, ComponentKinds.Type3.Decoders!.Offset));
        Assert.Equal(0x1103_0005UL, new RegisterBank(ComponentKinds.Type3.Registers).Read(0x100C, 4));
    }

    [Fact]
    public void Hdm_Capability_IsTheOptionsWordAndGlobalControlIsWritable()
    {
        RegisterBank bank = new(ComponentKinds.HostBridge.Registers);
        Assert.Equal(0x382UL, bank.Read(0x1110, 4));
        bank.Write(0x1110, 8, ulong.MaxValue);
        Assert.Equal(0x3_0000_0382UL, bank.Read(0x1110, 8));
    }

    [Theory]
    [InlineData(0x111C, false, 0, 0)]
    [InlineData(0x1120, true, 0, 0)]
    [InlineData(0x1154, true, 1, 0x14)]
    [InlineData(0x119C, true, 3, 0x1C)]
    [InlineData(0x11A0, false, 0, 0)]
    [InlineData(0x0000, false, 0, 0)]
    public void TryDecoder_Offset_SaysWhichDecoder(int offset, bool expected, int decoder, int within)
    {
        Assert.Equal(expected, ComponentKinds.HostBridge.TryDecoder(offset, out int actual, out int actualWithin));
        Assert.Equal((decoder, within), (actual, actualWithin));
        Assert.False(ComponentKinds.RootPort.TryDecoder(offset, out _, out _));
    }

    [Fact]
    public void Layout_HostBridgeWithoutHdm_KeepsTheNullEntry()
    {
        ComponentRegisterLayout layout = ComponentRegisterLayout.Of(new() { Role = ComponentRole.HostBridge });
        RegisterBank bank = new(layout.Registers);
        Assert.Equal(0UL, bank.Read(0x100C, 4));
        Assert.Equal((null, null), (layout.Hdm, layout.Decoders));
        Assert.Same(layout, ComponentRegisterLayout.Of(new() { Role = ComponentRole.HostBridge }));
    }

    [Fact]
    public void Layout_MostDecoders_Fits()
    {
        ComponentRegisterLayout layout = ComponentRegisterLayout.Of(new()
        {
            Role = ComponentRole.HostBridge,
            Hdm = new HdmCapability(0x38C),
            CacheIds = 16,
            BackInvalidate = true,
        });
        Assert.Equal(32 * 0x20, layout.Decoders!.Length);
    }

    public static TheoryData<ComponentRegisterOptions> Impossible =>
    [
        new() { Role = ComponentRole.RootPort, Hdm = new HdmCapability(0x382) },
        new() { Role = ComponentRole.DownstreamPort, Hdm = new HdmCapability(0x382) },
        new() { Role = ComponentRole.HostBridge, Hdm = new HdmCapability(0x38F) },
        new() { Role = ComponentRole.HostBridge, Hdm = new HdmCapability(0x8000_0382) },
        new() { Role = ComponentRole.UpstreamPort, CacheIds = 17 },
        new() { Role = (ComponentRole)9 },
    ];

    [Theory]
    [MemberData(nameof(Impossible))]
    public void Options_Impossible_AreRefused(ComponentRegisterOptions options) =>
        Assert.Throws<ArgumentException>(() => ComponentRegisterLayout.Of(options));

    [Fact]
    public void BiDecoder_Forward_IsOfPortsOnly()
    {
        RegisterBank device = new(ComponentKinds.Type3.Registers);
        RegisterBlock<BiDecoderRegisters> block = ComponentKinds.Type3.BiDecoder!;
        device.Write(block.Offset + 4, 4, uint.MaxValue);
        Assert.Equal(6UL, device.Read(block.Offset + 4, 4));
        RegisterBank port = new(ComponentKinds.RootPort.Registers);
        port.Write(ComponentKinds.RootPort.BiDecoder!.Offset + 4, 4, uint.MaxValue);
        Assert.Equal(7UL, port.Read(ComponentKinds.RootPort.BiDecoder!.Offset + 4, 4));
    }

    [Fact]
    public void CacheIdRouteTable_Targets_AreSixteenBitsEach()
    {
        RegisterBlock<CacheIdRouteTableRegisters> block = ComponentKinds.UpstreamPort.CacheIdRouteTable!;
        RegisterBank bank = new(ComponentKinds.UpstreamPort.Registers);
        bank.Write(block.Offset + 0x10 + (2 * 5), 2, 0xFFFF);
        Assert.Equal((true, (byte)0xFF), (bank.Get(block, block.Table.Valid(5)), bank.Get(block, block.Table.Port(5))));
        Assert.Equal(0xFF01_0000UL, bank.Read(block.Offset + 0x18, 4));
        Assert.Equal(16, bank.Get(block, block.Table.TargetCount));
        Assert.Throws<ArgumentOutOfRangeException>(() => CacheIdRouteTableRegisters.For(17));
    }

    [Fact]
    public void Link_Credits_GoAcrossTheMiddle()
    {
        ulong packed = LinkLayerRegisters.PackCredits(1, 2, 3, 0x3FF, 5, 6);
        RegisterBank bank = new(ComponentKinds.Type2.Registers);
        LinkLayerRegisters.SetCredits(bank[ComponentKinds.Type2.Link], LinkLayerRegisters.TxStatusOffset, packed);
        Assert.Equal(packed, bank.Read(ComponentKinds.Type2.Link.Offset + 0x20, 8));
        Assert.Equal((5, 6), (bank.Get(ComponentKinds.Type2.Link, LinkLayerRegisters.TxStatusMemData),
            bank.Get(ComponentKinds.Type2.Link, LinkLayerRegisters.TxStatusBi)));
        Assert.Throws<ArgumentOutOfRangeException>(() => LinkLayerRegisters.PackCredits(0, 0, 0, 0, 1024, 0));
    }
}
