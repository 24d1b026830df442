using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace CxlTopology.Specification;

/// <summary>
/// The CXL early discovery table (CEDT): the host bridges and fixed memory windows firmware tells the operating system of.
/// </summary>
/// <remarks>An ACPI table of revision 1 and its records, one after the other. Immutable but for the arrays in its records.</remarks>
public sealed class Cedt
{
    /// <summary>What the table is called: CEDT.</summary>
    public const string Signature = "CEDT";

    /// <summary>The revision that is written: 1.</summary>
    public const byte Revision = 1;

    /// <summary>How many passed-over records <see cref="Ignored"/> describes one by one: 64.</summary>
    public const int IgnoredMax = 64;

    private readonly CedtStructure[] structures;

    /// <summary>A table of these records, in this order.</summary>
    public Cedt(IEnumerable<CedtStructure> structures)
        : this([.. structures], [])
    {
    }

    private Cedt(CedtStructure[] structures, string[] ignored)
    {
        this.structures = structures;
        Structures = Array.AsReadOnly(structures);
        Ignored = Array.AsReadOnly(ignored);
    }

    /// <summary>All records, in the table's order.</summary>
    public IReadOnlyList<CedtStructure> Structures { get; }

    /// <summary>
    /// Records of a table read from bytes that were passed over, a sentence each; of more than 64, the number in the last one.
    /// </summary>
    public IReadOnlyList<string> Ignored { get; }

    /// <summary>The host bridges (CHBS), in the table's order.</summary>
    public IEnumerable<HostBridgeStructure> HostBridges => structures.OfType<HostBridgeStructure>();

    /// <summary>The windows (CFMWS) as they are written down, in the table's order.</summary>
    public IEnumerable<FixedMemoryWindowStructure> Windows => structures.OfType<FixedMemoryWindowStructure>();

    /// <summary>The XOR maps (CXIMS), in the table's order.</summary>
    public IEnumerable<XorInterleaveMathStructure> XorMaths => structures.OfType<XorInterleaveMathStructure>();

    /// <summary>The event collectors' associations (RDPAS), in the table's order.</summary>
    public IEnumerable<RdpasStructure> EventCollectors => structures.OfType<RdpasStructure>();

    /// <summary>The table of a host: its bridges, its windows, the XOR maps these need, and event collectors, in this order.</summary>
    /// <exception cref="ArgumentException">A window has problems, or two windows need different maps in one record.</exception>
    public static Cedt Of(
        IEnumerable<HostBridgeStructure> hostBridges,
        IReadOnlyList<FixedMemoryWindow> windows,
        IEnumerable<RdpasStructure>? eventCollectors = null) => new(
        [
            .. hostBridges, .. windows.Select(FixedMemoryWindowStructure.Of), .. XorInterleaveMathStructure.Of(windows),
            .. eventCollectors ?? [],
        ]);

    /// <summary>Reads a table, as an operating system does.</summary>
    /// <remarks>
    /// The table is refused if its signature, length or checksum is wrong, or a record is shorter than a record's header. Passed over, and
    /// told in <see cref="Ignored"/>: records of unknown types, records too short for what they hold, CHBS with a block length that is not
    /// its version's, and a last record that reaches past the table's end. Records longer than they need be are read. Any bytes are safe.
    /// </remarks>
    /// <param name="bytes">The table; bytes after its own length do not matter.</param>
    /// <param name="table">The table, or null.</param>
    /// <param name="problem">A sentence without full stop if it is refused.</param>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Cedt? table, [NotNullWhen(false)] out string? problem)
    {
        table = null;
        if (!AcpiTable.TryOpen(bytes, Signature, out ReadOnlySpan<byte> whole, out problem))
            return false;

        List<CedtStructure> structures = [];
        List<string> ignored = [];
        int ignoredCount = 0;
        int offset = AcpiTable.HeaderLength;
        while (whole.Length - offset >= CedtStructure.HeaderLength)
        {
            ReadOnlySpan<byte> rest = whole[offset..];
            int length = BinaryPrimitives.ReadUInt16LittleEndian(rest[2..]);
            if (length < CedtStructure.HeaderLength)
            {
                problem = $"the record at 0x{offset:x} is {length} bytes long, less than its header";
                return false;
            }

            string? reason = null;
            if (length > rest.Length)
                reason = $"its {length} bytes reach past the table's end";
            else if (Read(rest[..length], out reason) is { } structure)
                structures.Add(structure);
            if (reason is not null && ignoredCount++ < IgnoredMax)
                ignored.Add($"record at 0x{offset:x}, type {rest[0]}: {reason}");
            offset += Math.Min(length, rest.Length);
        }

        if (ignoredCount > IgnoredMax)
            ignored.Add($"and {ignoredCount - IgnoredMax} more records");
        table = new Cedt([.. structures], [.. ignored]);
        return true;
    }

    /// <summary>The table in bytes, header, checksum and all.</summary>
    /// <exception cref="InvalidOperationException">
    /// The table is longer than 16 MiB, or a record than 65535 bytes or its 255 maps.
    /// </exception>
    public byte[] ToBytes()
    {
        byte[] table = AcpiTable.Create(Signature, Revision, structures.Sum(structure => (long)structure.Length));
        int offset = AcpiTable.HeaderLength;
        foreach (CedtStructure structure in structures)
        {
            structure.Write(table.AsSpan(offset, structure.Length));
            offset += structure.Length;
        }

        return AcpiTable.Seal(table);
    }

    private static CedtStructure? Read(ReadOnlySpan<byte> record, out string? reason)
    {
        int needed = record[0] switch
        {
            HostBridgeStructure.TypeCode => HostBridgeStructure.RecordLength,
            FixedMemoryWindowStructure.TypeCode => FixedMemoryWindowStructure.FixedLength,
            XorInterleaveMathStructure.TypeCode => XorInterleaveMathStructure.FixedLength,
            RdpasStructure.TypeCode => RdpasStructure.FormerLength,
            _ => 0,
        };
        if (needed == 0)
        {
            reason = "the type is not known";
            return null;
        }

        if (record.Length < needed)
        {
            reason = $"{record.Length} bytes are fewer than the {needed} of its type";
            return null;
        }

        reason = null;
        switch (record[0])
        {
            case HostBridgeStructure.TypeCode:
                HostBridgeStructure bridge = HostBridgeStructure.Read(record);
                if (bridge.HasExpectedBlockLength)
                    return bridge;
                reason = $"a register block of 0x{bridge.BlockLength:x} bytes is not that of version {(int)bridge.Version}";
                return null;
            case FixedMemoryWindowStructure.TypeCode:
                return FixedMemoryWindowStructure.Read(record);
            case XorInterleaveMathStructure.TypeCode:
                XorInterleaveMathStructure? math = XorInterleaveMathStructure.Read(record);
                if (math is null)
                    reason = $"{record.Length} bytes are too few for {record[7]} maps";
                return math;
            default:
                RdpasStructure? collector = RdpasStructure.Read(record);
                if (collector is null)
                    reason = $"{record.Length} bytes are fewer than the {RdpasStructure.RecordLength} of its type";
                return collector;
        }
    }
}
