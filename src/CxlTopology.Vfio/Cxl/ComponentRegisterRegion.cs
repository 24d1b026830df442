using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>Dialect v3: the 64 KiB of component registers as a region of their own, read and written in dwords, never mapped.</summary>
/// <remarks>The HDM decoders are emulated; the array of capabilities, and the capabilities that it lists, can be read; all else reads 0 and ignores writes.</remarks>
public sealed class ComponentRegisterRegion : VfioRegion
{
    private readonly VfioCxlCore cxl;

    internal ComponentRegisterRegion(VfioPciDevice device, int index, VfioCxlCore cxl)
        : base(device, index) => this.cxl = cxl;

    /// <inheritdoc/>
    public override ulong Size => CxlRegisterInfo.BlockLength;

    /// <inheritdoc/>
    public override VfioRegionFlags Flags => VfioRegionFlags.Read | VfioRegionFlags.Write;

    /// <inheritdoc/>
    public override IReadOnlyList<VfioCapability> Capabilities => [VfioCapability.Type(VfioCapability.CxlRegionType, VfioCapability.ComponentRegistersSubtype)];

    /// <inheritdoc/>
    internal override async Task<int> Read(ulong at, Memory<byte> into)
    {
        int length = Clip(at, into.Length);
        RequireDwords(Device, at, length);
        for (int done = 0; done < length; done += 4)
            await ReadRegister(Device, cxl, at + (ulong)done, into.Slice(done, 4));
        return length;
    }

    /// <inheritdoc/>
    internal override async Task<int> Write(ulong at, ReadOnlyMemory<byte> data)
    {
        int length = Clip(at, data.Length);
        RequireDwords(Device, at, length);
        for (int done = 0; done < length; done += 4)
            await WriteRegister(Device, cxl, at + (ulong)done, data.Slice(done, 4));
        return length;
    }

    internal static async Task<int> ReadRegister(VfioPciDevice device, VfioCxlCore cxl, ulong at, Memory<byte> into)
    {
        RequireDwords(device, at, into.Length);
        Memory<byte> word = into[..4];
        if (await cxl.Hdm.Read((int)at - cxl.Registers.HdmOffset, word, narrow: false) is > 0)
            return 4;
        bool isKnown = device.MemoryEnabled && cxl.Passed?.IsHidden(at) != true && cxl.Registers.Capabilities.Any(c => at >= c.Offset && at < c.End);
        LittleEndian.Set(word, isKnown ? await device.Hardware.Mmio.ReadMmio(cxl.Registers.BlockAddress + at) : 0);
        return 4;
    }

    internal static async Task<int> WriteRegister(VfioPciDevice device, VfioCxlCore cxl, ulong at, ReadOnlyMemory<byte> data)
    {
        RequireDwords(device, at, data.Length);
        await cxl.Hdm.Write((int)at - cxl.Registers.HdmOffset, data[..4], narrow: false);
        return 4;
    }

    private static void RequireDwords(VfioPciDevice device, ulong at, int length)
    {
        if (at % 4 != 0 || length % 4 != 0)
            throw new ErrnoException(Errno.EINVAL, $"Component registers of {device.Name} are read and written in aligned dwords, not {length} bytes at 0x{at:x}.");
    }
}
