namespace CxlTopology.Specification.Tests;

/// <summary>Little-endian bytes by hand, so that the tables are read and made without the code under test.</summary>
internal static class RawBytes
{
    public static ulong At(byte[] bytes, int offset, int width)
    {
        ulong value = 0;
        for (int i = width - 1; i >= 0; i--)
            value = (value << 8) | bytes[offset + i];
        return value;
    }

    public static void Put(byte[] bytes, int offset, int width, ulong value)
    {
        for (int i = 0; i < width; i++)
            bytes[offset + i] = (byte)(value >> (8 * i));
    }

    /// <summary>A record from fields of (offset, width, value).</summary>
    public static byte[] Record(int length, params (int Offset, int Width, ulong Value)[] fields)
    {
        byte[] bytes = new byte[length];
        foreach ((int offset, int width, ulong value) in fields)
            Put(bytes, offset, width, value);
        return bytes;
    }

    /// <summary>An ACPI table with a right length and checksum around these records.</summary>
    public static byte[] AcpiTable(string signature, params byte[][] records)
    {
        byte[] table = [.. new byte[36], .. records.SelectMany(record => record)];
        for (int i = 0; i < 4; i++)
            table[i] = (byte)signature[i];
        Put(table, 4, 4, (ulong)table.Length);
        table[8] = 1;
        FixSum(table, 9);
        return table;
    }

    public static void FixSum(byte[] table, int checksumOffset)
    {
        table[checksumOffset] = 0;
        table[checksumOffset] = (byte)(256 - (Sum(table) % 256));
    }

    public static int Sum(byte[] table) => table.Sum(value => value);
}
