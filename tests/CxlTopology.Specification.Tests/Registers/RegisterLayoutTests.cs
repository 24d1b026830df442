using static CxlTopology.Specification.RegisterAccess;
using static CxlTopology.Specification.Tests.SampleLayout;

namespace CxlTopology.Specification.Tests;

public sealed class RegisterLayoutTests
{
    [Theory]
    [InlineData(0x12)]
    [InlineData(-4)]
    [InlineData(0x6C)]
    [InlineData(0x14)]
    [InlineData(0x4)]
    [InlineData(0x28)]
    [InlineData(0x54)]
    public void Add_MisalignedOutsideOrOverlapping_IsRefused(int offset)
    {
        RegisterLayoutBuilder builder = new("space", 0x80);
        builder.Add(Map, 0x10, ResetClass.Function);
        builder.Add(FunctionMap, 0x28, ResetClass.Function);
        builder.Reserve("elsewhere", 0x68, 4);
        Assert.Throws<ArgumentException>(() => builder.Add(new RegisterMap("late", 0x18, "none"), offset, ResetClass.Function));
        Assert.Throws<ArgumentException>(() => builder.Reserve("late", offset, 0x18));
    }

    [Fact]
    public void Add_LockOfAnotherMap_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new RegisterLayoutBuilder("space", 0x80).Add(FunctionMap, 0, ResetClass.Function, LockBit));

    [Fact]
    public void Set_BlockOfAnotherSpace_IsRefused() =>
        Assert.Throws<ArgumentException>(() => new RegisterLayoutBuilder("space", 0x80).Set(Block, Plain, (byte)1));

    [Theory]
    [InlineData(0, 4)]
    [InlineData(0x10004, 4)]
    [InlineData(12, 8)]
    [InlineData(64, 16)]
    public void Builder_BadLengthOrWidth_IsRefused(int length, int accessMax) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RegisterLayoutBuilder("space", length, accessMax));

    [Fact]
    public void Layout_WidestAccess_IsAPropertyOfTheSpace()
    {
        RegisterLayout narrow = new RegisterLayoutBuilder("narrow", 0x10, accessMax: 4).Build();
        Assert.True(narrow.Accepts(8, 4));
        Assert.False(narrow.Accepts(8, 8));
        Assert.False(narrow.Accepts(long.MaxValue, 1));
    }

    [Fact]
    public void Layout_Registers_AreThoseWithFields()
    {
        Assert.Equal(6, Layout.RegisterCount);
        Assert.Equal(0x0000_075Au, Layout.InitialAt(0x10));
        Assert.Equal(0x8000_FF01u, Layout.DeclaredAt(0x14));
        Assert.Equal((0u, 0u), (Layout.InitialAt(0x1C), Layout.DeclaredAt(0x1C)));
    }

    [Fact]
    public void Layout_Blocks_AreFoundByOffsetAndMap()
    {
        Assert.Same(Block, Layout.BlockAt(0x27));
        Assert.Null(Layout.BlockAt(0x28));
        Assert.Same(Function, Layout.Find(FunctionMap));
        Assert.Null(Layout.Find(HdmCapabilityRegisters.Map));
        Assert.Equal("elsewhere", Layout.RangeAt(0x6F)?.Name);
        Assert.Null(Layout.RangeAt(0x70));
    }

    [Fact]
    public void Map_InALayout_TakesNoFurtherRows()
    {
        RegisterMap map = new("map", 0x8, "none");
        map.Field<byte>("first", 0, 3, 0, RW);
        RegisterLayoutBuilder builder = new("space", 0x8);
        builder.Add(map, 0, ResetClass.Function);
        builder.Build();
        Assert.Throws<InvalidOperationException>(() => map.Field<byte>("late", 4, 3, 0, RW));
    }
}
