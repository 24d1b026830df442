using CxlTopology.Fabric;

namespace CxlTopology.Description;

/// <summary>A CXL host bridge with its root ports.</summary>
public sealed record BridgeModel
{
    /// <summary>Name, unique in its host.</summary>
    public required string Name { get; init; }

    /// <summary>Unique id (CHBS UID), unique in its host (<c>CXT0413</c>); by default the bridge's index in its host.</summary>
    public required int Uid { get; init; }

    /// <summary>PCI segment, 0 to 65535; null leaves the choice to the simulator.</summary>
    public int? Segment { get; init; }

    /// <summary>The bus its root ports are on, 0 to 255; null leaves the choice to the simulator. Buses of two bridges in one segment do not
    /// overlap (<c>CXT0421</c>), and there are 256 (<c>CXT0422</c>).</summary>
    public int? FirstBus { get; init; }

    /// <summary>HDM decoders: 1, 2, 4, 6, 8 or 10; 4 by default. A pass-through bridge shows none.</summary>
    public int Decoders { get; init; } = 4;

    /// <summary>Targets a decoder can list: 1, 2, 4 or 8; 8 by default.</summary>
    public int TargetCount { get; init; } = 8;

    /// <summary>The bridge has no HDM decoders and sends everything to its only root port. By default true with exactly one port.</summary>
    public required bool PassThrough { get; init; }

    /// <summary>A root complex event collector follows its root ports, up to 255 of them (<c>CXT0209</c>), on their bus. False by default.</summary>
    public bool EventCollector { get; init; }

    /// <summary>How long its decoders take to commit: at once by default, up to 1 s, or never. More than 10 ms breaks the specification.</summary>
    public HardwareDelay CommitTime { get; init; }

    /// <summary>It and its root ports have BI decoders and a BI route table: HDM-DB devices may be below (<c>CXT0424</c>). True by default.</summary>
    public bool BackInvalidate { get; init; } = true;

    /// <summary>What its decoders can interleave.</summary>
    public InterleaveCapability Interleave { get; init; } = new();

    /// <summary>Root ports in the order of the file: 1 to 256.</summary>
    public required IReadOnlyList<PortModel> Ports { get; init; }

    /// <summary>Where the bridge's name stands in the file.</summary>
    public SourcePosition Position { get; init; }

    /// <summary>Where its bus or segment is stated, else its name.</summary>
    internal SourcePosition PlacePosition { get; init; }
}
