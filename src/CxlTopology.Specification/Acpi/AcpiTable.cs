using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace CxlTopology.Specification;

/// <summary>What all ACPI system description tables share: a header of 36 bytes and a checksum over everything.</summary>
/// <remarks>
/// Header: signature at 0, total length at 4 (32 bits), revision at 8, checksum at 9, OEM id at 10 (6 bytes), OEM table id at 16
/// (8 bytes), OEM revision at 24, creator id at 28, creator revision at 32. All bytes of a table add up to 0 modulo 256.
/// </remarks>
public static class AcpiTable
{
    /// <summary>Bytes of the header: 36.</summary>
    public const int HeaderLength = 36;

    /// <summary>The longest table that is written or read: 16 MiB, half a million host bridges.</summary>
    public const int LengthMax = 16 << 20;

    internal const int ChecksumOffset = 9;

    private const string OemId = "CXLTOP";
    private const string OemTableId = "CXLTOPOL";
    private const string CreatorId = "CXLT";

    /// <summary>The sum of all bytes modulo 256; 0 for a table with a right checksum.</summary>
    public static byte Sum(ReadOnlySpan<byte> bytes)
    {
        uint sum = 0;
        foreach (byte value in bytes)
            sum += value;
        return (byte)sum;
    }

    /// <summary>An empty table with its header but for the checksum, which <see cref="Seal"/> adds when the rest is in place.</summary>
    internal static byte[] Create(string signature, byte revision, long bodyLength)
    {
        if (bodyLength > LengthMax - HeaderLength)
            throw new InvalidOperationException($"A {signature} of {bodyLength + HeaderLength} bytes is longer than {LengthMax}.");
        byte[] table = new byte[HeaderLength + (int)bodyLength];
        Span<byte> header = table;
        Encoding.ASCII.GetBytes(signature, header);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], (uint)table.Length);
        header[8] = revision;
        Encoding.ASCII.GetBytes(OemId, header[10..]);
        Encoding.ASCII.GetBytes(OemTableId, header[16..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[24..], 1);
        Encoding.ASCII.GetBytes(CreatorId, header[28..]);
        BinaryPrimitives.WriteUInt32LittleEndian(header[32..], 1);
        return table;
    }

    internal static byte[] Seal(byte[] table)
    {
        table[ChecksumOffset] = 0;
        table[ChecksumOffset] = (byte)(0x100 - Sum(table));
        return table;
    }

    /// <summary>Checks signature, length and checksum. Bytes after the table's own length are not part of it.</summary>
    internal static bool TryOpen(
        ReadOnlySpan<byte> bytes, string signature, out ReadOnlySpan<byte> table, [NotNullWhen(false)] out string? problem)
    {
        table = default;
        if (bytes.Length < HeaderLength)
        {
            problem = $"{bytes.Length} bytes are fewer than the {HeaderLength} of a table header";
            return false;
        }

        if (!bytes[..4].SequenceEqual(Encoding.ASCII.GetBytes(signature)))
        {
            problem = $"the signature 0x{BinaryPrimitives.ReadUInt32LittleEndian(bytes):x8} is not {signature}";
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]);
        if (length is < HeaderLength or > LengthMax || length > bytes.Length)
        {
            problem = $"the {signature} claims {length} bytes; there are {bytes.Length}, and tables have {HeaderLength} to {LengthMax}";
            return false;
        }

        ReadOnlySpan<byte> whole = bytes[..(int)length];
        byte sum = Sum(whole);
        if (sum != 0)
        {
            problem = $"the bytes of the {signature} add up to 0x{sum:x2}, not to 0";
            return false;
        }

        table = whole;
        problem = null;
        return true;
    }
}
