using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>The BAR with the component registers: what is emulated answers here, the rest of the BAR is the device's, and can be mapped around the block.</summary>
public sealed class ComponentBarRegion : BarRegion
{
    private readonly VfioCxlCore cxl;
    private readonly IReadOnlyList<VfioArea> areas;

    internal ComponentBarRegion(VfioPciDevice device, int index, VfioBar bar, VfioCxlCore cxl)
        : base(device, index, bar)
    {
        this.cxl = cxl;
        areas = SparseAreas.Around(device.Options.Dialect, bar.Size, cxl.Registers.BlockOffset);
    }

    /// <inheritdoc/>
    public override VfioRegionFlags Flags => VfioRegionFlags.Read | VfioRegionFlags.Write | (areas.Count == 0 ? 0 : VfioRegionFlags.Mmap);

    /// <inheritdoc/>
    public override IReadOnlyList<VfioCapability> Capabilities => areas.Count == 0 ? base.Capabilities : [VfioCapability.Sparse(areas), .. base.Capabilities];

    /// <inheritdoc/>
    internal override async Task<int> Read(ulong at, Memory<byte> into)
    {
        int length = Clip(at, into.Length);
        for (int done = 0; done < length;)
            done += await ReadSome(at + (ulong)done, into[done..length]);
        return length;
    }

    /// <inheritdoc/>
    internal override async Task<int> Write(ulong at, ReadOnlyMemory<byte> data)
    {
        int length = Clip(at, data.Length);
        for (int done = 0; done < length;)
            done += await WriteSome(at + (ulong)done, data[done..length]);
        return length;
    }

    /// <inheritdoc/>
    private protected override void CheckMap(ulong at, ulong length)
    {
        foreach (VfioArea area in areas)
        {
            if (at >= area.Offset && at < area.End && length <= area.End - at)
                return;
        }

        throw new ErrnoException(Errno.EINVAL, $"0x{at:x}, {length:N0} bytes, of region {Index} of {Device.Name} lies, in part at least, in the component registers, which cannot be mapped.");
    }

    private async Task<int> ReadSome(ulong at, Memory<byte> into)
    {
        ulong inside = at - cxl.Registers.BlockOffset;
        if (inside >= CxlRegisterInfo.BlockLength)
        {
            RequireMemory();
            return await ReadPiece(at, into);
        }

        if (Device.Options.Dialect == VfioDialect.V3)
            return await ComponentRegisterRegion.ReadRegister(Device, cxl, inside, into);
        int bytes = ChunkOf(at, into.Length, 4);
        if (await cxl.Hdm.Read((int)inside - cxl.Registers.HdmOffset, into[..bytes], narrow: false) is var emulated and > 0)
            return emulated;
        RequireMemory();
        if (cxl.Passed is { } passed && passed.IsHidden(inside))
        {
            into.Span[..bytes].Clear();
            return bytes;
        }

        return await ReadPiece(at, into[..bytes]);
    }

    private async Task<int> WriteSome(ulong at, ReadOnlyMemory<byte> data)
    {
        ulong inside = at - cxl.Registers.BlockOffset;
        if (inside >= CxlRegisterInfo.BlockLength)
        {
            RequireMemory();
            return await WritePiece(at, data);
        }

        if (Device.Options.Dialect == VfioDialect.V3)
            return await ComponentRegisterRegion.WriteRegister(Device, cxl, inside, data);
        int bytes = ChunkOf(at, data.Length, 4);
        if (await cxl.Hdm.Write((int)inside - cxl.Registers.HdmOffset, data[..bytes], narrow: false) is var emulated and > 0)
            return Device.Options.Fault == VfioFault.DecoderThrough ? await WritePiece(at, data[..bytes]) : emulated;
        RequireMemory();
        if (cxl.Passed is { } passed && !passed.IsWritable(inside))
            return bytes;
        return await WritePiece(at, data[..bytes]);
    }
}
