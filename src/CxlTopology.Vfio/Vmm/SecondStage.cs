using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>Second-stage translation of a guest: from guest-physical addresses to the host's memory, or to a device's that is mapped there.</summary>
/// <remarks>
/// A translation buffer, direct-mapped, remembers which pages were walked; a page that is not there costs a walk. What nothing is mapped at reads all ones, and writes to it are lost. At most 4,096 ranges.
/// </remarks>
public sealed class SecondStage
{
    private const int RangesMax = 4096;
    private readonly VfioHardware hardware;
    private readonly HostMemory own;
    private readonly GuestOptions options;
    private readonly List<GuestRange> ranges = []; // ascending
    private readonly ulong[] buffer;
    private readonly int pageShift;
    private GuestRange? last;

    internal SecondStage(VfioHardware hardware, HostMemory own, GuestOptions options)
    {
        this.hardware = hardware;
        this.own = own;
        this.options = options;
        buffer = new ulong[options.TranslationEntries];
        pageShift = BitOperations.Log2(options.TranslationPage.Bytes);
    }

    /// <summary>Refuses translation that cannot be.</summary>
    /// <exception cref="ErrnoException">EINVAL: entries or what one covers are no power of two, or out of their range.</exception>
    internal static void Check(GuestOptions options)
    {
        if (options.TranslationEntries is < 1 or > 65_536 || !BitOperations.IsPow2(options.TranslationEntries))
            throw new ErrnoException(Errno.EINVAL, $"{options.Name} cannot have {options.TranslationEntries} translation entries: a power of two up to 65,536 is possible.");
        if (options.TranslationPage.Bytes < VfioMapping.PageBytes || !BitOperations.IsPow2(options.TranslationPage.Bytes))
            throw new ErrnoException(Errno.EINVAL, $"A translation entry of {options.Name} cannot cover {options.TranslationPage}: a power of two from 4 KiB is possible.");
    }

    /// <summary>What is mapped, ascending.</summary>
    public IReadOnlyList<GuestRange> Ranges => ranges;

    /// <summary>Walks so far.</summary>
    public long Walks { get; private set; }

    /// <summary>Accesses to addresses that nothing is mapped at, or that were answered with SIGBUS.</summary>
    public long Faults { get; private set; }

    /// <summary>The range that an address lies in; null if nothing is mapped there.</summary>
    public GuestRange? Find(ulong address)
    {
        if (last is { } again && again.Contains(address))
            return again;
        int low = 0;
        int high = ranges.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            if (ranges[middle].Contains(address))
                return last = ranges[middle];
            if (ranges[middle].Base > address)
                high = middle - 1;
            else
                low = middle + 1;
        }

