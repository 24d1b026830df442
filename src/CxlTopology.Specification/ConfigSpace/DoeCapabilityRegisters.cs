using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The Data Object Exchange extended capability, id 0x2E: the registers. What they do is that of <see cref="DoeMailbox"/>.</summary>
public static class DoeCapabilityRegisters
{
    /// <summary>Offset of the capability register.</summary>
    public const int CapabilityOffset = 0x04;

    /// <summary>Offset of the control register.</summary>
    public const int ControlOffset = 0x08;

    /// <summary>Offset of the status register.</summary>
    public const int StatusOffset = 0x0C;

    /// <summary>Offset of the mailbox that requests are written to.</summary>
    public const int WriteMailboxOffset = 0x10;

    /// <summary>Offset of the mailbox that responses are read from.</summary>
    public const int ReadMailboxOffset = 0x14;

    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = PciExtendedCapability.NewMap(
        "Data Object Exchange capability", 0x18, "PCI Express, Data Object Exchange capability", id: 0x002E, version: 1);

    // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.

    /// <summary>The mailbox can interrupt.</summary>
    public static Field<bool> InterruptSupport { get; } = Map.Field<bool>("DOE Interrupt Support", CapabilityOffset, 0, 0, HwInit);

    /// <summary>The vector it interrupts by.</summary>
    public static Field<ushort> InterruptMessage { get; } = Map.Field<ushort>("DOE Interrupt Message Number", CapabilityOffset, 11, 1, HwInit);

    /// <summary>Asks for the exchange to be dropped: busy, error and ready clear, both mailboxes empty.</summary>
    public static Field<bool> Abort { get; } = Map.Field<bool>("DOE Abort", ControlOffset, 0, 0, WO);

    /// <summary>Interrupt when an object is ready or an error happened.</summary>
    public static Field<bool> InterruptEnable { get; } = Map.Field<bool>("DOE Interrupt Enable", ControlOffset, 1, 1, RW);

    /// <summary>The request is complete; process it.</summary>
    public static Field<bool> Go { get; } = Map.Field<bool>("DOE Go", ControlOffset, 31, 31, WO);

    /// <summary>The mailbox takes no request at present.</summary>
    public static Field<bool> Busy { get; } = Map.Field<bool>("DOE Busy", StatusOffset, 0, 0, RO);

    /// <summary>It interrupted.</summary>
    public static Field<bool> InterruptStatus { get; } = Map.Field<bool>("DOE Interrupt Status", StatusOffset, 1, 1, RW1C);

    /// <summary>An internal error, or a mailbox overflow or underflow. Cleared by abort.</summary>
    public static Field<bool> Error { get; } = Map.Field<bool>("DOE Error", StatusOffset, 2, 2, RO);

    /// <summary>An answer can be read.</summary>
    public static Field<bool> Ready { get; } = Map.Field<bool>("Data Object Ready", StatusOffset, 31, 31, RO);

    /// <summary>Each write appends a dword to the request.</summary>
    public static Field<uint> WriteMailbox { get; } = Map.Field<uint>("DOE Write Data Mailbox", WriteMailboxOffset, 31, 0, WO);

    /// <summary>The current dword of the answer; a write of any value goes on to the next.</summary>
    public static Field<uint> ReadMailbox { get; } = Map.Field<uint>("DOE Read Data Mailbox", ReadMailboxOffset, 31, 0, RO);
}
