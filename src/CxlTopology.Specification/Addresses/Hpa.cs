using System.Globalization;

namespace CxlTopology.Specification;

/// <summary>A host physical address, in bytes.</summary>
/// <remarks>Range: the 64 bits of a register; CXL.mem itself carries 52. Printed as <c>0x…</c>, lower case.</remarks>
public readonly record struct Hpa(ulong Value)
{
    /// <inheritdoc/>
    public override string ToString() => "0x" + Value.ToString("x", CultureInfo.InvariantCulture);
}
