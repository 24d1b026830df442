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
}
