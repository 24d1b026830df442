using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>The memory of a CXL device as a region of it: read, written and mapped; every access travels as memory transactions of 64-byte lines.</summary>
/// <remarks>
/// Reads and writes past the end are cut, at the end EINVAL, with memory decode off EIO, of poison EIO. In dialect rfc-v2-as-posted memory decode does not matter to it, and a mapping has all its pages at once and keeps them.
/// </remarks>
public sealed class CxlMemoryRegion : VfioRegion
{
    private const ulong Page = VfioMapping.PageBytes;
    private readonly PassthroughRegion region;
    private readonly ulong[]? clean; // a bit a page: overwritten since the device was assigned
    private readonly Dictionary<ulong, Task> cleaning = []; // by page, for look-up alone

    internal CxlMemoryRegion(VfioPciDevice device, int index, PassthroughRegion region, bool scrubs)
        : base(device, index)
    {
        this.region = region;
        if (scrubs)
            clean = new ulong[(region.Size.Bytes / Page + 63) / 64];
    }

    /// <inheritdoc/>
    public override ulong Size => region.Size.Bytes;

    /// <inheritdoc/>
    public override VfioRegionFlags Flags => VfioRegionFlags.Read | VfioRegionFlags.Write | VfioRegionFlags.Mmap;

    /// <inheritdoc/>
    public override IReadOnlyList<VfioCapability> Capabilities => [VfioCapability.Type(VfioCapability.CxlRegionType, VfioCapability.CxlMemorySubtype)];

    private protected override bool MapsAtOnce => IsAsPosted;

    private bool IsAsPosted => Device.Options.Dialect == VfioDialect.RfcV2AsPosted;

    /// <summary>Where in the host an offset is: what the whole way of an address is told from, and no guest ever reads.</summary>
    public ulong HostAddressOf(ulong offset) => (Device.Options.Fault == VfioFault.WrongDevice ? region.Base.Value ^ Size : region.Base.Value) + offset;

    /// <inheritdoc/>
    internal override bool CanFault(ulong at) => at < Size && (IsAsPosted ? !Device.IsRemoved : Device.MemoryEnabled);

    /// <inheritdoc/>
    internal override void Zap()
    {
        if (!IsAsPosted || Device.IsRemoved)
            base.Zap();
    }

    /// <inheritdoc/>
    internal override async Task<int> Read(ulong at, Memory<byte> into)
    {
        int length = Clip(at, into.Length);
        if (!IsAsPosted)
            RequireMemory();
        for (int done = 0; done < length;)
        {
            int bytes = LineOf(at + (ulong)done, length - done);
            Check(await Transfer(at + (ulong)done, into.Slice(done, bytes)), at + (ulong)done);
            done += bytes;
        }

        return length;
    }

    /// <inheritdoc/>
    internal override async Task<int> Write(ulong at, ReadOnlyMemory<byte> data)
    {
        int length = Clip(at, data.Length);
        if (!IsAsPosted)
            RequireMemory();
        for (int done = 0; done < length;)
        {
            int bytes = LineOf(at + (ulong)done, length - done);
            Check(await Transfer(at + (ulong)done, data.Slice(done, bytes)), at + (ulong)done);
            done += bytes;
        }

        return length;
    }

    /// <inheritdoc/>
    internal override async Task<MappingResult> Load(ulong at, Memory<byte> into)
    {
        var worst = MappingResult.Ok;
        for (int done = 0, bytes; done < into.Length; done += bytes)
        {
            bytes = LineOf(at + (ulong)done, into.Length - done);
            MappingResult result = Of(await Transfer(at + (ulong)done, into.Slice(done, bytes)));
            worst = worst == MappingResult.Ok ? result : worst;
        }

        return worst;
    }

    /// <inheritdoc/>
    internal override async Task<MappingResult> Store(ulong at, ReadOnlyMemory<byte> data)
    {
        var worst = MappingResult.Ok;
        for (int done = 0, bytes; done < data.Length; done += bytes)
        {
            bytes = LineOf(at + (ulong)done, data.Length - done);
            MappingResult result = Of(await Transfer(at + (ulong)done, data.Slice(done, bytes)));
            worst = worst == MappingResult.Ok ? result : worst;
        }

        return worst;
    }

    /// <summary>Whether nothing of former users is left in the page of an offset.</summary>
    internal bool IsPrepared(ulong at) => clean is null || (clean[at / Page / 64] >> (int)(at / Page % 64) & 1) != 0;

    /// <summary>Overwrites the page of an offset with zeros, unless that was done. Whoever comes while it is being done waits for its end.</summary>
    internal Task Prepare(ulong at)
    {
        if (IsPrepared(at))
            return Task.CompletedTask;
        ulong page = at / Page;
        if (cleaning.TryGetValue(page, out Task? underWay))
            return underWay;
        Task cleans = Clean(page);
        if (!cleans.IsCompleted)
            cleaning.Add(page, cleans);
        return cleans;
    }

    private async ValueTask<AccessStatus> Transfer(ulong at, Memory<byte> into)
    {
        if (!IsPrepared(at))
            await Prepare(at);
        return await Device.Hardware.Memory.ReadMemory(HostAddressOf(at), into);
    }

    private async ValueTask<AccessStatus> Transfer(ulong at, ReadOnlyMemory<byte> data)
    {
        if (!IsPrepared(at))
            await Prepare(at);
        return await Device.Hardware.Memory.WriteMemory(HostAddressOf(at), data);
    }

    private async Task Clean(ulong page)
    {
        var zeros = new byte[LineBytes];
        for (ulong line = page * Page; line < (page + 1) * Page; line += LineBytes)
            await Device.Hardware.Memory.WriteMemory(HostAddressOf(line), zeros);
        clean![page / 64] |= 1UL << (int)(page % 64);
        cleaning.Remove(page);
    }

    private void Check(AccessStatus status, ulong at)
    {
        if (status != AccessStatus.Ok)
            throw new ErrnoException(Errno.EIO, $"Memory of {Device.Name} at 0x{at:x} answers {status}.");
    }

    /// <summary>As much of an access as goes in one transaction.</summary>
    private int LineOf(ulong at, int left) => Device.Options.IsCached ? (int)Math.Min((ulong)left, LineBytes - at % LineBytes) : ChunkOf(at, left, 8);
}
