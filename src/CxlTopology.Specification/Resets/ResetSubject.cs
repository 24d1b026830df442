namespace CxlTopology.Specification;

/// <summary>What a reset may touch: the columns of the table of what survives (<see cref="SurvivalTable"/>).</summary>
public enum ResetSubject
{
    /// <summary>Headers and capabilities of the PCI function, MSI-X, data object exchange, mailbox.</summary>
    ConfigurationSpace,

    /// <summary>HDM decoders that are not locked, and the global control of their capability.</summary>
    HdmDecoders,

    /// <summary>HDM decoders that were committed with Lock On Commit.</summary>
    LockedDecoders,

    /// <summary>Fields of the CXL DVSECs that software writes.</summary>
    DvsecFields,

    /// <summary>Such fields while CONFIG_LOCK holds them.</summary>
    DvsecLockedFields,

    /// <summary>CONFIG_LOCK itself.</summary>
    DvsecLock,

    /// <summary>The other CXL.cache and CXL.mem registers: RAS, link, timeout and isolation.</summary>
    ComponentRegisters,

    /// <summary>BI and cache ID decoders and their route tables, committed or not.</summary>
    CoherencePath,

    /// <summary>Sticky bits, wherever they are: logged errors, viral.</summary>
    StickyBits,

    /// <summary>Lines in the device's cache.</summary>
    Cache,

    /// <summary>Volatile memory.</summary>
    VolatileMemory,

    /// <summary>Persistent memory.</summary>
    PersistentMemory,

    /// <summary>Configuration space of the device's other functions that take part in CXL.cache and CXL.mem. A function-level reset is one function's alone.</summary>
    OtherCxlFunctions,

    /// <summary>Configuration space of its other functions that do not: those in the Non-CXL Function Map.</summary>
    NonCxlFunctions,

    /// <summary>Engines of an accelerator.</summary>
    Engines,
}
