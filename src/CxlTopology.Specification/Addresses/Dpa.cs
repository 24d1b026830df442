using System.Globalization;

namespace CxlTopology.Specification;

/// <summary>A device physical address, in bytes: an offset into the memory of one endpoint.</summary>
/// <remarks>Range: the 64 bits of a register; CXL.mem itself carries 52. Printed as <c>0x…</c>, lower case.</remarks>
public readonly record struct Dpa(ulong Value)
{
    /// <inheritdoc/>
    public override string ToString() => "0x" + Value.ToString("x", CultureInfo.InvariantCulture);
}
