using CxlTopology.Fabric;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>The IOMMU of a host, as its software has it: address spaces are handed to it, and what is void is told it by messages. A function that can keep translations is let.</summary>
/// <param name="iommu">The IOMMU.</param>
/// <param name="program">The software of the same host.</param>
/// <param name="serviceOf">Where a function has Address Translation Services; 0 for one without.</param>
public sealed class HostTranslation(Iommu iommu, BusProgram program, Func<Bdf, int> serviceOf) : IDeviceTranslation
{
    /// <inheritdoc/>
    public async Task Attach(Bdf function, IDeviceAddressSpace space)
    {
        iommu.Attach(MessageInterrupt.RequesterOf(function), space);
        if (serviceOf(function) is > 0 and int at)
            await program.WriteConfig(function, at + AddressTranslationRegisters.ControlOffset, AddressTranslationRegisters.EnableBit, 2);
    }

    /// <inheritdoc/>
    public async Task Detach(Bdf function)
    {
        uint requester = MessageInterrupt.RequesterOf(function);
        iommu.Detach(requester);
        await program.InvalidateTranslations(function, 0, ulong.MaxValue);
        if (serviceOf(function) is > 0 and int at)
            await program.WriteConfig(function, at + AddressTranslationRegisters.ControlOffset, 0, 2);
        iommu.Forget(requester);
    }

    /// <inheritdoc/>
    public Task Invalidate(Bdf function, ulong iova, ulong length) => program.InvalidateTranslations(function, iova, length);
}
