using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A region: <c>regionN</c>, a range of host addresses interleaved over endpoint decoders.</summary>
public sealed class CxlRegion
{
    /// <summary>Its id.</summary>
    public required int Id { get; init; }

    /// <summary>The window it lies in.</summary>
    public required CxlRootDecoder Root { get; init; }

    /// <summary>PMEM instead of RAM.</summary>
    public required bool IsPersistent { get; init; }

    /// <summary>Host-only (expander) or device coherent (accelerator).</summary>
    public required TargetRangeType TargetType { get; init; }

    /// <summary>How far it is.</summary>
    public CxlRegionState State { get; internal set; }

    /// <summary>Number of targets; 0 until set.</summary>
    public int Ways { get; internal set; }

    /// <summary>Bytes to one target before the next; 0 until set.</summary>
    public int Granularity { get; internal set; }

    /// <summary>First host address; meaningful while <see cref="Size"/> is not 0.</summary>
    public Hpa Base { get; internal set; }

    /// <summary>Bytes; 0 until set.</summary>
    public ByteSize Size { get; internal set; }

    /// <summary>Of a PMEM region: its uuid.</summary>
    public Guid? Uuid { get; internal set; }

    /// <summary>The endpoint decoders by position; null where none is attached.</summary>
    public List<CxlEndpointDecoder?> Targets { get; } = [];

    /// <summary>Assembled from decoders that firmware committed.</summary>
    public bool IsAuto { get; internal set; }

    /// <summary>Some decoder of it is locked: it cannot be decommitted.</summary>
    public bool Locked { get; internal set; }

    /// <summary>Decoders have to be reset before it can be used again.</summary>
    public bool NeedsReset { get; internal set; }

    /// <summary>Whether the region's driver is bound.</summary>
    public bool Enabled { get; internal set; }

    /// <summary>Of a device coherent region: by back-invalidate (HDM-DB); its decoders have BI set.</summary>
    public bool BackInvalidate { get; internal set; }

    /// <summary>How many targets are attached.</summary>
    public int TargetCount { get; internal set; }

    /// <summary>It is no more.</summary>
    internal bool Deleted { get; set; }

    /// <summary>Bytes that its decoders claim: <see cref="Size"/>, but for a window at address 0 that ends before what firmware committed does.</summary>
    internal ByteSize DecodedSize { get; set; }

    /// <summary><c>region0</c>.</summary>
    public string Name => $"region{Id}";
}
