using System.Globalization;

namespace CxlTopology.Description;

/// <summary>A bandwidth, in whole bytes a second.</summary>
/// <remarks>Range: 0 to 2^63-1. Written <c>56.4GB/s</c> (powers of ten) or <c>30GiB/s</c> (powers of two); printed in GB/s.</remarks>
public readonly record struct Bandwidth(long BytesPerSecond)
{
    /// <inheritdoc/>
    public override string ToString() =>
        (BytesPerSecond / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture) + "GB/s";
}
