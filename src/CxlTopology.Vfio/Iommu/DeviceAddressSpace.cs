using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>What a device's own requests go by: the I/O address space that its user has given it, and before that, if the user is a guest that has passed the device on, the one that its own guest has.</summary>
internal sealed class DeviceAddressSpace(VfioPciDevice device) : IDeviceAddressSpace
{
    /// <inheritdoc/>
    public int Walks => 1 + (device.Nested?.Walks ?? 0);

    /// <inheritdoc/>
    public bool TryTranslate(ulong iova, bool isWrite, out ulong hostAddress)
    {
        hostAddress = 0;
        ulong address = iova;
        if (device.Domain is not { } domain || device.Nested is { } nested && !nested.TryTranslate(iova, isWrite, out address))
            return false;
        if (domain.Translate(address, 1, isWrite) is not { } found)
            return false;
        hostAddress = found;
        if (isWrite)
            device.Host.Memory.MarkDirty(found);
        return true;
    }
}
