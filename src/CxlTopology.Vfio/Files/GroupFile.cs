using System.Text;
using CxlTopology.Software;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary><c>/dev/vfio/N</c>: a group, which opens its devices once it is in a container. One opener at a time.</summary>
public sealed class GroupFile : VfioFile
{
    private const int StatusLength = 8;
    private const uint Viable = 1;
    private const uint ContainerSet = 2;
    private readonly List<DeviceFile> open = [];
    private ContainerFile? container;

    internal GroupFile(VfioGroup group)
    {
        group.Claim(this, Errno.EBUSY);
        Group = group;
    }

    /// <summary>The group.</summary>
    public VfioGroup Group { get; }

    /// <inheritdoc/>
    public override string Name => $"group {Group.Id}";

    internal void Closed(DeviceFile device) => open.Remove(device);

    internal void LeaveContainer()
    {
        container?.Remove(this);
        container = null;
    }

    /// <inheritdoc/>
    internal override Task<int> Ioctl(VfioProcess caller, uint request, Memory<byte> argument) => request switch
    {
        VfioRequest.GroupGetStatus => Task.FromResult(GetStatus(argument.Span)),
        VfioRequest.GroupSetContainer => Task.FromResult(SetContainer(caller, argument.Span)),
        VfioRequest.GroupUnsetContainer => Task.FromResult(UnsetContainer()),
        VfioRequest.GroupGetDeviceFd => GetDevice(caller, argument),
        _ => throw NoSuchRequest(request),
    };

    /// <inheritdoc/>
    private protected override Task OnClose()
    {
        if (open.Count == 0)
            Leave();
        return Task.CompletedTask;
    }

    /// <summary>The last file that held the group is gone.</summary>
    internal void ReleaseIfUnused()
    {
        if (IsClosed && open.Count == 0)
            Leave();
    }

    private void Leave()
    {
        LeaveContainer();
        Group.Release(this);
    }

    private int GetStatus(Span<byte> argument)
    {
        CheckSize(argument, StatusLength, "vfio_group_status");
        Put(argument, 4, (Group.IsViable ? Viable : 0) | (container is null ? 0 : ContainerSet));
        return 0;
    }

    private int SetContainer(VfioProcess caller, ReadOnlySpan<byte> argument)
    {
        if (container is not null)
            throw new ErrnoException(Errno.EINVAL, $"{Name} is in a container already.");
        int descriptor = argument.Length >= 4 ? I32(argument, 0) : -1;
        if (caller.Find<ContainerFile>(descriptor) is not { } into)
            throw new ErrnoException(Errno.EINVAL, $"File {descriptor} is no container.");
        if (!Group.IsViable)
            throw new ErrnoException(Errno.EPERM, $"{Name} is not viable: {string.Join(", ", Group.HostDriven)} has a driver of the host.");
        into.Add(this);
        container = into;
        return 0;
    }

    private int UnsetContainer()
    {
        if (container is null)
            throw new ErrnoException(Errno.EINVAL, $"{Name} is in no container.");
        if (open.Count > 0)
            throw new ErrnoException(Errno.EBUSY, $"{open[0].Device.Name} of {Name} is open.");
        LeaveContainer();
        return 0;
    }

    private async Task<int> GetDevice(VfioProcess caller, Memory<byte> argument)
    {
        if (container is not { IsReady: true } inside)
            throw new ErrnoException(Errno.EINVAL, $"{Name} is in no container that has an IOMMU.");
        int length = argument.Span.IndexOf((byte)0);
        string name = Encoding.ASCII.GetString(length < 0 ? argument.Span : argument.Span[..length]);
        VfioPciDevice device = Group.Devices.FirstOrDefault(d => d.Name == name)
            ?? throw new ErrnoException(Errno.ENODEV, $"{Name} has no device \"{name}\"; it has {string.Join(", ", Group.Devices.Select(d => d.Name))}.");
        caller.CheckRoom();
        await device.Open();
        var file = new DeviceFile(device, this);
        await device.Attach(inside.Domain!);
        open.Add(file);
        return caller.Add(file);
    }
}
