using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>The IOMMU of a machine: what its own software gives a device that it passes on. A device that it gives nothing goes by the machine's own physical addresses.</summary>
public sealed partial class VirtualMachine : IDeviceTranslation
{
    /// <summary>The device that the guest has as a function; null if there is none.</summary>
    internal VirtualDevice? DeviceAt(Bdf function) => Find(function).Device;

    /// <inheritdoc/>
    public async Task Attach(Bdf function, IDeviceAddressSpace space)
    {
        if (Find(function).Device is not { } device)
            return;
        device.Device.Nested = space;
        await device.Device.InvalidateTranslations(0, ulong.MaxValue);
    }

    /// <inheritdoc/>
    public async Task Detach(Bdf function)
    {
        if (Find(function).Device is not { } device)
            return;
        await device.Device.InvalidateTranslations(0, ulong.MaxValue);
        device.Device.Nested = null;
    }

    /// <inheritdoc/>
    public Task Invalidate(Bdf function, ulong iova, ulong length) =>
        Find(function).Device is { } device ? device.Device.InvalidateTranslations(iova, length) : Task.CompletedTask;
}
