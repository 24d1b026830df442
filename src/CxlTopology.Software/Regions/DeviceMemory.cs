using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Device memory (DPA) of an endpoint: which decoder has which part of which partition. Decoders take in ascending order of their instances, and give back in descending order.</summary>
public static class DeviceMemory
{
    /// <summary>What sizes of device memory are multiples of: 256 MiB.</summary>
    public const ulong Unit = 1UL << 28;

    /// <summary>Gives a memory device its partitions.</summary>
    /// <param name="memdev">The device; it must not have any.</param>
    /// <param name="partitions">RAM, then PMEM, without a gap.</param>
    /// <exception cref="ErrnoException">EBUSY: it has partitions. EINVAL: a gap, or not ascending.</exception>
    public static void SetUp(CxlMemdev memdev, params IReadOnlyList<CxlPartition> partitions)
    {
        if (memdev.Partitions.Count > 0)
            throw new ErrnoException(Errno.EBUSY, $"{memdev.Name} has its {memdev.Partitions.Count} partitions already; they are set up once");
        for (int i = 1; i < partitions.Count; i++)
        {
            ulong end = EndOf(partitions[i - 1]);
            if (partitions[i].Base.Value != end)
            {
                throw new ErrnoException(
                    Errno.EINVAL, $"partition {i} of {memdev.Name} starts at {partitions[i].Base}; it has to follow partition {i - 1}, at 0x{end:x}");
            }
        }

        memdev.Partitions.AddRange(partitions);
    }

    /// <summary>Chooses the partition that a decoder takes its memory from: what writing <c>ram</c> or <c>pmem</c> to <c>mode</c> does.</summary>
    /// <exception cref="ErrnoException">EBUSY: the decoder is committed. EINVAL: the device has no such partition. ENXIO: the partition is empty.</exception>
    public static void SetMode(CxlEndpointDecoder decoder, bool isPersistent)
    {
        if (decoder.Enabled)
            throw new ErrnoException(Errno.EBUSY, $"{decoder.Name} is committed; its mode can change after it is reset");
        CxlMemdev memdev = MemdevOf(decoder);
        int partition = memdev.Partitions.FindIndex(p => p.IsPersistent == isPersistent);
        if (partition < 0)
            throw new ErrnoException(Errno.EINVAL, $"{memdev.Name} has no {ModeName(isPersistent)} partition for {decoder.Name}; it has {Modes(memdev)}");
        if (memdev.Partitions[partition].Size.Bytes == 0)
            throw new ErrnoException(Errno.ENXIO, $"the {ModeName(isPersistent)} partition of {memdev.Name} has no capacity for {decoder.Name}");
        decoder.Partition = partition;
    }

    /// <summary>Gives a decoder that much device memory instead of what it had: what writing <c>dpa_size</c> does. 0 frees.</summary>
    /// <exception cref="ErrnoException">EINVAL: not a multiple of 256 MiB. Else what <see cref="Free"/> and <see cref="Allocate"/> say.</exception>
    public static void SetSize(CxlEndpointDecoder decoder, ByteSize size)
    {
        if (size.Bytes % Unit != 0)
            throw new ErrnoException(Errno.EINVAL, $"dpa_size {size} of {decoder.Name} is not a multiple of 256MiB");
        Free(decoder);
        if (size.Bytes != 0)
            Allocate(decoder, size);
    }

    /// <summary>Takes device memory from the decoder's partition, after what is taken there; what is free in lower partitions is skipped, and cannot be had until this decoder gives its memory back.</summary>
    /// <exception cref="ErrnoException">EBUSY: attached to a region, committed, no partition chosen, has memory, or not the next decoder in order. ENOSPC: not so much is free. EINVAL: size 0.</exception>
    public static void Allocate(CxlEndpointDecoder decoder, ByteSize size)
    {
        CheckIdle(decoder, "take");
        if (decoder.Partition < 0)
            throw new ErrnoException(Errno.EBUSY, $"{decoder.Name} has no partition to take {size} from; its mode has to be ram or pmem first");
        CxlMemdev memdev = MemdevOf(decoder);
        CxlPartition partition = memdev.Partitions[decoder.Partition];
        ulong start = LastEnd(decoder.Port, partition) ?? partition.Base.Value;
        ulong skip = 0;
        for (int lower = decoder.Partition - 1; lower >= 0; lower--)
        {
            ulong? end = LastEnd(decoder.Port, memdev.Partitions[lower]);
            skip = partition.Base.Value - (end ?? memdev.Partitions[lower].Base.Value);
            if (end is not null)
                break; // who took that memory has skipped what is below
        }

        ulong free = EndOf(partition) - start;
        if (size.Bytes > free)
        {
            throw new ErrnoException(
                Errno.ENOSPC, $"{decoder.Name} asks for {size} of {ModeName(partition.IsPersistent)} of {memdev.Name}; {new ByteSize(free)} of {partition.Size} are free");
        }

        // Only the first allocation in a partition passes over the ones below.
        Reserve(decoder, new Dpa(start), size, new ByteSize(start == partition.Base.Value ? skip : 0));
    }

