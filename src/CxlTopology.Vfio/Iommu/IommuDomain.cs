using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>An I/O address space: what the devices that are attached to it reach, and where that is in the host.</summary>
/// <remarks>Pages of 4 KiB; at most 65,535 mappings, the usual limit. What is not mapped faults, and is counted.</remarks>
public sealed class IommuDomain : IDeviceAddressSpace
{
    /// <summary>Bytes of a page.</summary>
    public const ulong Page = 4096;

    /// <summary>Mappings at most.</summary>
    public const int MappingsMax = 65_535;

    private readonly SortedList<ulong, IommuMapping> mappings = [];
    private readonly List<VfioPciDevice> devices = [];

    /// <summary>The mappings, ascending.</summary>
    public IReadOnlyList<IommuMapping> Mappings => [.. mappings.Values];

    /// <summary>Accesses that no mapping allowed.</summary>
    public long Faults { get; private set; }

    /// <summary>Maps a range.</summary>
    /// <exception cref="ErrnoException">EEXIST: it overlaps another. ENOSPC: there are 65,535.</exception>
    public void Map(IommuMapping mapping)
    {
        int at = IndexAtOrAfter(mapping.Iova);
        if (at < mappings.Count && mappings.Values[at].Iova - mapping.Iova < mapping.Length
            || at > 0 && mapping.Iova - mappings.Values[at - 1].Iova < mappings.Values[at - 1].Length)
        {
            throw new ErrnoException(Errno.EEXIST, $"I/O addresses from 0x{mapping.Iova:x}, {mapping.Length:N0} bytes, are mapped already, in part at least.");
        }

        if (mappings.Count >= MappingsMax)
            throw new ErrnoException(Errno.ENOSPC, $"{MappingsMax:N0} ranges are mapped: that is the limit.");
        mappings.Add(mapping.Iova, mapping);
    }

    /// <summary>Takes away every mapping that lies in a range.</summary>
    /// <param name="iova">First address.</param>
    /// <param name="length">Bytes; all up to the last address if it is larger.</param>
    /// <param name="unmapped">Bytes that were mapped there.</param>
    /// <returns>False, and nothing is done, if a mapping lies partly in it.</returns>
    public bool TryUnmap(ulong iova, ulong length, out ulong unmapped)
    {
        unmapped = 0;
        ulong last = length - 1 > ulong.MaxValue - iova ? ulong.MaxValue : iova + (length - 1);
        int from = IndexAtOrAfter(iova);
        if (from > 0 && iova - mappings.Values[from - 1].Iova < mappings.Values[from - 1].Length)
            return false;
        int to = from;
        for (; to < mappings.Count && mappings.Values[to].Iova <= last; to++)
        {
            if (mappings.Values[to].Last > last)
                return false;
        }

        for (int i = to - 1; i >= from; i--)
        {
            unmapped += mappings.Values[i].Length;
            mappings.RemoveAt(i);
        }

        return true;
    }

    /// <summary>Takes everything away.</summary>
    public void Clear() => mappings.Clear();

    /// <inheritdoc/>
    bool IDeviceAddressSpace.TryTranslate(ulong iova, bool isWrite, out ulong hostAddress)
    {
        ulong? at = Translate(iova, 1, isWrite);
        hostAddress = at ?? 0;
        return at is not null;
    }

    /// <inheritdoc/>
    int IDeviceAddressSpace.Walks => 1;

    /// <summary>The devices that are attached to it.</summary>
    internal IReadOnlyList<VfioPciDevice> Devices => devices;

    internal void Add(VfioPciDevice device) => devices.Add(device);

    internal void Remove(VfioPciDevice device) => devices.Remove(device);

    /// <summary>After a range was unmapped: completes when no request of a device to it is under way.</summary>
    internal async Task Settle(ulong iova, ulong length)
    {
        foreach (VfioPciDevice device in devices.ToArray())
            await device.InvalidateTranslations(iova, length);
    }

    /// <summary>Where an access of a device goes; null, and a fault is counted, if it may not be made.</summary>
    /// <param name="iova">First address.</param>
    /// <param name="length">Bytes; they have to lie in one mapping.</param>
    /// <param name="write">Whether it writes.</param>
    public ulong? Translate(ulong iova, ulong length, bool write)
    {
        int at = IndexAtOrAfter(iova);
        if (at == mappings.Count || mappings.Values[at].Iova != iova)
            at--;
        if (at >= 0)
        {
            IommuMapping mapping = mappings.Values[at];
            ulong offset = iova - mapping.Iova;
            if (offset < mapping.Length && length <= mapping.Length - offset && (write ? mapping.Writable : mapping.Readable))
                return mapping.HostAddress + offset;
        }

        Faults++;
        return null;
    }

    private int IndexAtOrAfter(ulong iova)
    {
        int low = 0;
        int high = mappings.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (mappings.Keys[middle] < iova)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
