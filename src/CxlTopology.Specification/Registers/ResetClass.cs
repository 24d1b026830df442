namespace CxlTopology.Specification;

/// <summary>What kind of state a block of registers is, which decides what each reset does to it (<see cref="ResetRules"/>).</summary>
public enum ResetClass
{
    /// <summary>State of a PCI function: headers, capabilities, MSI-X, DOE, the mailbox.</summary>
    Function,

    /// <summary>A CXL DVSEC.</summary>
    CxlDvsec,

    /// <summary>HDM decoders and their capability.</summary>
    HdmDecoder,

    /// <summary>The other CXL.cache and CXL.mem registers: RAS, link, snoop filter, timeout and isolation.</summary>
    CacheMem,

    /// <summary>BI decoders, cache ID decoders, and the route tables of both.</summary>
    CoherencePath,
}
