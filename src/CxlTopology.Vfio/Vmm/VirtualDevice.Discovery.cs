using CxlTopology.Specification;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary>How a VMM finds out what an open device has: regions, decoders, capabilities.</summary>
public sealed partial class VirtualDevice
{
    private static async Task<VfioRegionInfo> QueryRegion(VfioProcess process, int file, uint index)
    {
        if (index == VfioRegionIndex.Vga)
            return new VfioRegionInfo((int)index, VfioRegionFlags.None, 0, 0, []);
        var info = new byte[VfioRegionInfo.Length];
        for (int attempt = 0; attempt < 2; attempt++)
        {
            Put(info, 0, (uint)info.Length);
            Put(info, 8, index);
            await process.Ioctl(file, VfioRequest.DeviceGetRegionInfo, info);
            if (U32(info, 0) <= info.Length)
                break;
            info = new byte[U32(info, 0)]; // as much as it asks for
        }

        return VfioRegionInfo.Of(info);
    }

    private static async Task<(int Region, ulong At, int Bar, ulong InBar, int Count)> FindDecoders(
        VfioProcess process, int file, IReadOnlyList<VfioCapability> capabilities, IReadOnlyList<VfioRegionInfo> regions)
    {
        VfioCapability? cxl = capabilities.FirstOrDefault(c => c.Id == VfioCapability.CxlDevice);
        if (cxl is null)
            return (-1, 0, -1, 0, 0);
        byte[] content = cxl.Content.ToArray();
        VfioRegionInfo? registers = regions.FirstOrDefault(r => r.Type == (VfioCapability.CxlRegionType, VfioCapability.ComponentRegistersSubtype));
        if (registers is null)
            return (content[1], U64(content, 16), content[1], U64(content, 16), content[0]);
        const ulong Array = 0x1000;
        const uint HdmId = 5;
        var word = new byte[4];
        await process.Read(file, registers.Offset + Array, word);
        uint entries = U32(word, 0) >> 24;
        for (uint i = 1; i <= entries; i++)
        {
            await process.Read(file, registers.Offset + Array + 4 * i, word);
            if ((U32(word, 0) & 0xFFFF) != HdmId)
                continue;
            ulong at = Array + (U32(word, 0) >> 20);
            await process.Read(file, registers.Offset + at, word);
            return (registers.Index, at, (int)U32(content, 12), U64(content, 24) + at, new HdmCapability(U32(word, 0)).DecoderCount);
        }

        return (-1, 0, -1, 0, 0);
    }

    private async Task<int> FindExpress()
    {
        const int Capabilities = 0x34;
        const int CapabilitiesMax = 48;
        const uint ExpressId = 0x10;
        int at = (int)await ReadRaw(Capabilities, 1);
        for (int left = CapabilitiesMax; at >= 0x40 && left > 0; left--)
        {
            uint head = await ReadRaw(at, 4);
            if ((head & 0xFF) == ExpressId)
                return at;
            at = (int)(head >> 8 & 0xFC);
        }

        return 0;
    }

    private async Task<int> FindDvsec()
    {
        const int FirstExtended = 0x100;
        const int ExtendedMax = 480;
        int at = FirstExtended;
        for (int left = ExtendedMax; at >= FirstExtended && left > 0; left--)
        {
            uint head = await ReadRaw(at, 4);
            if ((head & 0xFFFF) == 0x23 && (await ReadRaw(at + 4, 4) & 0xFFFF) == 0x1E98 && await ReadRaw(at + 8, 2) == 0)
                return at;
            at = (int)(head >> 20 & 0xFFC);
        }

        return 0;
    }
}
