using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The Non-CXL Function Map DVSEC, id 2: which functions of the device have no part in CXL.cache and CXL.mem.</summary>
/// <remarks>
/// A bit that is one: CXL reset and write-back do not concern that function.
/// </remarks>
public static class NonCxlFunctionMapRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } =
        Dvsec.NewMap("Non-CXL Function Map DVSEC", 0x2C, "CXL DVSEC 2, Non-CXL Function Map", revision: 0, id: 2);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>The register of a function number, 0 to 7.</summary>
    public static Field<uint> Of(int function) => function switch
    {
        0 => Map0,
        1 => Map1,
        2 => Map2,
        3 => Map3,
        4 => Map4,
        5 => Map5,
        6 => Map6,
        7 => Map7,
        _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Functions are 0 to 7."),
    };

    /// <summary>Bit n: function 0 of device n, or function 0 + n of an ARI device.</summary>
    public static Field<uint> Map0 { get; } = Map.Field<uint>("Non CXL Function Map Register 0", 0x0C, 31, 0, HwInit);

    /// <summary>Bit n: function 1 of device n, or function 32 + n of an ARI device.</summary>
    public static Field<uint> Map1 { get; } = Map.Field<uint>("Non CXL Function Map Register 1", 0x10, 31, 0, HwInit);

    /// <summary>Bit n: function 2 of device n, or function 64 + n of an ARI device.</summary>
    public static Field<uint> Map2 { get; } = Map.Field<uint>("Non CXL Function Map Register 2", 0x14, 31, 0, HwInit);

    /// <summary>Bit n: function 3 of device n, or function 96 + n of an ARI device.</summary>
    public static Field<uint> Map3 { get; } = Map.Field<uint>("Non CXL Function Map Register 3", 0x18, 31, 0, HwInit);

    /// <summary>Bit n: function 4 of device n, or function 128 + n of an ARI device.</summary>
    public static Field<uint> Map4 { get; } = Map.Field<uint>("Non CXL Function Map Register 4", 0x1C, 31, 0, HwInit);

    /// <summary>Bit n: function 5 of device n, or function 160 + n of an ARI device.</summary>
    public static Field<uint> Map5 { get; } = Map.Field<uint>("Non CXL Function Map Register 5", 0x20, 31, 0, HwInit);

    /// <summary>Bit n: function 6 of device n, or function 192 + n of an ARI device.</summary>
    public static Field<uint> Map6 { get; } = Map.Field<uint>("Non CXL Function Map Register 6", 0x24, 31, 0, HwInit);

    /// <summary>Bit n: function 7 of device n, or function 224 + n of an ARI device.</summary>
    public static Field<uint> Map7 { get; } = Map.Field<uint>("Non CXL Function Map Register 7", 0x28, 31, 0, HwInit);
}
