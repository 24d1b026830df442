using System.Buffers.Binary;

namespace CxlTopology.Vfio;

/// <summary>A capability behind a device info or region info: a header of id, version and offset of the next, then its content. Little-endian.</summary>
/// <param name="Id">What it is.</param>
/// <param name="Version">Its version.</param>
/// <param name="Content">What follows the 8-byte header.</param>
public sealed record VfioCapability(ushort Id, ushort Version, ReadOnlyMemory<byte> Content)
{
    /// <summary>Bytes of a header: id (16 bits), version (16), offset of the next from the start of the structure (32, 0 for none).</summary>
    public const int HeaderLength = 8;

    /// <summary>Of a region: the areas that can be mapped.</summary>
    public const ushort SparseMmap = 1;

    /// <summary>Of a region: type and subtype.</summary>
    public const ushort RegionType = 2;

    /// <summary>Of a region: the MSI-X table lies in it, and it can be mapped all the same.</summary>
    public const ushort MsixMappable = 3;

    /// <summary>Of a device: its CXL registers.</summary>
    public const ushort CxlDevice = 6;

    /// <summary>The region type of what a CXL driver adds: a PCI vendor's (bit 31), 0x1E98.</summary>
    public const uint CxlRegionType = 1u << 31 | 0x1E98;

    /// <summary>Subtype of CXL memory.</summary>
    public const uint CxlMemorySubtype = 1;

    /// <summary>Subtype of component registers (dialect v3).</summary>
    public const uint ComponentRegistersSubtype = 2;

    /// <summary>Bytes of a whole capability, rounded up to 8.</summary>
    public int Length => (HeaderLength + Content.Length + 7) & ~7;

    /// <summary>A sparse-mmap capability.</summary>
    public static VfioCapability Sparse(IReadOnlyList<VfioArea> areas)
    {
        var content = new byte[8 + 16 * areas.Count];
        BinaryPrimitives.WriteUInt32LittleEndian(content, (uint)areas.Count);
        for (int i = 0; i < areas.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(8 + 16 * i), areas[i].Offset);
            BinaryPrimitives.WriteUInt64LittleEndian(content.AsSpan(16 + 16 * i), areas[i].Size);
        }

        return new VfioCapability(SparseMmap, 1, content);
    }

    /// <summary>A region-type capability.</summary>
    public static VfioCapability Type(uint type, uint subtype)
    {
        var content = new byte[8];
        BinaryPrimitives.WriteUInt32LittleEndian(content, type);
        BinaryPrimitives.WriteUInt32LittleEndian(content.AsSpan(4), subtype);
        return new VfioCapability(RegionType, 1, content);
    }

    /// <summary>Appends capabilities to a structure that the caller gave room for, and sets flags, argsz and the offset of the first.</summary>
    /// <param name="structure">The caller's bytes, filled up to <paramref name="fixedLength"/>.</param>
    /// <param name="argsz">How many of them the caller said there are.</param>
    /// <param name="fixedLength">Where capabilities begin.</param>
    /// <param name="capOffsetAt">Where the offset of the first one goes.</param>
    /// <param name="capsFlag">The flag that says that there are some.</param>
    /// <param name="capabilities">The capabilities; with none, nothing is done.</param>
    /// <remarks>With too little room none is written: the flag is set all the same, the offset 0, and argsz says what is needed.</remarks>
    internal static void Append(Span<byte> structure, uint argsz, int fixedLength, int capOffsetAt, uint capsFlag, IReadOnlyList<VfioCapability> capabilities)
    {
        if (capabilities.Count == 0)
            return;
        int start = (fixedLength + 7) & ~7;
        int needed = start + capabilities.Sum(c => c.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(structure[4..], BinaryPrimitives.ReadUInt32LittleEndian(structure[4..]) | capsFlag);
        if (argsz < needed || structure.Length < needed)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(structure, (uint)needed);
            if (structure.Length >= capOffsetAt + 4)
                BinaryPrimitives.WriteUInt32LittleEndian(structure[capOffsetAt..], 0);
            return;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(structure[capOffsetAt..], (uint)start);
        int at = start;
        for (int i = 0; i < capabilities.Count; i++)
        {
            VfioCapability capability = capabilities[i];
            int next = i + 1 < capabilities.Count ? at + capability.Length : 0;
            structure.Slice(at, capability.Length).Clear();
            BinaryPrimitives.WriteUInt16LittleEndian(structure[at..], capability.Id);
            BinaryPrimitives.WriteUInt16LittleEndian(structure[(at + 2)..], capability.Version);
            BinaryPrimitives.WriteUInt32LittleEndian(structure[(at + 4)..], (uint)next);
            capability.Content.Span.CopyTo(structure[(at + HeaderLength)..]);
            at += capability.Length;
        }
    }
}
