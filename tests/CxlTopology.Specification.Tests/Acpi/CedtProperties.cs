using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Specification.Tests;

public sealed class CedtProperties
{
    [Fact]
    public void TryParse_AnyBytes_NeitherThrowsNorForgetsWhy() =>
        Prop.ForAll(
            Bytes(400).ToArbitrary(),
            bytes => Cedt.TryParse(bytes, out Cedt? table, out string? problem) ? table is not null : problem is not null && table is null)
            .QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_AnyRecordsInAGoodHeader_CanBeWrittenAgain() =>
        Prop.ForAll(
            Records.ArrayOf().ToArbitrary(),
            records =>
            {
                if (!Cedt.TryParse(RawBytes.AcpiTable("CEDT", records), out Cedt? table, out _))
                    return true;
                foreach (FixedMemoryWindowStructure window in table.Windows)
                    window.TryToWindow(table.XorMaths, out _);
                byte[] once = table.ToBytes();
                return Cedt.TryParse(once, out Cedt? again, out _)
                    && again.Structures.Count == table.Structures.Count
                    && again.ToBytes().AsSpan().SequenceEqual(once);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_OneByteChanged_IsNeverTakenForTheTable() =>
        Prop.ForAll(
            (from records in Records.NonEmptyListOf()
             from place in Gen.Choose(0, 1 << 20)
             from change in Gen.Choose(1, 255)
             select (records, place, change)).ToArbitrary(),
            x =>
            {
                byte[] table = RawBytes.AcpiTable("CEDT", [.. x.records]);
                table[x.place % table.Length] += (byte)x.change;
                return !Cedt.TryParse(table, out _, out _);
            })
            .QuickCheckThrowOnFailure();

    internal static Gen<byte[]> Bytes(int atMost) =>
        from length in Gen.Choose(0, atMost)
        from values in Gen.Choose(0, 255).ArrayOf(length)
        select Array.ConvertAll(values, value => (byte)value);

    /// <summary>Records of known and unknown types, mostly of a length near their own.</summary>
    private static Gen<byte[]> Records { get; } =
        from body in Bytes(80)
        from type in Gen.Choose(0, 4)
        from lie in Gen.Frequency((9, Gen.Constant(0)), (1, Gen.Choose(-8, 8)))
        from small in Gen.Choose(0, 3)
        select Record(body, type, lie, small);

    private static byte[] Record(byte[] body, int type, int lie, int small)
    {
        byte[] record = [(byte)type, 0, 0, 0, .. body];
        RawBytes.Put(record, 2, 2, (ulong)Math.Max(record.Length + lie, 0));
        if (type == 2 && record.Length > 7)
            record[7] = (byte)small;
        return record;
    }
}
