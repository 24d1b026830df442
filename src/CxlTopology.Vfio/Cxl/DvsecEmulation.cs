using static CxlTopology.Vfio.RegisterRule;

namespace CxlTopology.Vfio;

/// <summary>The device DVSEC as a guest has it: one row a register, offsets from the start of the capability.</summary>
/// <remarks>The device's own control, lock and range registers are never written. What reaches it is Disable Caching, the request to write the cache back, and the memory-clear switch (rfc-v2).</remarks>
public static class DvsecEmulation
{
    /// <summary>Bytes that are looked at: more than the longest DVSEC has.</summary>
    public const int Length = 0x40;

    internal const int Capability = 0x0A;
    internal const int Control = 0x0C;
    internal const int Status = 0x0E;
    internal const int Control2 = 0x10;
    internal const int Status2 = 0x12;
    internal const int Lock = 0x14;
    internal const int Capability2 = 0x16;
    internal const int Range1SizeHigh = 0x18;
    internal const int Range1SizeLow = 0x1C;
    internal const int Range1BaseHigh = 0x20;
    internal const int Range1BaseLow = 0x24;
    internal const int Range2SizeHigh = 0x28;
    internal const int Range2BaseHigh = 0x30;
    internal const int Range2BaseLow = 0x34;
    internal const int Capability3 = 0x38;

    private const uint Locked = 1;
    private const uint IoEnable = 2;
    private const uint ViralStatus = 1 << 14;
    private const uint PreservationError = 1 << 3;
    private const uint DisableCaching = 1;
    private const uint WriteBack = 2;
    private const uint MemoryClear = 8;
    private const uint BaseLowBits = 0xF000_0000;

    /// <summary>The table.</summary>
    public static IReadOnlyList<EmulatedRegister> Registers { get; } =
    [
        new("Extended capability header", 0x00, 4, ReadOnly, ReadOnly, ReadOnly),
        new("DVSEC header 1", 0x04, 4, ReadOnly, ReadOnly, ReadOnly),
        new("DVSEC header 2", 0x08, 2, ReadOnly, ReadOnly, ReadOnly),
        new("Capability", Capability, 2, ReadOnly, ReadOnly, ReadOnly),
        new("Control", Control, 2, ControlRule, ControlRule, ControlRule),
        new("Status", Status, 2, StatusRule, StatusRule, StatusRule),
        new("Control 2", Control2, 2, Control2AsPosted, Control2Rfc, Control2V3),
        new("Status 2", Status2, 2, Status2From(2), Status2From(3), Status2V3),
        new("Lock", Lock, 2, LockRule, LockRule, LockRule),
        new("Capability 2", Capability2, 2, ReadOnly, ReadOnly, ReadOnly),
        new("Range 1 size high", Range1SizeHigh, 4, ReadOnly, ReadOnly, ReadOnly),
        new("Range 1 size low", Range1SizeLow, 4, ReadOnly, ReadOnly, ReadOnly),
        new("Range 1 base high", Range1BaseHigh, 4, Stored, StoredUntilLocked, ReadOnly),
        new("Range 1 base low", Range1BaseLow, 4, StoredHigh, StoredHighUntilLocked, ReadOnly),
        new("Range 2 size high", Range2SizeHigh, 4, ReadOnly, ReadOnly, Zero),
        new("Range 2 size low", 0x2C, 4, ReadOnly, ReadOnly, Zero),
        new("Range 2 base high", Range2BaseHigh, 4, Stored, StoredUntilLocked, Zero),
        new("Range 2 base low", Range2BaseLow, 4, StoredHigh, StoredHighUntilLocked, Zero),
        new("Capability 3", Capability3, 2, ReadOnly, ReadOnly, ReadOnly),
    ];

    private static RegisterRule ControlRule => Shadow(
        "dropped while Lock is set; else stored without bits 13 and 15, and 12 unless Capability 3 has bit 4; bit 1 stays 1",
        (space, before, value) => IsLocked(space) ? before : (value & ~(0xA000u | (Has3(space, 4) ? 0 : 0x1000u))) | IoEnable);

    private static RegisterRule StatusRule => Shadow("a 1 in bit 14 clears it", (_, before, value) => before & ~(value & ViralStatus));

    private static RegisterRule LockRule => Shadow("bit 0 is set by a 1 and stays", (_, before, value) => (before | value) & Locked);

    private static RegisterRule Stored => Shadow("stored, whether locked or not", (_, _, value) => value);

    private static RegisterRule StoredHigh => Shadow("bits 31:28 stored, whether locked or not", (_, _, value) => value & BaseLowBits);

    private static RegisterRule StoredUntilLocked => Shadow("stored unless Lock is set", (space, before, value) => IsLocked(space) ? before : value);

    private static RegisterRule StoredHighUntilLocked => Shadow("bits 31:28 stored unless Lock is set", (space, before, value) => IsLocked(space) ? before : value & BaseLowBits);

    // The posted code masks the request to write back before it looks at it, and writes the device only if something is left: caching, once disabled, stays so.
    private static RegisterRule Control2AsPosted => new(
        "shadow",
        "stored: bits 0 and 3, 4 if Capability 3 has bit 2, 5 if Capability 2 has bit 6; bits 0 and 3 to the device, unless both are 0",
        false,
        async (space, register, value) =>
        {
            uint kept = value & (DisableCaching | MemoryClear | Optional(space, configurability: 2));
            space[register.Offset, 2] = kept;
            if ((kept & (DisableCaching | MemoryClear)) != 0)
                await space.WriteDevice(register.Offset, 2, kept & (DisableCaching | MemoryClear));
        });

    private static RegisterRule Control2Rfc => new(
        "shadow",
        "stored: bits 0 and 3, 4 if Capability 3 has bit 3, 5 if Capability 2 has bit 6; bits 0, 1 and 3 to the device; bit 2 (CXL reset) does nothing",
        false,
        async (space, register, value) =>
        {
            space[register.Offset, 2] = value & (DisableCaching | MemoryClear | Optional(space, configurability: 3));
            await space.WriteDevice(register.Offset, 2, value & (DisableCaching | WriteBack | MemoryClear));
        });

    private static RegisterRule Control2V3 => Shadow(
        "dropped while Lock is set; else stored: bits 0 and 3, 4 if Capability 3 has bit 3, 5 if Capability 2 has bit 6",
        (space, before, value) => IsLocked(space) ? before : value & (DisableCaching | MemoryClear | Optional(space, configurability: 3)));

    private static RegisterRule Status2V3 => Shadow("a 1 in bit 3 clears it", (_, before, value) => before & ~(value & PreservationError));

    private static RegisterRule Status2From(int configurability) => new(
        "device",
        $"a 1 in bit 3 goes to the device if Capability 3 has bit {configurability}",
        true,
        (space, register, value) => (value & PreservationError) != 0 && Has3(space, configurability)
            ? space.WriteDevice(register.Offset, 2, PreservationError)
            : Task.CompletedTask);

    private static uint Optional(EmulatedSpace space, int configurability) =>
        (Has3(space, configurability) ? 0x10u : 0) | ((space[Capability2, 2] & 0x40) != 0 ? 0x20u : 0);

    private static bool Has3(EmulatedSpace space, int bit) => (space[Capability3, 2] >> bit & 1) != 0;

    private static bool IsLocked(EmulatedSpace space) => (space[Lock, 2] & Locked) != 0;
}
