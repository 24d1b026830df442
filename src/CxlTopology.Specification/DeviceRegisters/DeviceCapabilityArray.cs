using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>
/// The array at the start of the device registers: which blocks there are, and where. Status, primary mailbox, memory device status.
/// </summary>
public static class DeviceCapabilityArray
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("CXL device capabilities array", length: 0x40, spec: "CXL 2.0 §8.2.8.1, §8.2.8.2");

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>0: the array.</summary>
    public static Field<ushort> Id { get; } = Map.Field<ushort>("Capability ID", 0x00, 15, 0, HwInit);

    /// <summary>Its version: 1.</summary>
    public static Field<byte> Version { get; } = Map.Field<byte>("Version", 0x00, 23, 16, HwInit, resetValue: 1);

    /// <summary>1: a memory device.</summary>
    public static Field<byte> Type { get; } = Map.Field<byte>("Type", 0x00, 27, 24, HwInit, resetValue: 1);

    /// <summary>Blocks.</summary>
    public static Field<ushort> Count { get; } = Map.Field<ushort>("Capabilities Count", 0x04, 15, 0, HwInit, resetValue: 3);

    /// <summary>Id of the block: 0x1.</summary>
    public static Field<ushort> StatusId { get; } = Map.Field<ushort>("Status Capability ID", 0x10, 15, 0, HwInit, resetValue: 1);

    /// <summary>Its version.</summary>
    public static Field<byte> StatusVersion { get; } = Map.Field<byte>("Status Version", 0x10, 23, 16, HwInit, resetValue: 1);

    /// <summary>Bytes from the start of the device registers.</summary>
    public static Field<uint> StatusOffset { get; } = Map.Field<uint>("Status Offset", 0x14, 31, 0, HwInit);

    /// <summary>Bytes of the block.</summary>
    public static Field<uint> StatusLength { get; } = Map.Field<uint>("Status Length", 0x18, 31, 0, HwInit);

    /// <summary>Id of the block: 0x2.</summary>
    public static Field<ushort> MailboxId { get; } = Map.Field<ushort>("Mailbox Capability ID", 0x20, 15, 0, HwInit, resetValue: 2);

    /// <summary>Its version.</summary>
    public static Field<byte> MailboxVersion { get; } = Map.Field<byte>("Mailbox Version", 0x20, 23, 16, HwInit, resetValue: 1);

    /// <summary>Bytes from the start of the device registers.</summary>
    public static Field<uint> MailboxOffset { get; } = Map.Field<uint>("Mailbox Offset", 0x24, 31, 0, HwInit);

    /// <summary>Bytes of the block.</summary>
    public static Field<uint> MailboxLength { get; } = Map.Field<uint>("Mailbox Length", 0x28, 31, 0, HwInit);

    /// <summary>Id of the block: 0x4000.</summary>
    public static Field<ushort> MemoryDeviceId { get; } =
        Map.Field<ushort>("MemoryDevice Capability ID", 0x30, 15, 0, HwInit, resetValue: 0x4000);

    /// <summary>Its version.</summary>
    public static Field<byte> MemoryDeviceVersion { get; } = Map.Field<byte>("MemoryDevice Version", 0x30, 23, 16, HwInit, resetValue: 1);

    /// <summary>Bytes from the start of the device registers.</summary>
    public static Field<uint> MemoryDeviceOffset { get; } = Map.Field<uint>("MemoryDevice Offset", 0x34, 31, 0, HwInit);

    /// <summary>Bytes of the block.</summary>
    public static Field<uint> MemoryDeviceLength { get; } = Map.Field<uint>("MemoryDevice Length", 0x38, 31, 0, HwInit);
}
