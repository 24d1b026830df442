namespace CxlTopology.Software;

/// <summary>How a function is reset: the words of <c>reset_method</c>, in the order in which they are tried.</summary>
public enum PciResetMethod
{
    /// <summary><c>flr</c>: function-level reset. It does not touch CXL.cache and CXL.mem.</summary>
    FunctionLevel,

    /// <summary><c>bus</c>: Secondary Bus Reset of the port above.</summary>
    Bus,

    /// <summary><c>cxl_bus</c>: the same below a CXL port, which masks it: unmasked for the purpose.</summary>
    CxlBus,

    /// <summary><c>cxl_reset</c>: CXL reset, with CXL state saved and restored.</summary>
    Cxl,
}
