using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>A region of a device: a BAR, configuration space, or what a driver adds.</summary>
public abstract class VfioRegion
{
    private protected const int LineBytes = 64;
    private readonly List<VfioMapping> mappings = [];

    private protected VfioRegion(VfioPciDevice device, int index)
    {
        Device = device;
        Index = index;
    }

    /// <summary>The device.</summary>
    public VfioPciDevice Device { get; }

    /// <summary>Its index.</summary>
    public int Index { get; }

    /// <summary>Bytes; 0 if it is not there.</summary>
    public abstract ulong Size { get; }

    /// <summary>What may be done with it.</summary>
    public abstract VfioRegionFlags Flags { get; }

    /// <summary>Its capabilities.</summary>
    public virtual IReadOnlyList<VfioCapability> Capabilities => [];

    /// <summary>Mappings of it that live.</summary>
    public IReadOnlyList<VfioMapping> Mappings => mappings;

    /// <summary>Reads at an offset; how many bytes were read.</summary>
    internal abstract Task<int> Read(ulong at, Memory<byte> into);

    /// <summary>Writes at an offset; how many bytes were written.</summary>
    internal abstract Task<int> Write(ulong at, ReadOnlyMemory<byte> data);

    /// <summary>A load through a mapping.</summary>
    internal virtual Task<MappingResult> Load(ulong at, Memory<byte> into) => Task.FromResult(MappingResult.Sigbus);

    /// <summary>A store through a mapping.</summary>
    internal virtual Task<MappingResult> Store(ulong at, ReadOnlyMemory<byte> data) => Task.FromResult(MappingResult.Sigbus);

    /// <summary>Whether a page may be put in now.</summary>
    internal virtual bool CanFault(ulong at) => at < Size && Device.MemoryEnabled;

    /// <summary>Whether a mapping has all its pages from the start.</summary>
    private protected virtual bool MapsAtOnce => false;

    /// <summary>Makes a mapping.</summary>
    internal VfioMapping Map(ulong at, ulong length, MappingAccess access)
    {
        if ((Flags & VfioRegionFlags.Mmap) == 0)
            throw new ErrnoException(Errno.EINVAL, $"Region {Index} of {Device.Name} cannot be mapped.");
        if (((access & MappingAccess.Read) != 0 && (Flags & VfioRegionFlags.Read) == 0) || ((access & MappingAccess.Write) != 0 && (Flags & VfioRegionFlags.Write) == 0))
            throw new ErrnoException(Errno.EPERM, $"Region {Index} of {Device.Name} cannot be mapped for {access}.");
        if (at % VfioMapping.PageBytes != 0 || length == 0)
            throw new ErrnoException(Errno.EINVAL, $"A mapping starts at a multiple of 4 KiB and has some bytes, not 0x{at:x} and {length:N0}.");
        if (length > ulong.MaxValue - VfioMapping.PageBytes || RoundUp(length) > ulong.MaxValue - at)
            throw new ErrnoException(Errno.EOVERFLOW, $"{length:N0} bytes from 0x{at:x} go past the last offset.");
        ulong rounded = RoundUp(length);
        if (at > Size || rounded > Size - at)
            throw new ErrnoException(Errno.EINVAL, $"Region {Index} of {Device.Name} has {Size:N0} bytes, not {rounded:N0} from 0x{at:x} on.");
        CheckMap(at, rounded);
        var mapping = new VfioMapping(this, at, rounded, access);
        if (MapsAtOnce)
            mapping.Fill();
        mappings.Add(mapping);
        return mapping;
    }

    /// <summary>Refuses ranges that cannot be mapped although they lie in the region.</summary>
    private protected virtual void CheckMap(ulong at, ulong length)
    {
    }

    internal void Forget(VfioMapping mapping) => mappings.Remove(mapping);

    /// <summary>Takes the pages of all mappings out.</summary>
    internal virtual void Zap()
    {
        foreach (VfioMapping mapping in mappings)
            mapping.Zap();
    }

    /// <summary>The largest naturally aligned access that starts at an offset and is not longer than what is left.</summary>
    private protected static int ChunkOf(ulong at, int left, int most)
    {
        int bytes = most;
        while (bytes > left || at % (ulong)bytes != 0)
            bytes >>= 1;
        return bytes;
    }

    /// <summary>Cuts an access at the end of the region.</summary>
    /// <exception cref="ErrnoException">EINVAL: it starts there, or behind.</exception>
    private protected int Clip(ulong at, int length)
    {
        if (at >= Size)
            throw new ErrnoException(Errno.EINVAL, $"Region {Index} of {Device.Name} has {Size:N0} bytes: there is none at 0x{at:x}.");
        return (int)Math.Min((ulong)length, Size - at);
    }

    private protected void RequireMemory()
    {
        if (!Device.MemoryEnabled)
            throw new ErrnoException(Errno.EIO, $"Memory decode of {Device.Name} is off.");
    }

    private static ulong RoundUp(ulong length) => (length + VfioMapping.PageBytes - 1) & ~(VfioMapping.PageBytes - 1);

    private protected static MappingResult Of(AccessStatus status) => status == AccessStatus.Ok ? MappingResult.Ok : MappingResult.Sigbus;
}
