namespace CxlTopology.Specification;

/// <summary>Host offsets to positions and device offsets, and back, over the whole of an interleave set.</summary>
/// <remarks>
/// All offsets count from the region's base. With XOR arithmetic the maps act on the offset here; on absolute addresses the result is the
/// same if no map has a bit at or above the lowest bit set in the base. Without maps (1 and 3 root ways need none) XOR is modulo.
/// </remarks>
public static class AddressTranslation
{
    /// <summary>The host offset of a device offset at a position: the modulo formula, then the maps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The position is not 0 to ways - 1.</exception>
    /// <exception cref="OverflowException">The result needs more than 64 bits.</exception>
    public static ulong ToHost(
        int position,
        ulong deviceOffset,
        Interleave interleave,
        InterleaveArithmetic arithmetic = InterleaveArithmetic.Modulo,
        XorMaps? maps = null) =>
        Transform(interleave.HostOffsetOf(position, deviceOffset), arithmetic, maps);

    /// <summary>The position and device offset of a host offset: the maps, then the modulo formulas.</summary>
    public static (int Position, ulong DeviceOffset) ToDevice(
        ulong hostOffset, Interleave interleave, InterleaveArithmetic arithmetic = InterleaveArithmetic.Modulo, XorMaps? maps = null)
    {
        ulong offset = Transform(hostOffset, arithmetic, maps);
        return (interleave.PositionOf(offset), interleave.DeviceOffsetOf(offset));
    }

    private static ulong Transform(ulong offset, InterleaveArithmetic arithmetic, XorMaps? maps) => arithmetic switch
    {
        InterleaveArithmetic.Modulo => offset,
        InterleaveArithmetic.Xor => maps?.Transform(offset) ?? offset,
        _ => throw new ArgumentOutOfRangeException(nameof(arithmetic), arithmetic, "The arithmetic is modulo or XOR."),
    };
}
