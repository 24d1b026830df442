namespace CxlTopology.Software;

/// <summary>A decoder of a host bridge or a switch.</summary>
public sealed class CxlSwitchDecoder : CxlDecoder
{
    /// <summary>The downstream ports by position in the interleave.</summary>
    public List<CxlDport> Targets { get; } = [];

    /// <summary>How many targets the hardware can hold: 1, 2, 4 or 8.</summary>
    public required int TargetsMax { get; init; }

    /// <summary>Whether there are no registers behind it: a port with a single downstream port that takes everything.</summary>
    public bool IsPassThrough { get; init; }
}
