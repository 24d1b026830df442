using CxlTopology.Specification;
using static CxlTopology.Vfio.RegisterRule;

namespace CxlTopology.Vfio;

/// <summary>The HDM decoders as a guest has them: one row a register, offsets from the start of the HDM decoder capability. The device's own decoders are never touched.</summary>
public static class HdmEmulation
{
    internal const uint LockOnCommit = 1 << 8;
    internal const uint Commit = 1 << 9;
    internal const uint Committed = 1 << 10;
    private const uint ReadOnlyBits = 7 << 10; // committed, error, target range type
    private const uint AlwaysReserved = 0xF0FF_8000;
    private const uint UioBits = 1 << 14 | 0xF << 24;
    private const uint HighBits = 0xF000_0000;

    /// <summary>The rows before the first decoder.</summary>
    public static IReadOnlyList<EmulatedRegister> Head { get; } =
    [
        new("HDM decoder capability", 0x00, 4, null, null, ReadOnly),
        new("HDM decoder global control", 0x04, 4, GlobalControl, GlobalControl, GlobalControl),
        new("Reserved", 0x08, 4, null, null, Zero),
        new("Reserved", 0x0C, 4, null, null, Zero),
    ];

    /// <summary>The rows of a decoder.</summary>
    public static IReadOnlyList<EmulatedRegister> Decoder { get; } =
    [
        new("Base low", 0x00, 4, StoreHigh, StoreHighUncommitted, StoreHighUnlocked),
        new("Base high", 0x04, 4, Store, StoreUncommitted, StoreUnlocked),
        new("Size low", 0x08, 4, StoreHigh, StoreHighUncommitted, StoreHighUnlocked),
        new("Size high", 0x0C, 4, Store, StoreUncommitted, StoreUnlocked),
        new("Control", 0x10, 4, ControlAsPosted, ControlRfc, ControlV3),
        new("DPA skip low", 0x14, 4, ReadOnly, ReadOnly, ReadOnly),
        new("DPA skip high", 0x18, 4, ReadOnly, ReadOnly, ReadOnly),
        new("Reserved", 0x1C, 4, ReadOnly, ReadOnly, Zero),
    ];

    private static RegisterRule GlobalControl => Shadow(
        "bit 1 stored, bit 0 if the capability has bit 10", (space, _, value) => value & ((space[0, 4] >> 10 & 1) != 0 ? 3u : 2u));

    private static RegisterRule Store => Shadow("stored, whether committed or not", (_, _, value) => value);

    private static RegisterRule StoreHigh => Shadow("bits 31:28 stored, whether committed or not", (_, _, value) => value & HighBits);

    private static RegisterRule StoreUncommitted => Guarded("stored unless committed", Committed, uint.MaxValue);

    private static RegisterRule StoreHighUncommitted => Guarded("bits 31:28 stored unless committed", Committed, HighBits);

    private static RegisterRule StoreUnlocked => Guarded("stored unless committed or locked", Committed | LockOnCommit, uint.MaxValue);

    private static RegisterRule StoreHighUnlocked => Guarded("bits 31:28 stored unless committed or locked", Committed | LockOnCommit, HighBits);

    private static RegisterRule ControlAsPosted => Shadow(
        "dropped if Lock On Commit is set, committed or not; else stored without reserved bits, bits 12:10 kept; Committed becomes Commit",
        (space, before, value) => (before & LockOnCommit) != 0 ? before : Mirror(Clean(space, before, value)));

    private static RegisterRule ControlRfc => Shadow(
        "dropped if committed and locked; if committed, only clearing Commit counts, and clears Committed; else stored without reserved bits, bits 12:10 kept; Committed becomes Commit",
        (space, before, value) => (before & Committed) == 0
            ? Mirror(Clean(space, before, value))
            : (before & LockOnCommit) != 0 || (value & Commit) != 0 ? before : before & ~(Commit | Committed));

    private static RegisterRule ControlV3 => Shadow(
        "if committed, only clearing Commit counts, and clears Committed and Lock On Commit; else stored without reserved bits, bits 12:10 kept; Committed becomes Commit",
        (space, before, value) => (before & Committed) == 0
            ? Mirror(Clean(space, before, value))
            : (value & Commit) != 0 ? before : before & ~(LockOnCommit | Commit | Committed));

    /// <summary>The rows of a capability.</summary>
    /// <param name="decoders">How many decoders it has.</param>
    public static IReadOnlyList<EmulatedRegister> Registers(int decoders)
    {
        var rows = new List<EmulatedRegister>(Head);
        for (int decoder = 0; decoder < decoders; decoder++)
        {
            foreach (EmulatedRegister row in Decoder)
                rows.Add(row with { Name = $"Decoder {decoder} {char.ToLowerInvariant(row.Name[0])}{row.Name[1..]}", Offset = HdmCapabilityRegisters.DecoderOffset(decoder) + row.Offset });
        }

        return rows;
    }

    private static RegisterRule Guarded(string writes, uint guards, uint bits) => new("shadow", writes, false, (space, register, value) =>
    {
        int decoder = (register.Offset - HdmCapabilityRegisters.FirstDecoder) / HdmCapabilityRegisters.DecoderLength;
        if ((space[HdmCapabilityRegisters.DecoderOffset(decoder) + HdmDecoderRegisters.ControlOffset, 4] & guards) == 0)
            space[register.Offset, 4] = value & bits;
        return Task.CompletedTask;
    });

    private static uint Clean(EmulatedSpace space, uint before, uint value)
    {
        bool uio = (space[0, 4] >> 13 & 1) != 0;
        return (value & ~(ReadOnlyBits | AlwaysReserved | (uio ? 0 : UioBits))) | (before & ReadOnlyBits);
    }

    private static uint Mirror(uint control) => (control & Commit) != 0 ? control | Committed : control & ~Committed;
}
