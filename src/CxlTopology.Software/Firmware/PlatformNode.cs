using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>What firmware knows of a component with decoders: a host bridge, the upstream port of a switch, or an endpoint.</summary>
public sealed class PlatformNode
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is.</summary>
    public required ComponentKind Kind { get; init; }

    /// <summary>Of a host bridge: its buses and addresses, as ACPI tells them.</summary>
    public HostBridgeResources? Resources { get; init; }

    /// <summary>The component above; null for a host bridge.</summary>
    public PlatformNode? Parent { get; init; }

    /// <summary>The number of the parent's port that it hangs below.</summary>
    public byte ParentPort { get; init; }

    /// <summary>Of a host bridge: ACPI UID.</summary>
    public int Uid { get; init; }

    /// <summary>Of an endpoint: device coherent (type 2) instead of host-only.</summary>
    public bool DeviceCoherent { get; init; }
}