    /// <summary>Marks device memory as a decoder's, as the hardware has it or an allocation found it.</summary>
    /// <param name="decoder">The next decoder in order.</param>
    /// <param name="start">First device address, after the skip.</param>
    /// <param name="size">Bytes; not 0.</param>
    /// <param name="skip">Bytes passed over before <paramref name="start"/>.</param>
    /// <exception cref="ErrnoException">EINVAL: size 0. EBUSY: the decoder has memory, is not the next in order, or the memory, or what is skipped, is another's or does not exist.</exception>
    public static void Reserve(CxlEndpointDecoder decoder, Dpa start, ByteSize size, ByteSize skip)
    {
        CxlPort port = decoder.Port;
        CxlMemdev memdev = MemdevOf(decoder);
        if (size.Bytes == 0)
            throw new ErrnoException(Errno.EINVAL, $"{decoder.Name} reserves 0 bytes of {memdev.Name}; at least {new ByteSize(Unit)} were expected");
        if (decoder.DpaSize.Bytes != 0)
            throw new ErrnoException(Errno.EBUSY, $"{decoder.Name} has {decoder.DpaSize} at {decoder.DpaBase} of {memdev.Name} already; that has to be freed first");
        if (decoder.Instance != port.HdmEnd + 1)
            throw new ErrnoException(Errno.EBUSY, $"{decoder.Name} takes device memory out of order: the next one is decoder{port.Id}.{port.HdmEnd + 1}");
        ulong capacity = memdev.Partitions.Count == 0 ? 0 : EndOf(memdev.Partitions[^1]);
        if (skip.Bytes > start.Value || start.Value > capacity || size.Bytes > capacity - start.Value)
        {
            throw new ErrnoException(
                Errno.EBUSY, $"{decoder.Name} reserves {size} at {start} with {skip} skipped; {memdev.Name} has device addresses 0 to 0x{capacity:x}");
        }

        ulong from = start.Value - skip.Bytes;
        foreach (CxlEndpointDecoder other in port.Decoders.OfType<CxlEndpointDecoder>())
        {
            if (other.DpaSize.Bytes != 0 && from < other.DpaBase.Value + other.DpaSize.Bytes && other.DpaBase.Value - other.DpaSkip.Bytes < start.Value + size.Bytes)
            {
                throw new ErrnoException(
                    Errno.EBUSY, $"{decoder.Name} reserves {memdev.Name} from 0x{from:x} to 0x{start.Value + size.Bytes:x}; {other.Name} has {other.DpaSize} at {other.DpaBase}");
            }
        }

        (decoder.DpaBase, decoder.DpaSize, decoder.DpaSkip) = (start, size, skip);
        if (decoder.Partition < 0)
            decoder.Partition = memdev.Partitions.FindIndex(p => start.Value >= p.Base.Value && start.Value + size.Bytes <= EndOf(p));
        port.HdmEnd = decoder.Instance;
    }

    /// <summary>Gives a decoder's device memory back. Nothing happens if it has none.</summary>
    /// <exception cref="ErrnoException">EBUSY: attached to a region, committed, or a later decoder has memory.</exception>
    public static void Free(CxlEndpointDecoder decoder)
    {
        if (decoder.DpaSize.Bytes == 0)
            return;
        CheckIdle(decoder, "give back");
        CxlPort port = decoder.Port;
        if (decoder.Instance != port.HdmEnd)
            throw new ErrnoException(Errno.EBUSY, $"{decoder.Name} gives device memory back out of order: the next one to do so is decoder{port.Id}.{port.HdmEnd}");
        (decoder.DpaBase, decoder.DpaSize, decoder.DpaSkip) = (default, default, default);
        port.HdmEnd--;
    }

    internal static string ModeName(bool isPersistent) => isPersistent ? "pmem" : "ram";

    internal static CxlMemdev MemdevOf(CxlEndpointDecoder decoder) => decoder.Port.Memdev!;

    private static void CheckIdle(CxlEndpointDecoder decoder, string what)
    {
        if (decoder.Region is { } region)
            throw new ErrnoException(Errno.EBUSY, $"{decoder.Name} cannot {what} device memory while it is attached to {region.Name}; it has to be detached first");
        if (decoder.Enabled)
            throw new ErrnoException(Errno.EBUSY, $"{decoder.Name} cannot {what} device memory while it is committed; it has to be reset first");
    }

    private static string Modes(CxlMemdev memdev) =>
        memdev.Partitions.Count == 0 ? "none" : string.Join(" and ", memdev.Partitions.Select(p => ModeName(p.IsPersistent)));

    private static ulong EndOf(CxlPartition partition) => partition.Base.Value + partition.Size.Bytes;

    /// <summary>Where the last that is taken or skipped of a partition ends; null if nothing is.</summary>
    private static ulong? LastEnd(CxlPort endpoint, CxlPartition partition)
    {
        ulong? last = null;
        ulong first = partition.Base.Value;
        foreach (CxlDecoder decoder in endpoint.Decoders)
        {
            if (decoder is not CxlEndpointDecoder { DpaSize.Bytes: > 0 } taken)
                continue;
            ulong from = taken.DpaBase.Value - taken.DpaSkip.Bytes;
            ulong to = Math.Min(taken.DpaBase.Value + taken.DpaSize.Bytes, EndOf(partition));
            if (from < EndOf(partition) && to > first && (last is null || to > last))
                last = to;
        }

        return last;
    }
}
