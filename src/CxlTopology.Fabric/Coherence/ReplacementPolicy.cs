namespace CxlTopology.Fabric;

/// <summary>Which line of a full set gives way.</summary>
public enum ReplacementPolicy
{
    /// <summary>The one that was used longest ago.</summary>
    Lru,

    /// <summary>The one that came longest ago.</summary>
    Fifo,

    /// <summary>Any, by a fixed sequence.</summary>
    Random,
}
