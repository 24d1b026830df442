namespace CxlTopology.Fabric.Tests;

/// <summary>Who has a cache, and where pages start.</summary>
public enum StressVariant
{
    /// <summary>Caches everywhere, pages in host bias.</summary>
    Caches,

    /// <summary>The host's agents keep nothing.</summary>
    HostWithoutCache,

    /// <summary>The devices keep nothing.</summary>
    DevicesWithoutCache,

    /// <summary>Pages in device bias, and flipped back now and then.</summary>
    DeviceBias,

    /// <summary>The device asks for whole pages.</summary>
    FlipOnAccess,

    /// <summary>The devices push whole lines into the host's cache, and the host announces reads to devices.</summary>
    Push,

    /// <summary>The devices write whole lines where they are.</summary>
    Update,

    /// <summary>The devices write past all caches, weakly ordered.</summary>
    Through,

    /// <summary>The devices write past all caches, in order; the host keeps nothing.</summary>
    Ordered,

    /// <summary>Caches of two lines, so that all frames are often in use by accesses under way.</summary>
    OneSet,
}
