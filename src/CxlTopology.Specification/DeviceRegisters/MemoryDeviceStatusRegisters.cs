using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>Memory device status, capability id 0x4000: whether the media and the mailbox can be used.</summary>
public static class MemoryDeviceStatusRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("CXL memory device status", length: 0x08, spec: "CXL 2.0 §8.2.8.5.1.1");

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>The device failed and needs a reset.</summary>
    public static Field<bool> DeviceFatal { get; } = Map.Field<bool>("Device Fatal", 0x00, 0, 0, RO);

    /// <summary>Its firmware stopped.</summary>
    public static Field<bool> FirmwareHalt { get; } = Map.Field<bool>("FW Halt", 0x00, 1, 1, RO);

    /// <summary>Whether the media can be used.</summary>
    public static Field<MediaStatus> MediaStatus { get; } = Map.Field<MediaStatus>("Media Status", 0x00, 3, 2, RO);

    /// <summary>Commands are taken.</summary>
    public static Field<bool> MailboxReady { get; } = Map.Field<bool>("Mailbox Interfaces Ready", 0x00, 4, 4, RO);

    /// <summary>0 none, 1 cold, 2 warm, 3 hot, 4 CXL reset.</summary>
    public static Field<byte> ResetNeeded { get; } = Map.Field<byte>("Reset Needed", 0x00, 7, 5, RO);
}
