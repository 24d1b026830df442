using CxlTopology.Simulation;

namespace CxlTopology.Software;

/// <summary>Uuids for PMEM regions that nobody chose one for: drawn from the region's name and window, so that the same calls give the same uuids.</summary>
internal static class RegionUuid
{
    public static Guid For(CxlRegion region)
    {
        var random = new RandomStream(region.Root.Window.Base.Value, region.Name);
        Span<byte> bytes = stackalloc byte[16];
        BitConverter.TryWriteBytes(bytes, random.NextUInt64());
        BitConverter.TryWriteBytes(bytes[8..], random.NextUInt64());
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x40); // version 4, as uuidgen draws them
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
