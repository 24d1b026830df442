using CxlTopology.Software;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary>A device that is open. Region i starts at offset i &lt;&lt; 40 of the file.</summary>
public sealed class DeviceFile : VfioFile
{
    private const int InfoLength = 16;
    private const int InfoWithCapabilities = 24;
    private const int InfoCapOffset = 16;
    private const int RegionCapOffset = 12;
    private const int FeatureLength = 8;
    private const ulong OffsetMask = (1UL << VfioRegionIndex.OffsetBits) - 1;
    private readonly GroupFile? group;

    internal DeviceFile(VfioPciDevice device, GroupFile? group)
    {
        Device = device;
        this.group = group;
    }

    /// <summary>The device.</summary>
    public VfioPciDevice Device { get; }

    /// <inheritdoc/>
    public override string Name => Device.Name;

    /// <inheritdoc/>
    internal override async Task<int> Ioctl(VfioProcess caller, uint request, Memory<byte> argument)
    {
        await Device.WhenReady();
        switch (request)
        {
            case VfioRequest.DeviceGetInfo:
                return GetInfo(argument.Span);
            case VfioRequest.DeviceGetRegionInfo:
                return GetRegionInfo(argument.Span);
            case VfioRequest.DeviceGetIrqInfo:
                CheckSize(argument.Span, InterruptTable.InfoBytes, "vfio_irq_info");
                return Device.Interrupts.GetInfo(argument.Span);
            case VfioRequest.DeviceSetIrqs:
                CheckSize(argument.Span, InterruptTable.SetBytes, "vfio_irq_set");
                Device.RequireThere();
                return await Device.Interrupts.Set(caller, argument);
            case VfioRequest.DeviceReset:
                await Device.Reset();
                return 0;
            case VfioRequest.DeviceGetPciHotResetInfo:
                return new HotResetRequest(Device, caller).GetInfo(argument.Span);
            case VfioRequest.DevicePciHotReset:
                await new HotResetRequest(Device, caller).Run(argument);
                return 0;
            case VfioRequest.DeviceFeature:
                CheckSize(argument.Span, FeatureLength, "vfio_device_feature");
                throw new ErrnoException(Errno.ENOTTY, $"{Name} has no feature {U32(argument.Span, 4) & 0xFFFF}.");
            default:
                throw NoSuchRequest(request);
        }
    }

    /// <inheritdoc/>
    internal override async Task<int> Read(ulong offset, Memory<byte> into)
    {
        await Device.WhenReady();
        VfioRegion region = RegionAt(offset);
        Device.RequireThere();
        if (into.Length == 0)
            return 0;
        return (region.Flags & VfioRegionFlags.Read) != 0 || region.Size == 0
            ? await region.Read(offset & OffsetMask, into)
            : throw new ErrnoException(Errno.EINVAL, $"Region {region.Index} of {Name} cannot be read.");
    }

    /// <inheritdoc/>
    internal override async Task<int> Write(ulong offset, ReadOnlyMemory<byte> data)
    {
        await Device.WhenReady();
        VfioRegion region = RegionAt(offset);
        Device.RequireThere();
        if (data.Length == 0)
            return 0;
        return (region.Flags & VfioRegionFlags.Write) != 0 || region.Size == 0
            ? await region.Write(offset & OffsetMask, data)
            : throw new ErrnoException(Errno.EINVAL, $"Region {region.Index} of {Name} cannot be written.");
    }

    /// <inheritdoc/>
    internal override VfioMapping Map(ulong offset, ulong length, MappingAccess access) => RegionAt(offset).Map(offset & OffsetMask, length, access);

    /// <inheritdoc/>
    private protected override async Task OnClose()
    {
        await Device.Close();
        group?.Closed(this);
        group?.ReleaseIfUnused();
    }

    private VfioRegion RegionAt(ulong offset) => Device.FindRegion(offset >> VfioRegionIndex.OffsetBits)
        ?? throw new ErrnoException(Errno.EINVAL, $"{Name} has no region {offset >> VfioRegionIndex.OffsetBits}.");

    private int GetInfo(Span<byte> argument)
    {
        uint argsz = CheckSize(argument, InfoLength, "vfio_device_info");
        VfioDeviceFlags flags = VfioDeviceFlags.Pci | (Device.CanReset ? VfioDeviceFlags.Reset : 0) | (Device.Cxl is null ? 0 : VfioDeviceFlags.Cxl);
        Put(argument, 4, (uint)flags);
        Put(argument, 8, (uint)Device.RegionCount);
        Put(argument, 12, (uint)VfioIrqIndex.Count);
        if (argsz >= InfoWithCapabilities && argument.Length >= InfoWithCapabilities)
            Put(argument, InfoCapOffset, 0ul);
        if (Device.Cxl is { } cxl)
            VfioCapability.Append(argument, argsz, InfoWithCapabilities, InfoCapOffset, (uint)VfioDeviceFlags.Caps, [cxl.DeviceCapability]);
        return 0;
    }

    private int GetRegionInfo(Span<byte> argument)
    {
        uint argsz = CheckSize(argument, VfioRegionInfo.Length, "vfio_region_info");
        uint index = U32(argument, 8);
        if (Device.FindRegion(index) is not { } region)
            throw new ErrnoException(Errno.EINVAL, $"{Name} has no region {index}: 0 to {Device.RegionCount - 1} without {VfioRegionIndex.Vga} (VGA) are there.");
        Put(argument, 4, (uint)region.Flags);
        Put(argument, RegionCapOffset, 0u);
        Put(argument, 16, region.Size);
        Put(argument, 24, (ulong)index << VfioRegionIndex.OffsetBits);
        VfioCapability.Append(argument, argsz, VfioRegionInfo.Length, RegionCapOffset, (uint)VfioRegionFlags.Caps, region.Capabilities);
        return 0;
    }
}
