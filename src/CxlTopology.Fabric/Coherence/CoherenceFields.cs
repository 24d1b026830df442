using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Where a message of the kernel keeps the fields of CXL.cache and of CXL.mem's coherence.</summary>
/// <remarks>
/// The class byte holds the opcode with bit 7 set: a message without that bit is a plain read or write of CXL.mem. Spacing, which only bursts use, holds the rest: of M2S the
/// metadata and the snoop type, of S2M the completion that goes with data, of CXL.cache states and the cache id; of back-invalidates the id of the device.
/// </remarks>
internal static class CoherenceFields
{
    private const byte Coherent = 0x80;
    private const int IdShift = 4;
    private const ushort OwnMemory = 1;
    private const ushort Bogus = 2;

    /// <summary>Whether the message has an opcode of its own.</summary>
    public static bool IsCoherent(in Message message) => (message.Class & Coherent) != 0;

    /// <summary>The opcode.</summary>
    public static int Opcode(in Message message) => message.Class & ~Coherent;

    /// <summary>Sets the opcode.</summary>
    public static void SetOpcode(ref Message message, int opcode) => message.Class = (byte)(opcode | Coherent);

    /// <summary>Whether a completion acknowledges a conflict.</summary>
    public static bool IsConflictAck(in Message message) => message.Class == ((byte)S2MCompletion.BIConflictAck | Coherent);

    /// <summary>Whether a request of CXL.mem answers one of the device's own: nothing comes back.</summary>
    public static bool IsForward(in Message message) =>
        IsCoherent(message) && Opcode(message) is (int)M2SRequest.MemRdFwd or (int)M2SRequest.MemWrFwd;

    /// <summary>Whether a request of CXL.mem is only a hint (MemSpecRd): nothing comes back, and the device may drop it.</summary>
    public static bool IsHint(in Message message) => message.Class == ((byte)M2SRequest.MemSpecRd | Coherent);

    /// <summary>Sets what a request of CXL.mem says of the line's state.</summary>
    public static void SetMeta(ref Message message, MetaField field, MetaValue value, SnoopType snoop) =>
        message.Spacing = (ushort)((int)field | (int)value << 2 | (int)snoop << 4);

    /// <summary>The metadata of a request of CXL.mem.</summary>
    public static MetaField MetaField(in Message message) => (MetaField)(message.Spacing & 3);

    /// <summary>What the host says that it will hold.</summary>
    public static MetaValue MetaValue(in Message message) => (MetaValue)(message.Spacing >> 2 & 3);

    /// <summary>What the device is to do to its cache.</summary>
    public static SnoopType SnoopType(in Message message) => (SnoopType)(message.Spacing >> 4 & 3);

    /// <summary>Gives data the completion that leaves in the same flit.</summary>
    public static void SetCompletion(ref Message message, S2MCompletion completion) => message.Spacing = (ushort)((int)completion + 1);

    /// <summary>The completion that goes with data; false if none does.</summary>
    public static bool HasCompletion(in Message message, out S2MCompletion completion)
    {
        completion = (S2MCompletion)(message.Spacing - 1);
        return message.Spacing != 0;
    }

    /// <summary>Sets the cache id of a CXL.cache message, or the id that a back-invalidate's answer finds its way by.</summary>
    public static void SetId(ref Message message, int id, bool ownMemory = false, bool bogus = false) =>
        message.Spacing = (ushort)(id << IdShift | (ownMemory ? OwnMemory : 0) | (bogus ? Bogus : 0));

    /// <summary>Gives a message another id, and leaves what else it says.</summary>
    public static void Renumber(ref Message message, int id) => message.Spacing = (ushort)(id << IdShift | (message.Spacing & ((1 << IdShift) - 1)));

    /// <summary>The id that the way back is found by.</summary>
    public static int Id(in Message message) => message.Spacing >> IdShift;

    /// <summary>What the host's address map says of a device's request: the line is of the requester's own HDM-D memory.</summary>
    public static bool IsOwnMemory(in Message message) => (message.Spacing & OwnMemory) != 0;

    /// <summary>Whether data that was pulled is stale.</summary>
    public static bool IsBogus(in Message message) => (message.Spacing & Bogus) != 0;
}
