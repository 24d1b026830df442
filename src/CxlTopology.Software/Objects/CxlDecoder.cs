using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A decoder of the CXL core: <c>decoderP.I</c>, with P the id of its port and I its instance.</summary>
public abstract class CxlDecoder
{
    /// <summary>The port that it belongs to.</summary>
    public required CxlPort Port { get; init; }

    /// <summary>Its instance: of a hardware decoder, the index in its capability.</summary>
    public required int Instance { get; init; }

    /// <summary>First host address that it claims; 0 while it claims none.</summary>
    public Hpa Base { get; internal set; }

    /// <summary>How many host addresses it claims; 0 for none.</summary>
    public ByteSize Size { get; internal set; }

    /// <summary>Ways and granularity.</summary>
    public Interleave Interleave { get; internal set; }

    /// <summary>Host-only (expander) or device coherent (accelerator).</summary>
    public TargetRangeType TargetType { get; internal set; }

    /// <summary>Committed in hardware, or by nature (root, pass-through, DVSEC range).</summary>
    public bool Enabled { get; internal set; }

    /// <summary>Locked: it keeps its settings until the hardware is reset.</summary>
    public bool Locked { get; internal set; }

    /// <summary>The region that uses it; null without one.</summary>
    public CxlRegion? Region { get; internal set; }

    /// <summary><c>decoder3.0</c>.</summary>
    public string Name => $"decoder{Port.Id}.{Instance}";
}
