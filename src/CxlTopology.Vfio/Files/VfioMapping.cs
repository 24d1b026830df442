namespace CxlTopology.Vfio;

/// <summary>A range of a device's region in the address space of a process.</summary>
/// <remarks>
/// It outlives the file descriptor. Pages of 4 KiB are put in when they are first touched (all at once in dialect <see cref="VfioDialect.RfcV2AsPosted"/>), and
/// taken out when memory decode goes off, in a reset, and when the device goes; a load or store then faults again, and gets SIGBUS as long as there is nothing to put in.
/// </remarks>
public sealed class VfioMapping
{
    /// <summary>Bytes of a page.</summary>
    public const ulong PageBytes = 4096;

    private readonly ulong[] present;

    internal VfioMapping(VfioRegion region, ulong offset, ulong length, MappingAccess access)
    {
        Region = region;
        Offset = offset;
        Length = length;
        Access = access;
        int words = (int)((length / PageBytes + 63) / 64);
        present = new ulong[words];
    }

    /// <summary>The region.</summary>
    public VfioRegion Region { get; }

    /// <summary>Where in the region it starts.</summary>
    public ulong Offset { get; }

    /// <summary>Bytes.</summary>
    public ulong Length { get; }

    /// <summary>What it was made for.</summary>
    public MappingAccess Access { get; }

    /// <summary>Whether it was taken back: every access is SIGSEGV.</summary>
    public bool IsUnmapped { get; private set; }

    /// <summary>Pages put in so far, again after each time they were taken out.</summary>
    public long Faults { get; private set; }

    /// <summary>Whether a page is in.</summary>
    public bool IsPresent(ulong at) => at < Length && (present[at / PageBytes / 64] >> (int)(at / PageBytes % 64) & 1) != 0;

    /// <summary>A load of 1 to 64 bytes that does not cross a 64-byte line. One that faults waits for a reset that is under way.</summary>
    public async Task<MappingResult> Load(ulong at, Memory<byte> into)
    {
        if (!IsPresent(at))
            await Region.Device.WhenReady();
        MappingResult ready = Touch(at, into.Length, MappingAccess.Read);
        return ready == MappingResult.Ok ? await Region.Load(Offset + at, into) : ready;
    }

    /// <summary>A store of 1 to 64 bytes that does not cross a 64-byte line. One that faults waits for a reset that is under way.</summary>
    public async Task<MappingResult> Store(ulong at, ReadOnlyMemory<byte> data)
    {
        if (!IsPresent(at))
            await Region.Device.WhenReady();
        MappingResult ready = Touch(at, data.Length, MappingAccess.Write);
        return ready == MappingResult.Ok ? await Region.Store(Offset + at, data) : ready;
    }

    /// <summary>Where in the host an access goes, for mappings of device memory; nothing is awaited or allocated.</summary>
    internal GuestTranslation Reach(ulong at, bool isWrite, out ulong hostAddress)
    {
        hostAddress = 0;
        if (!IsPresent(at) && Region.Device.IsBusy)
            return GuestTranslation.Unprepared; // a reset is under way, and is waited for
        if (Region is not CxlMemoryRegion memory || Touch(at, 1, isWrite ? MappingAccess.Write : MappingAccess.Read) != MappingResult.Ok)
            return GuestTranslation.Missing;
        hostAddress = memory.HostAddressOf(Offset + at);
        return memory.IsPrepared(Offset + at) ? GuestTranslation.Mapped : GuestTranslation.Unprepared;
    }

    /// <summary>Where in the host an access goes that needs nothing to be done first: the page is in, and clean. Null for any other.</summary>
    internal ulong? Direct(ulong at, int bytes, MappingAccess access) =>
        !IsUnmapped && (bytes <= 8 || Region.Device.Options.IsCached) && (Access & access) != 0 && IsPresent(at) && (ulong)bytes <= Length - at && Region is CxlMemoryRegion memory && memory.IsPrepared(Offset + at)
            ? memory.HostAddressOf(Offset + at)
            : null;

    /// <summary>Takes it back.</summary>
    public void Unmap()
    {
        IsUnmapped = true;
        Region.Forget(this);
    }

    /// <summary>Takes all pages out.</summary>
    internal void Zap() => Array.Clear(present);

    /// <summary>Puts all pages in.</summary>
    internal void Fill() => Array.Fill(present, ulong.MaxValue);

    private MappingResult Touch(ulong at, int bytes, MappingAccess access)
    {
        if (IsUnmapped || (Access & access) == 0 || at >= Length || (ulong)bytes > Length - at)
            return MappingResult.Sigsegv;
        ulong page = at / PageBytes;
        ulong bit = 1UL << (int)(page % 64);
        if ((present[page / 64] & bit) == 0)
        {
            if (!Region.CanFault(Offset + at))
                return MappingResult.Sigbus;
            present[page / 64] |= bit;
            Faults++;
        }

        return MappingResult.Ok;
    }
}
