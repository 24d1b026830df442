namespace CxlTopology.Description;

/// <summary>How a window picks the host bridge of an address.</summary>
public enum WindowArithmetic
{
    /// <summary>Granules go round the targets: index = (address / granularity) mod ways, on the absolute address.</summary>
    Modulo = 0,

    /// <summary>The address is transformed by the XOR maps (CXIMS) first, then as <see cref="Modulo"/>.</summary>
    Xor = 1,
}
