using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The CXL Cache ID Decoder capability, id 0xE: which cache id requests of the device below a port carry.</summary>
public static class CacheIdDecoderRegisters
{
    /// <summary>Offset of the control register in the capability.</summary>
    public const int ControlOffset = 0x04;

    /// <summary>Offset of the status register in the capability.</summary>
    public const int StatusOffset = 0x08;

    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("CXL cache ID decoder capability", length: 0x0C, spec: "CXL 3.0 §8.2.4.28");

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Changes take effect by commit only.</summary>
    public static Field<bool> ExplicitCommit { get; } = Map.Field<bool>("Explicit Cache ID Decoder Commit Required", 0x00, 0, 0, HwInit);

    /// <summary>Requests keep the id they come with: a switch is below. Not with Assign.</summary>
    public static Field<bool> Forward { get; } = Map.Field<bool>("Forward Cache ID", 0x04, 0, 0, RW);

    /// <summary>Requests get the local id: a device is below.</summary>
    public static Field<bool> Assign { get; } = Map.Field<bool>("Assign Cache ID", 0x04, 1, 1, RW);

    /// <summary>A type 2 device with HDM-D is below: requests for its own memory (bias) pass.</summary>
    public static Field<bool> HdmDPresent { get; } = Map.Field<bool>("HDM-D Type 2 Device Present", 0x04, 2, 2, RW);

    /// <summary>Software's request: from 0 to 1. What was in force stays so until the commit is decided.</summary>
    public static Field<bool> Commit { get; } = Map.Field<bool>("Cache ID Decoder Commit", 0x04, 3, 3, RW);

    /// <summary>The id of that device.</summary>
    public static Field<byte> HdmDCacheId { get; } = Map.Field<byte>("HDM-D Type 2 Device Cache ID", 0x04, 11, 8, RW);

    /// <summary>The id requests get.</summary>
    public static Field<byte> LocalCacheId { get; } = Map.Field<byte>("Local Cache ID", 0x04, 19, 16, RW);

    /// <summary>How far the device is trusted; stored.</summary>
    public static Field<byte> TrustLevel { get; } = Map.Field<byte>("Trust Level", 0x04, 25, 24, RW);

    /// <summary>The decoder is in force.</summary>
    public static Field<bool> Committed { get; } = Map.Field<bool>("Committed", 0x08, 0, 0, RO);

    /// <summary>The last commit was refused.</summary>
    public static Field<bool> NotCommitted { get; } = Map.Field<bool>("Error Not Committed", 0x08, 1, 1, RO);

    /// <summary>0 to 7 are powers of ten from 1 us to 10 s.</summary>
    public static Field<byte> TimeoutScale { get; } = Map.Field<byte>("Commit Timeout Scale", 0x08, 11, 8, HwInit);

    /// <summary>How long a commit takes at most, in units of the scale.</summary>
    public static Field<byte> TimeoutBase { get; } = Map.Field<byte>("Commit Timeout Base", 0x08, 15, 12, HwInit, resetValue: 1);
}
