using CxlTopology.Software;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary><c>/dev/vfio/devices/vfioN</c>: a device, without the group. Nothing works before it is bound to an iommufd; who binds it has it alone.</summary>
public sealed class CharacterDeviceFile : VfioFile
{
    private const int BindLength = 16;
    private const int AttachLength = 12;
    private const int DetachLength = 8;
    private DeviceFile? bound;
    private IommufdFile? iommufd;

    internal CharacterDeviceFile(VfioPciDevice device) => Device = device;

    /// <summary>The device.</summary>
    public VfioPciDevice Device { get; }

    /// <inheritdoc/>
    public override string Name => $"/dev/vfio/devices/vfio{Device.Number}";

    /// <inheritdoc/>
    internal override Task<int> Ioctl(VfioProcess caller, uint request, Memory<byte> argument) => request switch
    {
        VfioRequest.DeviceBindIommufd => Bind(caller, argument),
        VfioRequest.DeviceAttachIommufdPt => Attach(argument),
        VfioRequest.DeviceDetachIommufdPt => Detach(argument),
        _ => Require().Ioctl(caller, request, argument),
    };

    /// <inheritdoc/>
    internal override Task<int> Read(ulong offset, Memory<byte> into) => Require().Read(offset, into);

    /// <inheritdoc/>
    internal override Task<int> Write(ulong offset, ReadOnlyMemory<byte> data) => Require().Write(offset, data);

    /// <inheritdoc/>
    internal override VfioMapping Map(ulong offset, ulong length, MappingAccess access) => Require().Map(offset, length, access);

    /// <inheritdoc/>
    private protected override async Task OnClose()
    {
        if (bound is null)
            return;
        iommufd!.Detach(this);
        Device.Binding = null;
        await bound.Close();
        if (!Device.Group.Devices.Any(d => d.IsOpen))
            Device.Group.Release(iommufd);
    }

    private async Task<int> Bind(VfioProcess caller, Memory<byte> argument)
    {
        CheckSize(argument.Span, BindLength, "vfio_device_bind_iommufd");
        if (bound is not null)
            throw new ErrnoException(Errno.EINVAL, $"{Name} is bound already.");
        if (U32(argument.Span, 4) != 0)
            throw new ErrnoException(Errno.EINVAL, $"flags 0x{U32(argument.Span, 4):x} of vfio_device_bind_iommufd: none is known.");
        int descriptor = I32(argument.Span, 8);
        if (caller.Find<IommufdFile>(descriptor) is not { } to)
            throw new ErrnoException(Errno.EBADF, $"File {descriptor} is no iommufd.");
        if (Device.IsOpen)
            throw new ErrnoException(Errno.EINVAL, $"{Device.Name} is open: a character device has one user.");
        if (!Device.Group.IsViable)
            throw new ErrnoException(Errno.EPERM, $"{string.Join(", ", Device.Group.HostDriven)} of the same IOMMU group has a driver of the host.");
        Device.Group.Claim(to, Errno.EPERM);
        try
        {
            await Device.Open();
        }
        catch (ErrnoException)
        {
            if (!Device.Group.Devices.Any(d => d.IsOpen))
                Device.Group.Release(to);
            throw;
        }

        bound = new DeviceFile(Device, null);
        iommufd = to;
        to.Attach(this);
        uint id = to.NewId();
        Device.Binding = (to, id);
        Put(argument.Span, 12, id);
        return 0;
    }

    private async Task<int> Attach(ReadOnlyMemory<byte> argument)
    {
        Require();
        CheckSize(argument.Span, AttachLength, "vfio_device_attach_iommufd_pt");
        uint id = U32(argument.Span, 8);
        IommuDomain space = iommufd!.Find(id) ?? throw new ErrnoException(Errno.ENOENT, $"There is no I/O address space {id}.");
        if (Device.Group.Devices.Any(d => d != Device && d.Domain is { } other && other != space))
            throw new ErrnoException(Errno.EBUSY, $"Another function of IOMMU group {Device.Group.Id} is in another I/O address space.");
        await Device.Attach(space);
        return 0;
    }

    private async Task<int> Detach(ReadOnlyMemory<byte> argument)
    {
        Require();
        CheckSize(argument.Span, DetachLength, "vfio_device_detach_iommufd_pt");
        await Device.Detach();
        return 0;
    }

    private DeviceFile Require() => bound ?? throw new ErrnoException(Errno.EINVAL, $"{Name} is not bound to an iommufd: VFIO_DEVICE_BIND_IOMMUFD comes first.");
}
