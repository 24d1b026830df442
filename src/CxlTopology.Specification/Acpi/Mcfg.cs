using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;

namespace CxlTopology.Specification;

/// <summary>The PCI memory mapped configuration table (MCFG): the ECAM windows firmware tells the operating system of.</summary>
/// <remarks>
/// An ACPI table of revision 1: after the header 8 reserved bytes, then 16 for each window: base (64 bits), segment (16 bits), first bus,
/// last bus, 4 reserved bytes.
/// </remarks>
public static class Mcfg
{
    /// <summary>What the table is called: MCFG.</summary>
    public const string Signature = "MCFG";

    /// <summary>The revision that is written: 1.</summary>
    public const byte Revision = 1;

    private const int FirstEntry = AcpiTable.HeaderLength + 8;
    private const int EntryLength = 16;

    /// <summary>The table of these windows, in bytes.</summary>
    /// <exception cref="ArgumentException">The windows have <see cref="EcamWindow.Problems"/>.</exception>
    public static byte[] ToBytes(IReadOnlyList<EcamWindow> windows)
    {
        IReadOnlyList<string> problems = EcamWindow.Problems(windows);
        if (problems.Count > 0)
            throw new ArgumentException($"The ECAM windows cannot be described: {string.Join("; ", problems)}.", nameof(windows));
        byte[] table = AcpiTable.Create(Signature, Revision, FirstEntry - AcpiTable.HeaderLength + ((long)EntryLength * windows.Count));
        Span<byte> entry = table.AsSpan(FirstEntry);
        foreach (EcamWindow window in windows)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(entry, window.Base.Value);
            BinaryPrimitives.WriteUInt16LittleEndian(entry[8..], window.Segment);
            entry[10] = window.FirstBus;
            entry[11] = window.LastBus;
            entry = entry[EntryLength..];
        }

        return AcpiTable.Seal(table);
    }

    /// <summary>Reads a table. Refused: a wrong signature, length or checksum, or windows with problems. Any bytes are safe.</summary>
    public static bool TryParse(
        ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out IReadOnlyList<EcamWindow>? windows, [NotNullWhen(false)] out string? problem)
    {
        windows = null;
        if (!AcpiTable.TryOpen(bytes, Signature, out ReadOnlySpan<byte> table, out problem))
            return false;
        if (table.Length < FirstEntry || (table.Length - FirstEntry) % EntryLength != 0)
        {
            problem = $"an MCFG has {FirstEntry} bytes and {EntryLength} for each window, not {table.Length}";
            return false;
        }

        int count = (table.Length - FirstEntry) / EntryLength;
        if (count > EcamWindow.CountMax)
        {
            problem = $"{count} ECAM windows are more than {EcamWindow.CountMax}";
            return false;
        }

        EcamWindow[] read = new EcamWindow[count];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = table.Slice(FirstEntry + (EntryLength * i), EntryLength);
            read[i] = new EcamWindow
            {
                Base = new Hpa(BinaryPrimitives.ReadUInt64LittleEndian(entry)),
                Segment = BinaryPrimitives.ReadUInt16LittleEndian(entry[8..]),
                FirstBus = entry[10],
                LastBus = entry[11],
            };
        }

        IReadOnlyList<string> problems = EcamWindow.Problems(read);
        if (problems.Count > 0)
        {
            problem = string.Join("; ", problems);
            return false;
        }

        windows = read;
        return true;
    }
}
