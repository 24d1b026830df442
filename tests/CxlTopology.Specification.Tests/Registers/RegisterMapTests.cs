using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification.Tests;

public sealed class RegisterMapTests
{
    public static TheoryData<int, int, int> Misplaced => new()
    {
        { 0x20, 3, 0 }, { -4, 3, 0 }, { 1, 3, 0 }, { 2, 16, 0 }, { 4, 32, 0 }, { 4, 3, -1 }, { 4, 0, 3 },
    };

    [Theory]
    [MemberData(nameof(Misplaced))]
    public void Field_OutsideTheBlockOrRegister_IsRefused(int offset, int msb, int lsb)
    {
        RegisterMap map = new("test", 0x20, "none");
        Assert.Throws<ArgumentException>(() => map.Field<uint>("field", offset, msb, lsb, RW));
    }

    [Theory]
    [InlineData(8, 7, 4)]
    [InlineData(8, 3, 0)]
    [InlineData(4, 31, 31)]
    public void Field_OverlappingOrBelowTheLast_IsRefused(int offset, int msb, int lsb)
    {
        RegisterMap map = new("test", 0x20, "none");
        map.Field<byte>("first", 8, 6, 4, RW);
        Assert.Throws<ArgumentException>(() => map.Field<byte>("second", offset, msb, lsb, RW));
    }

    [Fact]
    public void Field_OfASixteenBitRegister_LiesInTheUpperHalf()
    {
        RegisterMap map = new("test", 0x20, "none");
        Field<byte> field = map.Field<byte>("half", 0x0A, 7, 4, RW);
        Assert.Equal((8, 0x0A, 23, 20), (field.Offset, field.RegisterOffset, field.Msb, field.Lsb));
        Assert.Equal("test: half +0x0a[7:4]", field.ToString());
        Assert.Equal(0x00F0_0000u, map.WritableAt(8));
        Assert.Throws<ArgumentException>(() => map.Field<byte>("same bits", 0x08, 20, 20, RW));
    }

    [Fact]
    public void Field_WiderThanItsType_IsRefused()
    {
        RegisterMap map = new("test", 0x20, "none");
        Assert.Throws<ArgumentException>(() => map.Field<byte>("nine bits", 0, 8, 0, RW));
        Assert.Throws<ArgumentException>(() => map.Field<bool>("two bits", 0, 1, 0, RW));
        Assert.Throws<ArgumentException>(() => map.Field<ulong>("eight bytes", 0, 31, 0, RW));
    }

    [Fact]
    public void Field_ResetValueTooLarge_IsRefused()
    {
        RegisterMap map = new("test", 0x20, "none");
        Assert.Throws<ArgumentOutOfRangeException>(() => map.Field<byte>("nibble", 0, 3, 0, RW, resetValue: 16));
    }

    [Fact]
    public void Field_AfterTheFirstInstance_IsRefused()
    {
        RegisterMap map = new("test", 0x20, "none");
        _ = new RegisterFile(map);
        Assert.Throws<InvalidOperationException>(() => map.Field<byte>("late", 0, 3, 0, RW));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(6)]
    [InlineData(0x10004)]
    public void Constructor_BadLength_IsRefused(int length) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new RegisterMap("test", length, "none"));

    [Fact]
    public void Maps_EveryRow_IsNamedAndTheMapSaysWhereItIsDefined()
    {
        RegisterMap[] maps =
        [
            HdmCapabilityRegisters.Map,
            .. from kind in Enum.GetValues<ComponentKind>() from bi in new[] { false, true } select HdmDecoderRegisters.For(kind, bi).Map,
        ];
        foreach (RegisterMap map in maps)
        {
            Assert.NotEmpty(map.Fields);
            Assert.NotEmpty(map.Spec);
            Assert.All(map.Fields, field => Assert.NotEmpty(field.Name));
            Assert.Equal(map.Fields.Count, map.Fields.Select(field => field.Name).Distinct().Count());
        }
    }
}
