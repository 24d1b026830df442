using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>Configuration space: 4,096 bytes. An access that reaches the end or past it fails as a whole.</summary>
public sealed class ConfigRegion : VfioRegion
{
    private const ulong Length = 4096;

    internal ConfigRegion(VfioPciDevice device)
        : base(device, VfioRegionIndex.Config)
    {
    }

    /// <inheritdoc/>
    public override ulong Size => Length;

    /// <inheritdoc/>
    public override VfioRegionFlags Flags => VfioRegionFlags.Read | VfioRegionFlags.Write;

    /// <inheritdoc/>
    internal override async Task<int> Read(ulong at, Memory<byte> into)
    {
        Check(at, into.Length);
        for (int done = 0; done < into.Length;)
        {
            int bytes = ChunkOf(at + (ulong)done, into.Length - done, 4);
            if (Device.Cxl is { } cxl && await cxl.ReadConfiguration((int)at + done, into.Slice(done, bytes)) is var emulated and > 0)
                bytes = emulated;
            else
                LittleEndian.Set(into.Slice(done, bytes), await Device.Configuration.Read((int)at + done, bytes));
            done += bytes;
        }

        return into.Length;
    }

    /// <inheritdoc/>
    internal override async Task<int> Write(ulong at, ReadOnlyMemory<byte> data)
    {
        Check(at, data.Length);
        for (int done = 0; done < data.Length;)
        {
            int bytes = ChunkOf(at + (ulong)done, data.Length - done, 4);
            if (Device.Cxl is { } cxl && await cxl.WriteConfiguration((int)at + done, data.Slice(done, bytes)) is var emulated and > 0)
                bytes = emulated;
            else
                await Device.Configuration.Write((int)at + done, bytes, (uint)LittleEndian.Get(data.Span.Slice(done, bytes)));
            done += bytes;
        }

        return data.Length;
    }

    private void Check(ulong at, int length)
    {
        if (at > Length || (ulong)length > Length - at || (at == Length && length > 0))
            throw new ErrnoException(Errno.EFAULT, $"Configuration space of {Device.Name} has {Length:N0} bytes, not {length:N0} from 0x{at:x} on.");
    }
}
