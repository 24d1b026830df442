using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>A BAR. Reads and writes go to the device in naturally aligned pieces of at most 8 bytes; an MSI-X table in it reads all ones and ignores writes, for interrupts are armed by requests.</summary>
public class BarRegion : VfioRegion
{
    private readonly VfioBar? bar;

    internal BarRegion(VfioPciDevice device, int index, VfioBar? bar)
        : base(device, index) => this.bar = bar;

    /// <inheritdoc/>
    public override ulong Size => bar?.Size ?? 0;

    /// <inheritdoc/>
    public override VfioRegionFlags Flags
    {
        get
        {
            if (Size == 0)
                return VfioRegionFlags.None;
            VfioRegionFlags access = VfioRegionFlags.Read | VfioRegionFlags.Write;
            return Size >= VfioMapping.PageBytes ? access | VfioRegionFlags.Mmap : access;
        }
    }

    /// <inheritdoc/>
    public override IReadOnlyList<VfioCapability> Capabilities => Device.Interrupts.TableBar == Index && (Flags & VfioRegionFlags.Mmap) != 0
        ? [new VfioCapability(VfioCapability.MsixMappable, 1, default)]
        : [];

    /// <summary>Where it is in the host.</summary>
    private protected ulong Base => bar!.Base;

    /// <inheritdoc/>
    internal override async Task<int> Read(ulong at, Memory<byte> into)
    {
        RequireThere();
        int length = Clip(at, into.Length);
        RequireMemory();
        for (int done = 0; done < length;)
        {
            int bytes = await ReadPiece(at + (ulong)done, into[done..length]);
            done += bytes;
        }

        return length;
    }

    /// <inheritdoc/>
    internal override async Task<int> Write(ulong at, ReadOnlyMemory<byte> data)
    {
        RequireThere();
        int length = Clip(at, data.Length);
        RequireMemory();
        for (int done = 0; done < length;)
        {
            int bytes = await WritePiece(at + (ulong)done, data[done..length]);
            done += bytes;
        }

        return length;
    }

    /// <inheritdoc/>
    internal override async Task<MappingResult> Load(ulong at, Memory<byte> into)
    {
        for (int done = 0; done < into.Length;)
        {
            int bytes = ChunkOf(at + (ulong)done, into.Length - done, 8);
            LittleEndian.Set(into.Slice(done, bytes), await Device.Hardware.Mmio.ReadMmio(Base + at + (ulong)done, bytes));
            done += bytes;
        }

        return MappingResult.Ok;
    }

    /// <inheritdoc/>
    internal override async Task<MappingResult> Store(ulong at, ReadOnlyMemory<byte> data)
    {
        for (int done = 0; done < data.Length;)
        {
            int bytes = ChunkOf(at + (ulong)done, data.Length - done, 8);
            await Device.Hardware.Mmio.WriteMmio(Base + at + (ulong)done, LittleEndian.Get(data.Span.Slice(done, bytes)), bytes);
            done += bytes;
        }

        return MappingResult.Ok;
    }

    /// <summary>Reads one piece of the device; how many bytes it had.</summary>
    private protected async Task<int> ReadPiece(ulong at, Memory<byte> into)
    {
        int bytes = ChunkOf(at, into.Length, 8);
        if (IsInTable(at))
            into.Span[..bytes].Fill(0xFF);
        else
            LittleEndian.Set(into[..bytes], await Device.Hardware.Mmio.ReadMmio(Base + at, bytes));
        return bytes;
    }

    /// <summary>Writes one piece to the device; how many bytes it had.</summary>
    private protected async Task<int> WritePiece(ulong at, ReadOnlyMemory<byte> data)
    {
        int bytes = ChunkOf(at, data.Length, 8);
        if (!IsInTable(at))
            await Device.Hardware.Mmio.WriteMmio(Base + at, LittleEndian.Get(data.Span[..bytes]), bytes);
        return bytes;
    }

    private protected void RequireThere()
    {
        if (Size == 0)
            throw new ErrnoException(Errno.EINVAL, $"{Device.Name} has nothing as region {Index}.");
    }

    private bool IsInTable(ulong at) => Device.Interrupts.TableBar == Index && at - Device.Interrupts.TableOffset < Device.Interrupts.TableLength;
}
