using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace CxlTopology.Specification;

/// <summary>The coherent device attribute table (CDAT): what a device or switch says of its memory, latencies and bandwidths.</summary>
/// <remarks>
/// A header of 16 bytes: total length at 0 (32 bits), revision at 4, checksum at 5, 6 reserved bytes, sequence at 12 (32 bits); then the
/// structures. All bytes add up to 0 modulo 256. Unlike an ACPI table it has no signature. Immutable but for the arrays in its structures.
/// </remarks>
public sealed class Cdat
{
    /// <summary>Bytes of the header: 16.</summary>
    public const int HeaderLength = 16;

    /// <summary>The revision that is written unless another is asked for: 2.</summary>
    public const byte DefaultRevision = 2;

    /// <summary>The most structures: 65534, for each needs a handle of 16 bits, the header has one and 0xFFFF means the end.</summary>
    public const int StructuresMax = 0xFFFE;

    /// <summary>The longest table that is written or read: 16 MiB.</summary>
    public const int LengthMax = 16 << 20;

    private const int ChecksumOffset = 5;

    private readonly CdatStructure[] structures;

    /// <summary>A table of these structures, in this order.</summary>
    /// <param name="structures">Up to <see cref="StructuresMax"/>.</param>
    /// <param name="sequence">Changes whenever the table does while the device runs. 0 by default.</param>
    /// <param name="revision">Of the table's format. 2 by default.</param>
    /// <exception cref="ArgumentException">There are more structures than handles.</exception>
    public Cdat(IEnumerable<CdatStructure> structures, uint sequence = 0, byte revision = DefaultRevision)
    {
        this.structures = [.. structures];
        int count = this.structures.Length;
        if (count > StructuresMax)
            throw new ArgumentException($"A CDAT has at most {StructuresMax} structures, not {count}.", nameof(structures));
        Structures = Array.AsReadOnly(this.structures);
        Sequence = sequence;
        Revision = revision;
    }

    /// <summary>All structures, in the table's order.</summary>
    public IReadOnlyList<CdatStructure> Structures { get; }

    /// <summary>The sequence number of the header.</summary>
    public uint Sequence { get; }

    /// <summary>The revision of the header.</summary>
    public byte Revision { get; }

    /// <summary>The ranges of memory (DSMAS), in the table's order.</summary>
    public IEnumerable<Dsmas> MemoryRanges => structures.OfType<Dsmas>();

    /// <summary>Reads a table, by the rules Linux accepts one.</summary>
    /// <remarks>
    /// Refused (EINVAL) if the length or the checksum is wrong, if a structure of a known type has a length that is not its type's (an
    /// SSLBIS without entries included) or reaches past the end, or if two DSMAS have one handle. Structures of unknown types are kept as
    /// they are. Any bytes are safe.
    /// </remarks>
    /// <param name="bytes">The table; bytes after its own length do not matter.</param>
    /// <param name="table">The table, or null.</param>
    /// <param name="problem">A sentence without full stop if it is refused.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Cdat? table, [NotNullWhen(false)] out string? problem)
    {
        table = null;
        if (bytes.Length < HeaderLength)
        {
            problem = $"{bytes.Length} bytes are fewer than the {HeaderLength} of a CDAT header";
            return false;
        }

        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length is < HeaderLength or > LengthMax || length > bytes.Length)
        {
            problem = $"the CDAT claims {length} bytes; there are {bytes.Length}, and tables have {HeaderLength} to {LengthMax}";
            return false;
        }

        ReadOnlySpan<byte> whole = bytes[..(int)length];
        byte sum = AcpiTable.Sum(whole);
        if (sum != 0)
        {
            problem = $"the bytes of the CDAT add up to 0x{sum:x2}, not to 0";
            return false;
        }

        List<CdatStructure> structures = [];
        problem = ReadStructures(whole, structures);
        if (problem is not null)
            return false;
        table = new Cdat(structures, BinaryPrimitives.ReadUInt32LittleEndian(whole[12..]), whole[4]);
        return true;
    }

    /// <summary>The table in bytes, header, checksum and all.</summary>
    /// <exception cref="InvalidOperationException">The table is longer than 16 MiB, or a structure than 65535 bytes.</exception>
    public byte[] ToBytes()
    {
        long length = HeaderLength + structures.Sum(structure => (long)structure.Length);
        if (length > LengthMax)
            throw new InvalidOperationException($"A CDAT of {length} bytes is longer than {LengthMax}.");
        byte[] table = new byte[length];
        Span<byte> header = table;
        BinaryPrimitives.WriteUInt32LittleEndian(header, (uint)length);
        header[4] = Revision;
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], Sequence);
        int offset = HeaderLength;
        foreach (CdatStructure structure in structures)
        {
            structure.Write(table.AsSpan(offset, structure.Length));
            offset += structure.Length;
        }

        table[ChecksumOffset] = (byte)(0x100 - AcpiTable.Sum(table));
        return table;
    }

    /// <summary>Appends the structures of a table; returns what is wrong with it, or null.</summary>
    private static string? ReadStructures(ReadOnlySpan<byte> table, List<CdatStructure> structures)
    {
        bool[] handles = new bool[256];
        int offset = HeaderLength;
        while (offset < table.Length)
        {
            ReadOnlySpan<byte> rest = table[offset..];
            if (rest.Length < CdatStructure.HeaderLength)
                return $"the {rest.Length} bytes at 0x{offset:x} are no structure";
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            if (length < CdatStructure.HeaderLength || length > rest.Length)
                return $"the structure at 0x{offset:x} claims {length} bytes; it has a header of 4, and {rest.Length} are left";
            ReadOnlySpan<byte> bytes = rest[..length];
            if (!HasLengthOfItsType(bytes))
                return $"the structure at 0x{offset:x} claims {length} bytes, which is not the length of type {bytes[0]}";
            if (structures.Count == StructuresMax)
                return $"there are more than {StructuresMax} structures";

            CdatStructure structure = Read(bytes);
            if (structure is Dsmas range)
            {
                if (handles[range.Handle])
                    return $"two DSMAS have the handle {range.Handle}";
                handles[range.Handle] = true;
            }

            structures.Add(structure);
            offset += length;
        }

        return null;
    }

    private static bool HasLengthOfItsType(ReadOnlySpan<byte> structure) => structure[0] switch
    {
        Dsmas.TypeCode => structure.Length == Dsmas.FixedLength,
        Dslbis.TypeCode => structure.Length == Dslbis.FixedLength,
        Dsmscis.TypeCode => structure.Length == Dsmscis.FixedLength,
        Dsis.TypeCode => structure.Length == Dsis.FixedLength,
        Dsemts.TypeCode => structure.Length == Dsemts.FixedLength,
        Sslbis.TypeCode => structure.Length > Sslbis.FixedLength && (structure.Length - Sslbis.FixedLength) % Sslbis.EntryLength == 0,
        _ => true,
    };

    private static CdatStructure Read(ReadOnlySpan<byte> structure) => structure[0] switch
    {
        Dsmas.TypeCode => Dsmas.Read(structure),
        Dslbis.TypeCode => Dslbis.Read(structure),
        Dsmscis.TypeCode => Dsmscis.Read(structure),
        Dsis.TypeCode => Dsis.Read(structure),
        Dsemts.TypeCode => Dsemts.Read(structure),
        Sslbis.TypeCode => Sslbis.Read(structure),
        _ => new UnknownCdatStructure(structure[0], structure),
    };
}
