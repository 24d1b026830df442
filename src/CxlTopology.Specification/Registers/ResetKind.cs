namespace CxlTopology.Specification;

/// <summary>How a component, or a function of it, is reset.</summary>
public enum ResetKind
{
    /// <summary>Power was removed: nothing is kept.</summary>
    Cold,

    /// <summary>Fundamental reset with power kept.</summary>
    Warm,

    /// <summary>In-band: Secondary Bus Reset of the port above, or its link went down.</summary>
    Hot,

    /// <summary>Function-level reset of one PCI function. It does not touch CXL.cache and CXL.mem.</summary>
    Function,

    /// <summary>CXL reset, asked for in the device DVSEC: every CXL function of the device.</summary>
    Cxl,
}
