using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A decoder of an endpoint.</summary>
public sealed class CxlEndpointDecoder : CxlDecoder
{
    /// <summary>Index of the partition that it takes memory from: 0 RAM, 1 PMEM; -1 for none.</summary>
    public int Partition { get; internal set; } = -1;

    /// <summary>First device address that it has; meaningful while <see cref="DpaSize"/> is not 0.</summary>
    public Dpa DpaBase { get; internal set; }

    /// <summary>Bytes of device memory that it has; 0 for none.</summary>
    public ByteSize DpaSize { get; internal set; }

    /// <summary>Bytes of device memory that it passes over.</summary>
    public ByteSize DpaSkip { get; internal set; }

    /// <summary>Manual, or found committed by firmware.</summary>
    public bool IsAuto { get; internal set; }

    /// <summary>Its position in the region; -1 without one.</summary>
    public int Position { get; internal set; } = -1;

    /// <summary>Whether it stands for a range of the device DVSEC, without registers of its own.</summary>
    public bool IsDvsecRange { get; init; }
}
