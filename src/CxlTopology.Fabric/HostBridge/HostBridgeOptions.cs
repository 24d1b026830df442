using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What a host bridge is built from.</summary>
public sealed record HostBridgeOptions
{
    /// <summary>ACPI UID, which the targets of a fixed memory window name.</summary>
    public required int Uid { get; init; }

    /// <summary>
    /// Its buses and addresses. Null (the default): a segment of its own, by its place among the host's bridges.
    /// </summary>
    public HostBridgeResources? Resources { get; init; }

    /// <summary>Without HDM decoders: its single root port takes everything. False by default.</summary>
    public bool PassThrough { get; init; }

    /// <summary>
    /// A root complex event collector follows its root ports on their bus: it collects the errors of the bridge's component registers (RDPAS). False by default.
    /// </summary>
    public bool EventCollector { get; init; }

    /// <summary>The HDM decoder capability register. Four decoders with eight targets by default (0x00000382, as QEMU shows).</summary>
    public uint HdmCapability { get; init; } = 0x382;

    /// <summary>
    /// How long its decoders take to commit: at once by default, up to 1 s, or never. More than 10 ms is a device that breaks the specification.
    /// </summary>
    public HardwareDelay CommitTime { get; init; }
}
