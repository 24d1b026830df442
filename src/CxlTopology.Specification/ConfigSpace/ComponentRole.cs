namespace CxlTopology.Specification;

/// <summary>What a component is to configuration space and component registers: it decides which blocks it has.</summary>
public enum ComponentRole
{
    /// <summary>A host bridge: component registers that ACPI points at, no configuration space.</summary>
    HostBridge,

    /// <summary>A root port.</summary>
    RootPort,

    /// <summary>The upstream port of a switch.</summary>
    UpstreamPort,

    /// <summary>A downstream port of a switch.</summary>
    DownstreamPort,

    /// <summary>A memory expander.</summary>
    Type3Endpoint,

    /// <summary>An accelerator with memory.</summary>
    Type2Endpoint,
}
