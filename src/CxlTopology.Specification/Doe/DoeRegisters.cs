using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The registers of a data object exchange (DOE) mailbox, offsets from the head of its extended capability (id 0x2E).</summary>
/// <remarks>
/// Where writing is a command (Abort, GO, both mailboxes) and what is read is not what was written, the row says RO: the command is
/// <see cref="DoeMailbox"/>'s. The capability's header, at 0, is that of the configuration space.
/// </remarks>
public static class DoeRegisters
{
    /// <summary>The id of the extended capability: 0x2E.</summary>
    public const ushort CapabilityId = 0x2E;

    /// <summary>Bytes of the capability, its header included: 0x18.</summary>
    public const int Length = 0x18;

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

    /// <summary>The table.</summary>
    public static RegisterMap Map { get; } = new("Data object exchange", Length, spec: "PCIe 6.0 §6.30");

    // Each row: name, offset, msb, lsb, access.

    /// <summary>The mailbox can interrupt.</summary>
    public static Field<bool> InterruptSupport { get; } = Map.Field<bool>("Interrupt Support", CapabilityOffset, 0, 0, HwInit);

    /// <summary>The MSI or MSI-X vector it does so with.</summary>
    public static Field<ushort> InterruptMessageNumber { get; } =
        Map.Field<ushort>("Interrupt Message Number", CapabilityOffset, 11, 1, HwInit);

    /// <summary>A one written aborts what is under way. Reads 0.</summary>
    public static Field<bool> Abort { get; } = Map.Field<bool>("Abort", ControlOffset, 0, 0, RO);

    /// <summary>Whether a response or an error interrupts.</summary>
    public static Field<bool> InterruptEnable { get; } = Map.Field<bool>("Interrupt Enable", ControlOffset, 1, 1, RW);

    /// <summary>A one written hands the request over. Reads 0.</summary>
    public static Field<bool> Go { get; } = Map.Field<bool>("GO", ControlOffset, 31, 31, RO);

    /// <summary>A request is being looked at.</summary>
    public static Field<bool> Busy { get; } = Map.Field<bool>("Busy", StatusOffset, 0, 0, RO);

    /// <summary>There was an interrupt.</summary>
    public static Field<bool> InterruptStatus { get; } = Map.Field<bool>("Interrupt Status", StatusOffset, 1, 1, RW1C);

    /// <summary>The mailbox was misused; only an abort gets it going again.</summary>
    public static Field<bool> Error { get; } = Map.Field<bool>("Error", StatusOffset, 2, 2, RO);

    /// <summary>A response waits to be read.</summary>
    public static Field<bool> Ready { get; } = Map.Field<bool>("Data Object Ready", StatusOffset, 31, 31, RO);

    /// <summary>Each write appends a dword to the request. Reads 0.</summary>
    public static Field<uint> WriteMailbox { get; } = Map.Field<uint>("Write Data Mailbox", WriteMailboxOffset, 31, 0, RO);

    /// <summary>The current dword of the response; a write of anything goes on to the next.</summary>
    public static Field<uint> ReadMailbox { get; } = Map.Field<uint>("Read Data Mailbox", ReadMailboxOffset, 31, 0, RO);
}
