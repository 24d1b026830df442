namespace CxlTopology.Vfio;

/// <summary>Which text the CXL part of VFIO follows.</summary>
public enum VfioDialect
{
    /// <summary>The RFC "vfio: introduce vfio-cxl", version 2, as its authors meant it: the default. The device's reset is the CXL reset.</summary>
    RfcV2,

    /// <summary>The same to the letter, with the faults of the posted code.</summary>
    RfcV2AsPosted,

    /// <summary>The series of June 2026: registers as a region of their own, a firmware-committed decoder, function-level reset.</summary>
    V3,
}
