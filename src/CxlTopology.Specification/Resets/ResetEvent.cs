namespace CxlTopology.Specification;

/// <summary>What befalls a device: the rows of the table of what survives (<see cref="SurvivalTable"/>).</summary>
public enum ResetEvent
{
    /// <summary>Function-level reset, asked for in Device Control of the PCI Express capability.</summary>
    FunctionLevelReset,

    /// <summary>CXL reset, asked for in CONTROL2 of the device DVSEC.</summary>
    CxlReset,

    /// <summary>Hot reset by Secondary Bus Reset of a port above.</summary>
    HotReset,

    /// <summary>The link above went down, by Link Disable or by itself: for what is below a hot reset.</summary>
    LinkDown,

    /// <summary>Hot reset of one logical device of a multi-logical device, asked for in its MLD DVSEC: of decoders and memory it is about the logical device's own.</summary>
    LogicalDeviceReset,

    /// <summary>Fundamental reset with power kept.</summary>
    WarmReset,

    /// <summary>Fundamental reset after power was removed.</summary>
    ColdReset,

    /// <summary>Global persistent flush: caches are written back so that persistent memory is whole when power goes.</summary>
    PersistentFlush,
}
