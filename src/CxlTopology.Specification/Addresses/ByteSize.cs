using System.Globalization;

namespace CxlTopology.Specification;

/// <summary>An amount of memory, in bytes.</summary>
/// <remarks>Range: 0 to 2^64-1. Printed in the largest binary unit that keeps it exact: <c>256MiB</c>, <c>4GiB</c>, <c>100B</c>.</remarks>
public readonly record struct ByteSize(ulong Bytes)
{
    /// <summary>This many kibibytes.</summary>
    public static ByteSize KiB(ulong value) => new(checked(value << 10));

    /// <summary>This many mebibytes.</summary>
    public static ByteSize MiB(ulong value) => new(checked(value << 20));

    /// <summary>This many gibibytes.</summary>
    public static ByteSize GiB(ulong value) => new(checked(value << 30));

    /// <inheritdoc/>
    public override string ToString()
    {
        ReadOnlySpan<(int Shift, string Name)> units = [(40, "TiB"), (30, "GiB"), (20, "MiB"), (10, "KiB")];
        foreach ((int shift, string name) in units)
        {
            if (Bytes != 0 && (Bytes & ((1UL << shift) - 1)) == 0)
                return (Bytes >> shift).ToString(CultureInfo.InvariantCulture) + name;
        }

        return Bytes.ToString(CultureInfo.InvariantCulture) + "B";
    }
}
