using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The primary mailbox, capability id 2, without its payload, which follows at 0x20.</summary>
public static class MailboxRegisters
{
    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("CXL mailbox", length: 0x20, spec: "CXL 2.0 §8.2.8.4");

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>Its logarithm: 8 (256 bytes) to 20 (1 MiB).</summary>
    public static Field<byte> PayloadSize { get; } = Map.Field<byte>("Payload Size", 0x00, 4, 0, HwInit);

    /// <summary>Completion can interrupt.</summary>
    public static Field<bool> DoorbellInterruptCapable { get; } = Map.Field<bool>("MB Doorbell Interrupt Capable", 0x00, 5, 5, HwInit);

    /// <summary>Background completion can interrupt.</summary>
    public static Field<bool> BackgroundInterruptCapable { get; } =
        Map.Field<bool>("Background Command Complete Interrupt Capable", 0x00, 6, 6, HwInit);

    /// <summary>By this vector.</summary>
    public static Field<byte> InterruptMessage { get; } = Map.Field<byte>("Interrupt Message Number", 0x00, 10, 7, HwInit);

    /// <summary>Seconds after a reset until the mailbox is ready; 0 not told.</summary>
    public static Field<byte> ReadyTime { get; } = Map.Field<byte>("Mailbox Ready Time", 0x00, 18, 11, HwInit);

    /// <summary>0 not told, 1 memory device.</summary>
    public static Field<byte> Type { get; } = Map.Field<byte>("Type", 0x00, 22, 19, HwInit);

    /// <summary>
    /// Set by software when a command is ready, cleared by the device when it is done. <see cref="DeviceRegisterPort"/> keeps it from being
    /// cleared.
    /// </summary>
    public static Field<bool> Doorbell { get; } = Map.Field<bool>("Doorbell", 0x04, 0, 0, RW);

    /// <summary>Interrupt on completion.</summary>
    public static Field<bool> DoorbellInterrupt { get; } = Map.Field<bool>("MB Doorbell Interrupt", 0x04, 1, 1, RW);

    /// <summary>Interrupt on background completion.</summary>
    public static Field<bool> BackgroundInterrupt { get; } = Map.Field<bool>("Background Command Complete Interrupt", 0x04, 2, 2, RW);

    /// <summary>The command.</summary>
    public static Field<ushort> Opcode { get; } = Map.Field<ushort>("Command Opcode", 0x08, 15, 0, RW);

    /// <summary>Bytes of its payload; after completion of the answer. Low bits.</summary>
    public static Field<ushort> LengthLow { get; } = Map.Field<ushort>("Payload Length (15:0)", 0x08, 31, 16, RW);

    /// <summary>High bits of them.</summary>
    public static Field<byte> LengthHigh { get; } = Map.Field<byte>("Payload Length (20:16)", 0x0C, 4, 0, RW);

    /// <summary>A background command is running.</summary>
    public static Field<bool> BackgroundRunning { get; } = Map.Field<bool>("Background Operation", 0x10, 0, 0, RO);

    /// <summary>How the last command ended.</summary>
    public static Field<MailboxReturnCode> ReturnCode { get; } = Map.Field<MailboxReturnCode>("Return Code", 0x14, 15, 0, RO);

    /// <summary>More on it; 0.</summary>
    public static Field<ushort> VendorStatus { get; } = Map.Field<ushort>("Vendor Specific Extended Status", 0x14, 31, 16, RO);

    /// <summary>The last background command.</summary>
    public static Field<ushort> BackgroundOpcode { get; } = Map.Field<ushort>("Background Command Opcode", 0x18, 15, 0, RO);

    /// <summary>How far it is.</summary>
    public static Field<byte> BackgroundPercentage { get; } = Map.Field<byte>("Percentage Complete", 0x18, 22, 16, RO);

    /// <summary>How it ended.</summary>
    public static Field<MailboxReturnCode> BackgroundReturnCode { get; } =
        Map.Field<MailboxReturnCode>("Background Return Code", 0x1C, 15, 0, RO);

    /// <summary>More on it; 0.</summary>
    public static Field<ushort> BackgroundVendorStatus { get; } =
        Map.Field<ushort>("Background Vendor Specific Extended Status", 0x1C, 31, 16, RO);

    /// <summary>Bytes of payload the command register says.</summary>
    public static int PayloadLength(RegisterView view) => view.Get(LengthLow) | (view.Get(LengthHigh) << 16);

    /// <summary>Says how many bytes the answer has.</summary>
    public static void SetPayloadLength(RegisterView view, int length)
    {
        view.Set(LengthLow, (ushort)length);
        view.Set(LengthHigh, (byte)(length >> 16));
    }
}
