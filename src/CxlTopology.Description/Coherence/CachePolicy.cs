namespace CxlTopology.Description;

/// <summary>Which line of a full set of a cache gives way.</summary>
public enum CachePolicy
{
    /// <summary>The least recently used.</summary>
    Lru,

    /// <summary>The oldest.</summary>
    Fifo,

    /// <summary>Any, by a fixed sequence.</summary>
    Random,
}
