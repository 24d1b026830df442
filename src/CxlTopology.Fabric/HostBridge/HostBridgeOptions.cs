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

    /// <summary>Back-invalidates can pass it where its links have 256-byte flits: BI decoders and a BI route table. By default.</summary>
    public bool BackInvalidate { get; init; } = true;

    /// <summary>Caches below it that CXL.cache can reach, 0 to 16: cache ID decoders and a route table, unless 0. 16 by default.</summary>
    public int CacheIds { get; init; } = Specification.CacheIdRouteTableRegisters.TargetsMax;

    /// <summary>Root ports that may lead to HDM-D devices at the same time, 1 to 15; 0, the default, for as many as it has cache ids.</summary>
    public int HdmDDevices { get; init; }
}
