using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>What a device reaches by its own requests: the I/O address space that its user has given it.</summary>
public sealed partial class VfioPciDevice
{
    private DeviceAddressSpace? addresses;

    /// <summary>What it reaches of the host's memory; null before it was given an I/O address space.</summary>
    public IommuDomain? Domain { get; private set; }

    /// <summary>The function of the hardware that it is in the end: of a device that a guest passes on, that of the host.</summary>
    public Bdf HostFunction => Hardware.Translation is VirtualMachine outer && outer.DeviceAt(Function.Bdf) is { } device ? device.Device.HostFunction : Function.Bdf;

    /// <summary>What its user, a guest with an IOMMU of its own, has its requests go by first; null of any other.</summary>
    internal IDeviceAddressSpace? Nested { get; set; }

    /// <summary>Gives it an I/O address space, in place of the one that it has. Completes when no request of it to the one before is under way.</summary>
    internal async Task Attach(IommuDomain space)
    {
        bool replaces = Domain is not null && Domain != space;
        Domain?.Remove(this);
        Domain = space;
        space.Add(this);
        if (Hardware.Translation is { } translation)
            await translation.Attach(Function.Bdf, addresses ??= new DeviceAddressSpace(this));
        if (replaces)
            await InvalidateTranslations(0, ulong.MaxValue); // an unmapping of the one before settles its own devices alone
    }

    /// <summary>Takes its I/O address space away. Completes when no request of it is under way.</summary>
    internal async Task Detach()
    {
        if (Domain is null)
            return;
        Domain.Remove(this);
        Domain = null;
        Nested = null;
        if (Hardware.Translation is { } translation)
            await translation.Detach(Function.Bdf);
    }

    /// <summary>Completes when no request of it to a range that was unmapped is under way.</summary>
    internal Task InvalidateTranslations(ulong iova, ulong length)
    {
        if (Hardware.Translation is not { } translation)
            return Task.CompletedTask;
        return Nested is null ? translation.Invalidate(Function.Bdf, iova, length) : translation.Invalidate(Function.Bdf, 0, ulong.MaxValue);
    }
}
