namespace CxlTopology.Specification;

/// <summary>How a fixed memory window picks the host bridge for an address (CFMWS, byte 25).</summary>
public enum InterleaveArithmetic
{
    /// <summary>The granule number modulo the ways. Code 0, the default.</summary>
    Modulo = 0,

    /// <summary>The same after the address went through the XOR maps of a CXIMS record. Code 1.</summary>
    Xor = 1,
}
