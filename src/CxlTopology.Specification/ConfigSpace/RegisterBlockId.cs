namespace CxlTopology.Specification;

/// <summary>What a register locator entry points at (CXL 2.0 §8.1.9.1).</summary>
public enum RegisterBlockId : byte
{
    /// <summary>Nothing: the entry is skipped.</summary>
    Empty = 0,

    /// <summary>Component registers, 64 KiB.</summary>
    Component = 1,

    /// <summary>BAR virtualization ACL registers.</summary>
    BarVirtualization = 2,

    /// <summary>Device registers.</summary>
    Device = 3,

    /// <summary>A performance monitoring unit; there may be several.</summary>
    PerformanceMonitor = 4,
}
