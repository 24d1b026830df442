using CxlTopology.Software;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary><c>/dev/vfio/vfio</c>: a container, the I/O address space of the groups in it.</summary>
public sealed class ContainerFile : VfioFile
{
    /// <summary>IOMMU type 1.</summary>
    public const int Type1 = 1;

    /// <summary>IOMMU type 1, version 2: what was mapped in one piece is unmapped in one.</summary>
    public const int Type1V2 = 3;

    private const int MapLength = 32;
    private const int UnmapLength = 24;
    private const int InfoLength = 16;
    private const uint MapRead = 1;
    private const uint MapWrite = 2;
    private const uint UnmapAll = 2;
    private readonly List<GroupFile> groups = [];
    private IommuDomain? domain;

    /// <inheritdoc/>
    public override string Name => "the container";

    /// <summary>What devices of its groups reach; null before the IOMMU type was chosen.</summary>
    public IommuDomain? Domain => domain;

    /// <summary>Whether the IOMMU type was chosen.</summary>
    internal bool IsReady => domain is not null;

    internal void Add(GroupFile group) => groups.Add(group);

    internal void Remove(GroupFile group)
    {
        groups.Remove(group);
        if (groups.Count == 0)
            domain = null; // as the kernel has it: with the last group goes the IOMMU, and with it all mappings
    }

    /// <inheritdoc/>
    internal override Task<int> Ioctl(VfioProcess caller, uint request, Memory<byte> argument) => request switch
    {
        VfioRequest.GetApiVersion => Task.FromResult(0),
        VfioRequest.CheckExtension => Task.FromResult(argument.Length >= 4 && I32(argument.Span, 0) is Type1 or Type1V2 ? 1 : 0),
        VfioRequest.SetIommu => Task.FromResult(SetIommu(argument.Span)),
        VfioRequest.IommuGetInfo => Task.FromResult(GetInfo(argument.Span)),
        VfioRequest.IommuMapDma => Task.FromResult(MapDma(caller, argument.Span)),
        VfioRequest.IommuUnmapDma => UnmapDma(argument),
        _ => throw NoSuchRequest(request),
    };

    /// <inheritdoc/>
    private protected override Task OnClose()
    {
        foreach (GroupFile group in groups.ToArray())
            group.LeaveContainer();
        domain = null;
        return Task.CompletedTask;
    }

    private int SetIommu(ReadOnlySpan<byte> argument)
    {
        if (groups.Count == 0)
            throw new ErrnoException(Errno.EINVAL, "The container has no group: one has to be put in before the IOMMU type is chosen.");
        if (domain is not null)
            throw new ErrnoException(Errno.EINVAL, "The IOMMU type was chosen already.");
        int type = argument.Length >= 4 ? I32(argument, 0) : 0;
        if (type is not (Type1 or Type1V2))
            throw new ErrnoException(Errno.ENODEV, $"There is no IOMMU type {type}; 1 and 3 are there.");
        domain = new IommuDomain();
        return 0;
    }

    private int GetInfo(Span<byte> argument)
    {
        CheckSize(argument, InfoLength, "vfio_iommu_type1_info");
        RequireDomain();
        Put(argument, 4, 1u); // page sizes are said
        Put(argument, 8, ~(IommuDomain.Page - 1));
        return 0;
    }

    private int MapDma(VfioProcess caller, Span<byte> argument)
    {
        CheckSize(argument, MapLength, "vfio_iommu_type1_dma_map");
        IommuDomain into = RequireDomain();
        uint flags = U32(argument, 4);
        if ((flags & ~(MapRead | MapWrite)) != 0)
            throw new ErrnoException(Errno.EINVAL, $"flags 0x{flags:x} of a DMA mapping: 1 (read) and 2 (write) are known.");
        (ulong address, ulong iova, ulong length) = (U64(argument, 8), U64(argument, 16), U64(argument, 24));
        DmaRange.Check(iova, address, length, flags != 0);
        into.Map(new IommuMapping(iova, length, DmaRange.Find(caller, address, length), (flags & MapRead) != 0, (flags & MapWrite) != 0));
        return 0;
    }

    private async Task<int> UnmapDma(Memory<byte> memory)
    {
        byte[] argument = memory.ToArray();
        CheckSize(argument, UnmapLength, "vfio_iommu_type1_dma_unmap");
        IommuDomain from = RequireDomain();
        uint flags = U32(argument, 4);
        if ((flags & ~UnmapAll) != 0)
            throw new ErrnoException(Errno.EINVAL, $"flags 0x{flags:x} of a DMA unmapping: 2 (all) is known.");
        (ulong iova, ulong length) = (U64(argument, 8), U64(argument, 16));
        ulong unmapped;
        if ((flags & UnmapAll) != 0)
        {
            if ((iova | length) != 0)
                throw new ErrnoException(Errno.EINVAL, "Unmapping all takes I/O address 0 and size 0.");
            from.TryUnmap(0, ulong.MaxValue, out unmapped);
        }
        else
        {
            if (length == 0 || ((iova | length) & (IommuDomain.Page - 1)) != 0 || length - 1 > ulong.MaxValue - iova)
                throw new ErrnoException(Errno.EINVAL, $"I/O address 0x{iova:x} and size {length:N0} have to be multiples of 4 KiB, and not go past the last address.");
            if (!from.TryUnmap(iova, length, out unmapped))
                throw new ErrnoException(Errno.EINVAL, $"I/O address 0x{iova:x}, {length:N0} bytes, cuts a mapping in two.");
        }

        await from.Settle(iova, (flags & UnmapAll) != 0 ? ulong.MaxValue : length);
        Put(memory.Span, 16, unmapped);
        return 0;
    }

    private IommuDomain RequireDomain() => domain ?? throw new ErrnoException(Errno.EINVAL, "The container has no IOMMU yet: VFIO_SET_IOMMU comes first.");
}
