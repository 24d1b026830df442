using CxlTopology.Fabric;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>The IOMMU of a host, as its software has it: address spaces are handed to it, and what is void is told it by messages.</summary>
/// <param name="iommu">The IOMMU.</param>
/// <param name="program">The software of the same host.</param>
public sealed class HostTranslation(Iommu iommu, BusProgram program) : IDeviceTranslation
{
    /// <inheritdoc/>
    public void Attach(Bdf function, IDeviceAddressSpace space) => iommu.Attach(MessageInterrupt.RequesterOf(function), space);

    /// <inheritdoc/>
    public Task Detach(Bdf function)
    {
        iommu.Detach(MessageInterrupt.RequesterOf(function));
        return program.InvalidateTranslations(function, 0, ulong.MaxValue);
    }

    /// <inheritdoc/>
    public Task Invalidate(Bdf function, ulong iova, ulong length) => program.InvalidateTranslations(function, iova, length);
}
