namespace CxlTopology.Vfio;

/// <summary>What may be done with a region.</summary>
[Flags]
public enum VfioRegionFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It can be read.</summary>
    Read = 1,

    /// <summary>It can be written.</summary>
    Write = 2,

    /// <summary>It, or the areas of it that a sparse-mmap capability names, can be mapped.</summary>
    Mmap = 4,

    /// <summary>Capabilities follow, or would with more room.</summary>
    Caps = 8,
}
