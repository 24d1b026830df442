using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>What a switch is built from.</summary>
public sealed record SwitchOptions
{
    /// <summary>Crossbar, from the upstream port to a downstream port or back. 25 ns by default; the ports' own traversal is the links'.</summary>
    public SimDuration Crossbar { get; init; } = SimDuration.FromNanoseconds(25);

    /// <summary>The HDM decoder capability register of the upstream port. Four decoders with eight targets by default (0x00000382, as QEMU shows).</summary>
    public uint HdmCapability { get; init; } = 0x382;

    /// <summary>
    /// How long its decoders take to commit: at once by default, up to 1 s, or never. More than 10 ms is a device that breaks the specification.
    /// </summary>
    public HardwareDelay CommitTime { get; init; }

    /// <summary>Back-invalidates can pass it where its links have 256-byte flits: BI decoders and a BI route table. By default.</summary>
    public bool BackInvalidate { get; init; } = true;

    /// <summary>Caches below it that CXL.cache can reach, 0 to 16: cache ID decoders and a route table, unless 0. 16 by default.</summary>
    public int CacheIds { get; init; } = Specification.CacheIdRouteTableRegisters.TargetsMax;

    /// <summary>Ports that may lead to HDM-D devices at the same time, 1 to 15. 1 by default.</summary>
    public int HdmDDevices { get; init; } = 1;
}