        return null;
    }

    /// <summary>Whether something of a range is mapped.</summary>
    public bool IsTaken(ulong start, ulong length) => ranges.Exists(r => r.Overlaps(start, length));

    /// <summary>Maps a range.</summary>
    /// <exception cref="ErrnoException">EEXIST: something is mapped there. ENOSPC: 4,096 ranges are.</exception>
    internal void Map(GuestRange range)
    {
        if (IsTaken(range.Base, range.Length))
            throw new ErrnoException(Errno.EEXIST, $"Something is mapped at 0x{range.Base:x}, {range.Length:N0} bytes, of {options.Name} already.");
        if (ranges.Count >= RangesMax)
            throw new ErrnoException(Errno.ENOSPC, $"{RangesMax:N0} ranges of {options.Name} are mapped: that is the limit.");
        int at = ranges.FindIndex(r => r.Base > range.Base);
        ranges.Insert(at < 0 ? ranges.Count : at, range);
    }

    /// <summary>Takes ranges away, and forgets every walk.</summary>
    internal void Unmap(Predicate<GuestRange> which)
    {
        if (ranges.RemoveAll(which) > 0)
            Array.Clear(buffer);
        last = null;
    }

    /// <summary>Translates the address of an access down to the hardware's, through all the guests that this one is in. Allocates nothing.</summary>
    /// <param name="address">Guest-physical address; the access does not cross a page of 4 KiB.</param>
    /// <param name="isWrite">Whether it is a store.</param>
    /// <param name="hostAddress">Where it goes; 0 without a mapping.</param>
    /// <param name="cost">What the walks cost that were needed, one after the other.</param>
    public GuestTranslation Translate(ulong address, bool isWrite, out ulong hostAddress, out SimDuration cost)
    {
        hostAddress = 0;
        cost = SimDuration.Zero;
        if (Find(address) is not { } range)
        {
            Faults++;
            return GuestTranslation.Missing;
        }

        ulong at = address - range.Base;
        if (range.Mapping is { } mapping)
        {
            GuestTranslation reached = mapping.Reach(range.Offset + at, isWrite, out hostAddress);
            if (reached != GuestTranslation.Mapped)
            {
                if (reached == GuestTranslation.Missing)
                    Faults++;
                return reached;
            }
        }
        else
        {
            hostAddress = range.HostAddress + at;
            if (isWrite)
                own.MarkDirty(hostAddress);
        }

        SimDuration outerCost = SimDuration.Zero;
        if (hardware.Memory is VirtualMachine outer && outer.SecondStage.Translate(hostAddress, isWrite, out hostAddress, out outerCost) is not GuestTranslation.Mapped and var refused)
            return refused;
        cost = outerCost;
        if (!IsWalked(address))
        {
            MarkWalked(address);
            cost += options.WalkLatency;
        }

        return GuestTranslation.Mapped;
    }

    /// <summary>Prepares the page of an address, in every guest that this one is in: <see cref="GuestTranslation.Unprepared"/> was the answer.</summary>
    public async Task Prepare(ulong address)
    {
        if (Find(address) is not { } range)
            return;
        ulong at = address - range.Base;
        ulong hostAddress = range.HostAddress + at;
        if (range.Mapping is { Region: CxlMemoryRegion memory } mapping)
        {
            await memory.Device.WhenReady();
            await memory.Prepare(mapping.Offset + range.Offset + at);
            hostAddress = memory.HostAddressOf(mapping.Offset + range.Offset + at);
        }

        if (hardware.Memory is VirtualMachine outer)
            await outer.SecondStage.Prepare(hostAddress);
    }

    /// <summary>A load of the guest: 1 to 64 bytes of one line. What is mapped, walked and there goes to the memory without further ado.</summary>
    internal Task<AccessStatus> Read(ulong address, Memory<byte> into)
    {
        if (Find(address) is not { } range)
            return Task.FromResult(Missed(into));
        ulong offset = address - range.Base;
        return IsWalked(address) && DirectOf(range, offset, into.Length, MappingAccess.Read) is { } at ? hardware.Memory.ReadMemory(at, into) : ReadSlowly(range, address, into);
    }

    /// <summary>A store of the guest: 1 to 64 bytes of one line.</summary>
    internal Task<AccessStatus> Write(ulong address, ReadOnlyMemory<byte> data)
    {
        if (Find(address) is not { } range)
            return Task.FromResult(Missed(default));
        ulong offset = address - range.Base;
        if (range.Mapping is null)
            own.MarkDirty(range.HostAddress + offset);
        return IsWalked(address) && DirectOf(range, offset, data.Length, MappingAccess.Write) is { } at ? hardware.Memory.WriteMemory(at, data) : WriteSlowly(range, address, data);
    }

    private static ulong? DirectOf(GuestRange range, ulong offset, int bytes, MappingAccess access) =>
        range.Mapping is { } mapping ? mapping.Direct(range.Offset + offset, bytes, access) : range.HostAddress + offset;

    private async Task<AccessStatus> ReadSlowly(GuestRange range, ulong address, Memory<byte> into)
    {
        ulong offset = address - range.Base;
        if (!IsWalked(address))
            await Walk(address);
        if (range.Mapping is null)
            return await hardware.Memory.ReadMemory(range.HostAddress + offset, into);
        MappingResult result = await range.Mapping.Load(range.Offset + offset, into);
        return result == MappingResult.Ok ? AccessStatus.Ok : Missed(into);
    }

    private async Task<AccessStatus> WriteSlowly(GuestRange range, ulong address, ReadOnlyMemory<byte> data)
    {
        ulong offset = address - range.Base;
        if (!IsWalked(address))
            await Walk(address);
        if (range.Mapping is null)
            return await hardware.Memory.WriteMemory(range.HostAddress + offset, data);
        MappingResult result = await range.Mapping.Store(range.Offset + offset, data);
        return result == MappingResult.Ok ? AccessStatus.Ok : Missed(default);
    }

    private bool IsWalked(ulong address)
    {
        ulong page = (address >> pageShift) + 1; // 0 is an empty entry
        return buffer[(int)(page & (ulong)(buffer.Length - 1))] == page;
    }

    private void MarkWalked(ulong address)
    {
        Walks++;
        ulong page = (address >> pageShift) + 1;
        buffer[(int)(page & (ulong)(buffer.Length - 1))] = page;
    }

    private Task Walk(ulong address)
    {
        MarkWalked(address);
        return options.WalkLatency.Femtoseconds == 0 ? Task.CompletedTask : hardware.Clock.Wait(options.WalkLatency);
    }

    private AccessStatus Missed(Memory<byte> into)
    {
        Faults++;
        into.Span.Fill(0xFF);
        return AccessStatus.NoWindow;
    }
}
