using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>The protocol by which software reads the CDAT, vendor 0x1E98 type 2: one entry at a time, each naming the next.</summary>
/// <remarks>
/// Request: request code in bits 7:0 (0, read), table type in 15:8 (0, CDAT), entry handle in 31:16. Response: response code (0) and table
/// type (0), handle of the next entry in bits 31:16, where 0xFFFF is the end; then the entry. Handle 0 is the table's header, handle n
/// its n-th structure. Another code, another table and a handle nobody has are discarded: software hears nothing.
/// </remarks>
public sealed class CdatAccess : DoeProtocol
{
    /// <summary>The vendor id of CXL: 0x1E98.</summary>
    public const ushort CxlVendor = 0x1E98;

    /// <summary>The type of its objects: 2.</summary>
    public const byte TableAccessType = 2;

    /// <summary>What stands for no next entry: 0xFFFF.</summary>
    public const ushort LastEntry = 0xFFFF;

    private byte[] bytes;
    private int[] offsets;

    /// <summary>Access to a table.</summary>
    public CdatAccess(Cdat table)
        : base(CxlVendor, TableAccessType)
    {
        Table = table;
        bytes = table.ToBytes();
        offsets = OffsetsOf(table);
    }

    /// <summary>The table.</summary>
    public Cdat Table { get; private set; }

    /// <summary>The whole request for an entry.</summary>
    public static uint[] Request(ushort handle) => DoeObject.Encode(CxlVendor, TableAccessType, [(uint)handle << 16]);

    /// <summary>Puts another table in the place of this one. Software that was reading may get parts of both; their sums tell.</summary>
    public void Replace(Cdat table)
    {
        bytes = table.ToBytes();
        offsets = OffsetsOf(table);
        Table = table;
    }

    /// <inheritdoc/>
    public override uint[]? Answer(ReadOnlySpan<uint> request)
    {
        if (request.IsEmpty || (ushort)request[0] != 0)
            return null;
        int handle = (int)(request[0] >> 16);
        if (handle >= offsets.Length - 1)
            return null;

        ReadOnlySpan<byte> entry = bytes.AsSpan(offsets[handle]..offsets[handle + 1]);
        uint[] response = new uint[1 + ((entry.Length + 3) / 4)];
        int next = handle + 2 < offsets.Length ? handle + 1 : LastEntry;
        response[0] = (uint)next << 16;
        Span<byte> padded = stackalloc byte[4];
        for (int i = 1; i < response.Length; i++)
        {
            ReadOnlySpan<byte> dword = entry[(4 * (i - 1))..Math.Min(4 * i, entry.Length)];
            padded.Clear();
            dword.CopyTo(padded);
            response[i] = BinaryPrimitives.ReadUInt32LittleEndian(padded);
        }

        return response;
    }

    /// <summary>Where each entry begins, and where the last one ends.</summary>
    private static int[] OffsetsOf(Cdat table)
    {
        int[] offsets = new int[table.Structures.Count + 2];
        offsets[1] = Cdat.HeaderLength;
        for (int i = 0; i < table.Structures.Count; i++)
            offsets[i + 2] = offsets[i + 1] + table.Structures[i].Length;
        return offsets;
    }
}
