namespace CxlTopology.Software;

/// <summary>A memory BAR of a function.</summary>
public sealed class PciBar
{
    /// <summary>Its number, 0 to 5; of a 64-bit one, that of its lower half.</summary>
    public required int Index { get; init; }

    /// <summary>Bytes, a power of two; 0 while it is not known.</summary>
    public required ulong Size { get; init; }

    /// <summary>Whether it has two registers.</summary>
    public required bool Is64Bit { get; init; }

    /// <summary>Where it was placed.</summary>
    public ulong Base { get; internal set; }
}
