using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>The IOMMU, as software has it: which address space each function's own requests go by.</summary>
public interface IDeviceTranslation
{
    /// <summary>A function has an address space from now on; requests of a function that has none are refused.</summary>
    Task Attach(Bdf function, IDeviceAddressSpace space);

    /// <summary>A function has none any more. Completes when no request of it is under way to memory.</summary>
    Task Detach(Bdf function);

    /// <summary>What was translated for a function is forgotten. Completes when no request to the range is under way to memory: what was behind it can be given to others.</summary>
    /// <param name="function">The function.</param>
    /// <param name="iova">First I/O virtual address that was unmapped.</param>
    /// <param name="length">Bytes.</param>
    Task Invalidate(Bdf function, ulong iova, ulong length);
}
