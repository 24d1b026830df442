using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

/// <summary>Tables made by hand, accepted or refused as Linux does.</summary>
public sealed class CdatParseTests
{
    [Fact]
    public void Header_Alone_IsATable()
    {
        Assert.True(Cdat.TryParse(Table(), out Cdat? table, out string? problem), problem);
        Assert.Empty(table.Structures);
    }

    [Fact]
    public void UnknownType_IsKept()
    {
        byte[] bytes = Table([6, 0, 7, 0, 1, 2, 3], Structure(0, 24));
        Assert.True(Cdat.TryParse(bytes, out Cdat? table, out string? problem), problem);
        UnknownCdatStructure unknown = Assert.IsType<UnknownCdatStructure>(table.Structures[0]);
        Assert.Equal(6, unknown.Type);
        Assert.Equal(new byte[] { 1, 2, 3 }, unknown.Content.ToArray());
        Assert.Equal(bytes, table.ToBytes());
    }

    [Theory]
    [InlineData(0, 20)]
    [InlineData(0, 28)]
    [InlineData(1, 20)]
    [InlineData(2, 24)]
    [InlineData(3, 12)]
    [InlineData(4, 20)]
    [InlineData(5, 12)]
    [InlineData(5, 16)]
    [InlineData(5, 28)]
    public void KnownType_OfAnotherLength_RefusesTheTable(byte type, int length) =>
        Assert.Equal(
            $"the structure at 0x18 claims {length} bytes, which is not the length of type {type}",
            Refused(Table(Structure(3, 8), Structure(type, length))));

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(9)]
    public void Structure_ThatClaimsTooLittleOrTooMuch_RefusesTheTable(int claimed)
    {
        byte[] structure = Structure(3, 8);
        structure[2] = (byte)claimed;
        Assert.Equal(
            $"the structure at 0x10 claims {claimed} bytes; it has a header of 4, and 8 are left", Refused(Table(structure)));
    }

    [Fact]
    public void BytesThatAreNoStructure_RefuseTheTable() =>
        Assert.Equal("the 3 bytes at 0x18 are no structure", Refused(Table(Structure(3, 8), new byte[3])));

    [Fact]
    public void TwoRanges_OfOneHandle_RefuseTheTable() =>
        Assert.Equal("two DSMAS have the handle 0", Refused(Table(Structure(0, 24), Structure(0, 24))));

    [Fact]
    public void MoreStructuresThanHandles_RefuseTheTable() =>
        Assert.Equal(
            "there are more than 65534 structures",
            Refused(Table(Enumerable.Repeat(Structure(3, 8), 65535).SelectMany(bytes => bytes).ToArray())));

    [Fact]
    public void Checksum_OffByOne_RefusesTheTable()
    {
        byte[] table = Table(Structure(0, 24));
        table[5]--;
        Assert.Equal("the bytes of the CDAT add up to 0xff, not to 0", Refused(table));
    }

    [Fact]
    public void FewerBytesThanAHeader_AreRefused() => Assert.Contains("15 bytes", Refused(new byte[15]), StringComparison.Ordinal);

    [Theory]
    [InlineData(15)]
    [InlineData(41)]
    [InlineData(uint.MaxValue)]
    public void Length_NotThatOfTheBytes_RefusesTheTable(uint length)
    {
        byte[] table = Table(Structure(0, 24));
        RawBytes.Put(table, 0, 4, length);
        Assert.Contains($"claims {length} bytes; there are 40", Refused(table), StringComparison.Ordinal);
    }

    [Fact]
    public void BytesAfterTheTable_DoNotMatter() =>
        Assert.True(Cdat.TryParse([.. Table(Structure(0, 24)), 9, 9, 9], out _, out _));

    [Fact]
    public void AnyBytes_NeitherThrowNorForgetWhy() =>
        Prop.ForAll(
            CedtProperties.Bytes(200).ToArbitrary(),
            bytes => Cdat.TryParse(bytes, out Cdat? table, out string? problem) ? table is not null : problem is not null)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void AnyStructuresInAGoodHeader_AreTheSameBytesWhenWrittenAgain() =>
        Prop.ForAll(
            Structures.ToArbitrary(),
            structures =>
            {
                byte[] bytes = Table(structures);
                if (!Cdat.TryParse(bytes, out Cdat? table, out string? problem))
                    return problem is not null;
                for (int handle = 0; handle < 8; handle++)
                {
                    CdatPerformance.OfRange(table, (byte)handle);
                    CdatPerformance.OfDownstreamPort(table, (ushort)handle);
                }

                return table.ToBytes().AsSpan().SequenceEqual(bytes);
            })
            .QuickCheckThrowOnFailure();

    internal static byte[] Table(params byte[][] structures)
    {
        byte[] table = [.. new byte[16], .. structures.SelectMany(structure => structure)];
        RawBytes.Put(table, 0, 4, (ulong)table.Length);
        table[4] = 2;
        RawBytes.FixSum(table, 5);
        return table;
    }

    private static Gen<byte[][]> Structures { get; } =
        from count in Gen.Choose(0, 8)
        from structures in
            (from type in Gen.Choose(0, 6)
             from extra in Gen.Frequency((20, Gen.Constant(0)), (1, Gen.Choose(-4, 8)))
             from handle in Gen.Choose(0, 7)
             from body in CedtProperties.Bytes(40)
             select Structure(type, extra, handle, body)).ArrayOf(count)
        select structures;

    /// <summary>A structure of a length near its type's, its reserved bytes 0 so that writing it again can give the same.</summary>
    private static byte[] Structure(int type, int extra, int handle, byte[] body)
    {
        int[] lengths = [24, 24, 20, 8, 24, 32, 12];
        byte[] structure = Structure((byte)type, lengths[type] + extra);
        (int From, int To)[] fields = type switch
        {
            0 => [(5, 6), (8, 24)],
            1 => [(5, 7), (8, 22)],
            2 => [(8, 20)],
            3 => [(4, 5)],
            4 => [(5, 6), (8, 24)],
            5 => [(4, 5), (8, 22), (24, 30)],
            _ => [(4, 12)],
        };
        foreach ((int from, int to) in fields)
        {
            for (int i = from; i < Math.Min(to, structure.Length); i++)
                structure[i] = i < body.Length ? body[i] : (byte)0;
        }

        int place = type == 3 ? 5 : 4;
        if (type < 5 && place < structure.Length)
            structure[place] = (byte)handle;
        return structure;
    }

    private static byte[] Structure(byte type, int length)
    {
        byte[] structure = new byte[length];
        structure[0] = type;
        RawBytes.Put(structure, 2, 2, (ulong)length);
        return structure;
    }

    private static string Refused(byte[] bytes)
    {
        Assert.False(Cdat.TryParse(bytes, out Cdat? table, out string? problem));
        Assert.Null(table);
        return problem;
    }
}
