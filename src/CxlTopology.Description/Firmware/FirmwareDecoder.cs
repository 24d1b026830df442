using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Firmware programs one HDM decoder.</summary>
public sealed record FirmwareDecoder : FirmwareEntry
{
    /// <summary>Index of the decoder, below the component's count (<c>CXT0602</c>).</summary>
    public required int Decoder { get; init; }

    /// <summary>First host address: a multiple of 256 MiB (<c>CXT0411</c>).</summary>
    public required Hpa Base { get; init; }

    /// <summary>Length: a multiple of 256 MiB (<c>CXT0410</c>).</summary>
    public required ByteSize Size { get; init; }

    /// <summary>Interleave ways. 1 by default.</summary>
    public int Ways { get; init; } = 1;

    /// <summary>Interleave granularity in bytes. 256 by default.</summary>
    public int Granularity { get; init; } = 256;

    /// <summary>Port numbers, in order, of a host bridge or switch; empty for an endpoint.</summary>
    public IReadOnlyList<int> Targets { get; init; } = [];

    /// <summary>DPA skip of an endpoint's decoder: a multiple of 256 MiB. 0 by default.</summary>
    public ByteSize Skip { get; init; }

    /// <summary>Target range type host-only (control bit 12 set); false is device-coherent. Host-only by default.</summary>
    public bool HostOnly { get; init; } = true;

    /// <summary>Lock On Commit. False by default.</summary>
    public bool Lock { get; init; }

    /// <summary>The Commit bit is written too. True by default.</summary>
    public bool Commit { get; init; } = true;
}
