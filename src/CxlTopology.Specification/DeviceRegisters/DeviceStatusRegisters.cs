using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>Device status, capability id 1: which event logs hold records.</summary>
public static class DeviceStatusRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("CXL device status", length: 0x08, spec: "CXL 3.0 §8.2.8.3.1");

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>The informational log holds records.</summary>
    public static Field<bool> Informational { get; } = Map.Field<bool>("Event Status: Informational", 0x00, 0, 0, RO);

    /// <summary>The warning log holds records.</summary>
    public static Field<bool> Warning { get; } = Map.Field<bool>("Event Status: Warning", 0x00, 1, 1, RO);

    /// <summary>The failure log holds records.</summary>
    public static Field<bool> Failure { get; } = Map.Field<bool>("Event Status: Failure", 0x00, 2, 2, RO);

    /// <summary>The fatal log holds records.</summary>
    public static Field<bool> Fatal { get; } = Map.Field<bool>("Event Status: Fatal", 0x00, 3, 3, RO);

    /// <summary>The dynamic capacity log holds records.</summary>
    public static Field<bool> DynamicCapacity { get; } = Map.Field<bool>("Event Status: Dynamic Capacity", 0x00, 4, 4, RO);
}
