using CxlTopology.Fabric;
using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>A CXL switch: one upstream port with its HDM decoders, and downstream ports. Switches nest up to 16 levels
/// (<c>CXT0401</c>).</summary>
public sealed record SwitchModel
{
    /// <summary>Name, unique in the file among hosts, switches and endpoints.</summary>
    public required string Name { get; init; }

    /// <summary>HDM decoders of the upstream port: 1, 2, 4, 6, 8 or 10; 4 by default.</summary>
    public int Decoders { get; init; } = 4;

    /// <summary>Targets a decoder can list: 1, 2, 4 or 8; 8 by default.</summary>
    public int TargetCount { get; init; } = 8;

    /// <summary>From one port of the switch to another, without the ports themselves. 25 ns by default, at least 1 ns
    /// (<c>CXT0412</c>).</summary>
    public SimDuration Latency { get; init; } = SimDuration.FromNanoseconds(25);

    /// <summary>One traversal of the upstream port, pin to pin. By default that of the port above.</summary>
    public required SimDuration UpstreamPortLatency { get; init; }

    /// <summary>How long its decoders take to commit: at once by default, up to 1 s, or never. More than 10 ms breaks the specification.</summary>
    public HardwareDelay CommitTime { get; init; }

    /// <summary>It has BI decoders and a BI route table: HDM-DB devices may be below it (<c>CXT0424</c>). True by default.</summary>
    public bool BackInvalidate { get; init; } = true;

    /// <summary>
    /// Ports that may lead to HDM-D devices, 1 to 15, as its cache ID route table says; null (the default) for one, of a device that has its root port to itself (<c>CXT0408</c>).
    /// </summary>
    public int? HdmD { get; init; }

    /// <summary>What its decoders can interleave.</summary>
    public InterleaveCapability Interleave { get; init; } = new();

    /// <summary>Downstream ports in the order of the file: 1 to 256.</summary>
    public required IReadOnlyList<PortModel> Ports { get; init; }

    /// <summary>Where the switch's name stands in the file.</summary>
    public SourcePosition Position { get; init; }
}
