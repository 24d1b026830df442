namespace CxlTopology.Specification;

/// <summary>What the base address of a <see cref="HostBridgeStructure"/> leads to.</summary>
public enum HostBridgeVersion
{
    /// <summary>The register block of a CXL 1.1 root complex (RCRB), 8 KiB. Code 0.</summary>
    Cxl11 = 0,

    /// <summary>The component registers of a host bridge of CXL 2.0 or later, 64 KiB. Code 1.</summary>
    Cxl20 = 1,
}
