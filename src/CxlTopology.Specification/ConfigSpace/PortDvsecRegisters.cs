using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The CXL Extensions DVSEC for Ports, id 3: what root ports and downstream ports do beyond PCI Express.</summary>
public static class PortDvsecRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = Dvsec.NewMap("CXL Extensions DVSEC for Ports", 0x28, "CXL 3.1 §8.1.5", revision: 0, id: 3);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>The component below finished power management initialization.</summary>
    public static Field<bool> PmInitComplete { get; } = Map.Field<bool>("Port Power Management Initialization Complete", 0x0A, 0, 0, RO);

    /// <summary>The port is or was viral.</summary>
    public static Field<bool> ViralStatus { get; } = Map.Field<bool>("Viral Status", 0x0A, 14, 14, RW1CS);

    /// <summary>Secondary Bus Reset in Bridge Control works. While 0, the default, it does nothing on a CXL link.</summary>
    public static Field<bool> UnmaskSbr { get; } = Map.Field<bool>("Unmask SBR", 0x0C, 0, 0, RW);

    /// <summary>Link Disable works. While 0, the default, it does nothing on a CXL link.</summary>
    public static Field<bool> UnmaskLinkDisable { get; } = Map.Field<bool>("Unmask Link Disable", 0x0C, 1, 1, RW);

    /// <summary>The alternate windows and bus numbers are claimed as well.</summary>
    public static Field<bool> AlternateEnable { get; } = Map.Field<bool>("Alt Memory and ID Space Enable", 0x0C, 2, 2, RW);

    /// <summary>Requests from the alternate bus numbers go up.</summary>
    public static Field<bool> AlternateBusMaster { get; } = Map.Field<bool>("Alt BME", 0x0C, 3, 3, RW);

    /// <summary>Unordered IO reaches HDM. Reads 0: not supported.</summary>
    public static Field<bool> UioToHdm { get; } = Map.Field<bool>("UIO To HDM Enable", 0x0C, 4, 4, RO);

    /// <summary>Turn viral on an uncorrectable fatal error.</summary>
    public static Field<bool> ViralEnable { get; } = Map.Field<bool>("Viral Enable", 0x0C, 14, 14, RW);

    /// <summary>First alternate bus number.</summary>
    public static Field<byte> AlternateBusBase { get; } = Map.Field<byte>("Alternate Bus Base", 0x0E, 7, 0, RW);

    /// <summary>Last alternate bus number.</summary>
    public static Field<byte> AlternateBusLimit { get; } = Map.Field<byte>("Alternate Bus Limit", 0x0E, 15, 8, RW);

    /// <summary>Bits 31:20 of the first alternate address.</summary>
    public static Field<ushort> AlternateMemoryBase { get; } = Map.Field<ushort>("Alternate Memory Base", 0x10, 15, 4, RW);

    /// <summary>Bits 31:20 of the last one.</summary>
    public static Field<ushort> AlternateMemoryLimit { get; } = Map.Field<ushort>("Alternate Memory Limit", 0x12, 15, 4, RW);

    /// <summary>Bits 31:20 of the first prefetchable one.</summary>
    public static Field<ushort> AlternatePrefetchableBase { get; } =
        Map.Field<ushort>("Alternate Prefetchable Memory Base", 0x14, 15, 4, RW);

    /// <summary>Bits 31:20 of the last one.</summary>
    public static Field<ushort> AlternatePrefetchableLimit { get; } =
        Map.Field<ushort>("Alternate Prefetchable Memory Limit", 0x16, 15, 4, RW);

    /// <summary>Bits 63:32 of the first one.</summary>
    public static Field<uint> AlternatePrefetchableBaseHigh { get; } =
        Map.Field<uint>("Alternate Prefetchable Memory Base High", 0x18, 31, 0, RW);

    /// <summary>Bits 63:32 of the last one.</summary>
    public static Field<uint> AlternatePrefetchableLimitHigh { get; } =
        Map.Field<uint>("Alternate Prefetchable Memory Limit High", 0x1C, 31, 0, RW);

    /// <summary>The port answers at an RCRB as well.</summary>
    public static Field<bool> RcrbEnable { get; } = Map.Field<bool>("CXL RCRB Enable", 0x20, 0, 0, RW);

    /// <summary>Bits 31:13 of its address.</summary>
    public static Field<uint> RcrbBase { get; } = Map.Field<uint>("CXL RCRB Base Address Low", 0x20, 31, 13, RW);

    /// <summary>Bits 63:32 of it.</summary>
    public static Field<uint> RcrbBaseHigh { get; } = Map.Field<uint>("CXL RCRB Base High", 0x24, 31, 0, RW);
}
