using System.Buffers.Binary;

namespace CxlTopology.Vfio;

/// <summary>A region of a device as its region info says. Little-endian: argsz, flags, index, offset of the first capability (32 bits each), size and offset in the file (64 bits).</summary>
/// <param name="Index">Which one.</param>
/// <param name="Flags">What may be done with it.</param>
/// <param name="Size">Bytes; 0 if it is not there.</param>
/// <param name="Offset">Where it starts in the device's file.</param>
/// <param name="Capabilities">Its capabilities in order.</param>
public sealed record VfioRegionInfo(int Index, VfioRegionFlags Flags, ulong Size, ulong Offset, IReadOnlyList<VfioCapability> Capabilities)
{
    /// <summary>Bytes of the structure, without capabilities.</summary>
    public const int Length = 32;

    /// <summary>Type and subtype; null for a region without.</summary>
    public (uint Type, uint Subtype)? Type
    {
        get
        {
            VfioCapability? type = Capabilities.FirstOrDefault(c => c.Id == VfioCapability.RegionType);
            return type is null
                ? null
                : (BinaryPrimitives.ReadUInt32LittleEndian(type.Content.Span), BinaryPrimitives.ReadUInt32LittleEndian(type.Content.Span[4..]));
        }
    }

    /// <summary>The areas that can be mapped: those of the sparse-mmap capability, else all of it if it can be mapped at all.</summary>
    public IReadOnlyList<VfioArea> Areas
    {
        get
        {
            if ((Flags & VfioRegionFlags.Mmap) == 0)
                return [];
            VfioCapability? sparse = Capabilities.FirstOrDefault(c => c.Id == VfioCapability.SparseMmap);
            if (sparse is null)
                return [new VfioArea(0, Size)];
            ReadOnlySpan<byte> content = sparse.Content.Span;
            var areas = new VfioArea[BinaryPrimitives.ReadUInt32LittleEndian(content)];
            for (int i = 0; i < areas.Length; i++)
                areas[i] = new VfioArea(BinaryPrimitives.ReadUInt64LittleEndian(content[(8 + 16 * i)..]), BinaryPrimitives.ReadUInt64LittleEndian(content[(16 + 16 * i)..]));
            return areas;
        }
    }

    /// <summary>Reads the structure and its capabilities.</summary>
    public static VfioRegionInfo Of(ReadOnlySpan<byte> bytes) => new(
        (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]),
        (VfioRegionFlags)BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]),
        BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]),
        VfioCapabilityChain.Read(bytes, (int)BinaryPrimitives.ReadUInt32LittleEndian(bytes[12..])));
}
