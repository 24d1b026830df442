using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>
/// The CXL Timeout and Isolation capability, id 9: what a root port does when requests are not answered or its link goes down.
/// </summary>
public static class TimeoutIsolationRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("CXL timeout and isolation capability", length: 0x10, spec: "CXL 3.0 §8.2.4.23");

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Bit n: range A to D. All by default.</summary>
    public static Field<byte> MemTimeoutRanges { get; } =
        Map.Field<byte>("CXL.mem Transaction Timeout Ranges Supported", 0x00, 3, 0, HwInit, resetValue: 0xF);

    /// <summary>There is a timeout.</summary>
    public static Field<bool> MemTimeoutSupported { get; } =
        Map.Field<bool>("CXL.mem Transaction Timeout Supported", 0x00, 4, 4, HwInit, resetValue: true);

    /// <summary>As for CXL.mem; none.</summary>
    public static Field<byte> CacheTimeoutRanges { get; } =
        Map.Field<byte>("CXL.cache Transaction Timeout Ranges Supported", 0x00, 11, 8, HwInit);

    /// <summary>There is none for CXL.cache.</summary>
    public static Field<bool> CacheTimeoutSupported { get; } =
        Map.Field<bool>("CXL.cache Transaction Timeout Supported", 0x00, 12, 12, HwInit);

    /// <summary>The port can answer for what is below.</summary>
    public static Field<bool> MemIsolationSupported { get; } =
        Map.Field<bool>("CXL.mem Isolation Supported", 0x00, 16, 16, HwInit, resetValue: true);

    /// <summary>And do so when the link goes down.</summary>
    public static Field<bool> MemIsolationOnLinkDownSupported { get; } =
        Map.Field<bool>("CXL.mem Isolation Link down Supported", 0x00, 17, 17, HwInit, resetValue: true);

    /// <summary>Not for CXL.cache.</summary>
    public static Field<bool> CacheIsolationSupported { get; } = Map.Field<bool>("CXL.cache Isolation Supported", 0x00, 18, 18, HwInit);

    /// <summary>Not for CXL.cache.</summary>
    public static Field<bool> CacheIsolationOnLinkDownSupported { get; } =
        Map.Field<bool>("CXL.cache Isolation Link down Supported", 0x00, 19, 19, HwInit);

    /// <summary>Isolation can be told as a correctable error. Not supported.</summary>
    public static Field<bool> ErrCorSupported { get; } = Map.Field<bool>("Isolation ERR_COR Signaling Supported", 0x00, 25, 25, HwInit);

    /// <summary>Isolation can interrupt.</summary>
    public static Field<bool> InterruptSupported { get; } =
        Map.Field<bool>("Isolation Interrupt Supported", 0x00, 26, 26, HwInit, resetValue: true);

    /// <summary>By this vector.</summary>
    public static Field<byte> InterruptMessage { get; } = Map.Field<byte>("Isolation Interrupt Message Number", 0x00, 31, 27, HwInit);

    /// <summary>Codes 0, 1, 2 are in range A (0 the default), 5, 6 in B, 9, 10 in C, 13, 14 in D; the others are reserved.</summary>
    public static Field<byte> MemTimeoutValue { get; } = Map.Field<byte>("CXL.mem Transaction Timeout Value", 0x08, 3, 0, RW);

    /// <summary>Time requests out.</summary>
    public static Field<bool> MemTimeoutEnable { get; } = Map.Field<bool>("CXL.mem Transaction Timeout Enable", 0x08, 4, 4, RW);

    /// <summary>Isolate on a timeout.</summary>
    public static Field<bool> MemIsolationEnable { get; } = Map.Field<bool>("CXL.mem Isolation Enable", 0x08, 16, 16, RW);

    /// <summary>Isolate when the link goes down.</summary>
    public static Field<bool> MemIsolationOnLinkDown { get; } = Map.Field<bool>("CXL.mem Isolation Link down Enable", 0x08, 17, 17, RW);

    /// <summary>Interrupt on isolation.</summary>
    public static Field<bool> InterruptEnable { get; } = Map.Field<bool>("Isolation Interrupt Enable", 0x08, 26, 26, RW);

    /// <summary>A request timed out.</summary>
    public static Field<bool> MemTimeout { get; } = Map.Field<bool>("CXL.mem Transaction Timeout", 0x0C, 0, 0, RW1CS);

    /// <summary>A CXL.cache request timed out.</summary>
    public static Field<bool> CacheTimeout { get; } = Map.Field<bool>("CXL.cache Transaction Timeout", 0x0C, 4, 4, RW1CS);

    /// <summary>The port is isolated; software clears it after recovery.</summary>
    public static Field<bool> MemIsolation { get; } = Map.Field<bool>("CXL.mem Isolation Status", 0x0C, 8, 8, RW1CS);

    /// <summary>It is because the link went down.</summary>
    public static Field<bool> MemIsolationLinkDown { get; } = Map.Field<bool>("CXL.mem Isolation Link down Status", 0x0C, 9, 9, RW1CS);

    /// <summary>CXL.cache is isolated.</summary>
    public static Field<bool> CacheIsolation { get; } = Map.Field<bool>("CXL.cache Isolation Status", 0x0C, 12, 12, RW1CS);

    /// <summary>It is because the link went down.</summary>
    public static Field<bool> CacheIsolationLinkDown { get; } =
        Map.Field<bool>("CXL.cache Isolation Link down Status", 0x0C, 13, 13, RW1CS);

    /// <summary>Isolation is going on; do not leave it yet.</summary>
    public static Field<bool> Busy { get; } = Map.Field<bool>("CXL RP Busy", 0x0C, 14, 14, RO);
}
