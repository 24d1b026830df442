using CxlTopology.Software;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary><c>/dev/iommu</c>: I/O address spaces by id, for devices that are opened as character devices.</summary>
public sealed class IommufdFile : VfioFile
{
    private const int ObjectsMax = 65_536;
    private const int AllocLength = 12;
    private const int MapLength = 40;
    private const int UnmapLength = 24;
    private const int DestroyLength = 8;
    private const uint FixedIova = 1;
    private const uint Writeable = 2;
    private const uint Readable = 4;
    private readonly SortedDictionary<uint, IommuDomain> spaces = [];
    private readonly List<CharacterDeviceFile> attached = [];
    private uint last;

    /// <inheritdoc/>
    public override string Name => "/dev/iommu";

    /// <summary>A number that no object of this file has had.</summary>
    internal uint NewId() => ++last;

    /// <summary>An I/O address space; null if there is none of this id.</summary>
    internal IommuDomain? Find(uint id) => spaces.GetValueOrDefault(id);

    internal void Attach(CharacterDeviceFile file) => attached.Add(file);

    internal void Detach(CharacterDeviceFile file) => attached.Remove(file);

    /// <inheritdoc/>
    internal override Task<int> Ioctl(VfioProcess caller, uint request, Memory<byte> argument) => request switch
    {
        VfioRequest.IommuIoasAlloc => Task.FromResult(Alloc(argument.Span)),
        VfioRequest.IommuIoasMap => Task.FromResult(MapPages(caller, argument.Span)),
        VfioRequest.IommuIoasUnmap => Unmap(argument),
        VfioRequest.IommuDestroy => Task.FromResult(Destroy(argument.Span)),
        _ => throw NoSuchRequest(request),
    };

    private int Alloc(Span<byte> argument)
    {
        CheckSize(argument, AllocLength, "iommu_ioas_alloc");
        if (U32(argument, 4) != 0)
            throw new ErrnoException(Errno.EOPNOTSUPP, $"flags 0x{U32(argument, 4):x} of iommu_ioas_alloc: none is known.");
        if (spaces.Count >= ObjectsMax)
            throw new ErrnoException(Errno.ENOMEM, $"{ObjectsMax:N0} I/O address spaces are there: that is the limit.");
        uint id = NewId();
        spaces.Add(id, new IommuDomain());
        Put(argument, 8, id);
        return 0;
    }

    private int MapPages(VfioProcess caller, Span<byte> argument)
    {
        CheckSize(argument, MapLength, "iommu_ioas_map");
        uint flags = U32(argument, 4);
        if ((flags & ~(FixedIova | Writeable | Readable)) != 0 || U32(argument, 12) != 0)
            throw new ErrnoException(Errno.EOPNOTSUPP, $"flags 0x{flags:x} of iommu_ioas_map: 1 (fixed), 2 (writeable) and 4 (readable) are known, and the reserved word is 0.");
        IommuDomain into = Require(U32(argument, 8));
        if ((flags & FixedIova) == 0)
            throw new ErrnoException(Errno.EOPNOTSUPP, "iommu_ioas_map places nothing by itself: flag 1 (fixed) has to be set.");
        (ulong address, ulong length, ulong iova) = (U64(argument, 16), U64(argument, 24), U64(argument, 32));
        DmaRange.Check(iova, address, length, (flags & (Writeable | Readable)) != 0);
        into.Map(new IommuMapping(iova, length, DmaRange.Find(caller, address, length), (flags & Readable) != 0, (flags & Writeable) != 0));
        return 0;
    }

    private async Task<int> Unmap(Memory<byte> memory)
    {
        byte[] argument = memory.ToArray();
        CheckSize(argument, UnmapLength, "iommu_ioas_unmap");
        IommuDomain from = Require(U32(argument, 4));
        (ulong iova, ulong length) = (U64(argument, 8), U64(argument, 16));
        if (length == 0 || length != ulong.MaxValue && length - 1 > ulong.MaxValue - iova)
            throw new ErrnoException(Errno.EOVERFLOW, $"{length:N0} bytes from I/O address 0x{iova:x} go past the last address, or are none.");
        if (attached.Exists(f => f.Device.Options.Fault == VfioFault.TranslationKept))
            return 0;
        bool all = iova == 0 && length == ulong.MaxValue;
        if (!from.TryUnmap(iova, length, out ulong unmapped) || unmapped == 0 && !all)
            throw new ErrnoException(Errno.ENOENT, $"I/O address 0x{iova:x}, {length:N0} bytes: nothing is mapped there, or it cuts a mapping in two.");
        await from.Settle(iova, length);
        Put(memory.Span, 16, unmapped);
        return 0;
    }

    private int Destroy(Span<byte> argument)
    {
        CheckSize(argument, DestroyLength, "iommu_destroy");
        uint id = U32(argument, 4);
        IommuDomain space = Require(id);
        if (attached.Exists(f => f.Device.Domain == space))
            throw new ErrnoException(Errno.EBUSY, $"I/O address space {id} has a device.");
        spaces.Remove(id);
        return 0;
    }

    private IommuDomain Require(uint id) => Find(id) ?? throw new ErrnoException(Errno.ENOENT, $"There is no I/O address space {id}.");
}
