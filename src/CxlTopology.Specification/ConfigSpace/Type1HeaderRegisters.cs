using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The header of a bridge, type 1: root ports and the ports of switches.</summary>
/// <remarks>
/// No I/O window: those registers read 0. The windows are what a bridge forwards downwards (<see cref="MemoryWindow"/>, <see
/// cref="PrefetchableWindow"/>).
/// </remarks>
public sealed class Type1HeaderRegisters : HeaderRegisters
{
    /// <summary>The table of a kind of port.</summary>
    /// <param name="component">What it is, for the name of the table.</param>
    /// <param name="identity">What it says it is.</param>
    /// <param name="bars">Its base address registers, ascending.</param>
    /// <param name="multiFunction">Whether the device has more functions.</param>
    /// <exception cref="ArgumentException">The base address registers overlap or have no possible size.</exception>
    public Type1HeaderRegisters(
        string component, PciIdentity identity, IReadOnlyList<BaseAddressRegister> bars, bool multiFunction = false)
        : base(component, type: 1, identity, bars, barsMax: 2, multiFunction)
    {
    }

    /// <summary>The bus above.</summary>
    public Field<byte> PrimaryBus { get; private set; } = null!;

    /// <summary>The bus below; 0 while nobody has numbered it.</summary>
    public Field<byte> SecondaryBus { get; private set; } = null!;

    /// <summary>The highest bus number below.</summary>
    public Field<byte> SubordinateBus { get; private set; } = null!;

    /// <summary>Poison was sent or received below.</summary>
    public Field<bool> SecondaryMasterDataParity { get; private set; } = null!;

    /// <summary>A request from below was completed with completer abort.</summary>
    public Field<bool> SecondarySignaledTargetAbort { get; private set; } = null!;

    /// <summary>A completion from below said completer abort.</summary>
    public Field<bool> SecondaryReceivedTargetAbort { get; private set; } = null!;

    /// <summary>A completion from below said unsupported request.</summary>
    public Field<bool> SecondaryReceivedMasterAbort { get; private set; } = null!;

    /// <summary>An error message came from below.</summary>
    public Field<bool> SecondaryReceivedSystemError { get; private set; } = null!;

    /// <summary>Poison came from below.</summary>
    public Field<bool> SecondaryDetectedParity { get; private set; } = null!;

    /// <summary>Bits 31:20 of the first address of the window. After reset the window is closed.</summary>
    public Field<ushort> MemoryBase { get; private set; } = null!;

    /// <summary>Bits 31:20 of its last address, whose lower bits are ones. Below the base: closed.</summary>
    public Field<ushort> MemoryLimit { get; private set; } = null!;

    /// <summary>1: the window has 64-bit addresses.</summary>
    public Field<byte> PrefetchableType { get; private set; } = null!;

    /// <summary>Bits 31:20 of the first address of the prefetchable window. After reset it is closed.</summary>
    public Field<ushort> PrefetchableBase { get; private set; } = null!;

    /// <summary>As that of the base.</summary>
    public Field<byte> PrefetchableLimitType { get; private set; } = null!;

    /// <summary>Bits 31:20 of its last address.</summary>
    public Field<ushort> PrefetchableLimit { get; private set; } = null!;

    /// <summary>Bits 63:32 of the first address.</summary>
    public Field<uint> PrefetchableBaseHigh { get; private set; } = null!;

    /// <summary>Bits 63:32 of the last address.</summary>
    public Field<uint> PrefetchableLimitHigh { get; private set; } = null!;

    /// <summary>Poison from below is logged.</summary>
    public Field<bool> BridgeParityResponse { get; private set; } = null!;

    /// <summary>Error messages from below go up.</summary>
    public Field<bool> BridgeSerr { get; private set; } = null!;

    /// <summary>While set, what is below is in hot reset; on a CXL link only if the port DVSEC unmasks it.</summary>
    public Field<bool> SecondaryBusReset { get; private set; } = null!;

    /// <summary>First and last address of the 32-bit window; null while it is closed.</summary>
    public (ulong First, ulong Last)? MemoryWindow(RegisterView view) =>
        Window((ulong)view.Get(MemoryBase) << 20, ((ulong)view.Get(MemoryLimit) << 20) | 0xF_FFFF);

    /// <summary>First and last address of the prefetchable window; null while it is closed.</summary>
    public (ulong First, ulong Last)? PrefetchableWindow(RegisterView view) => Window(
        ((ulong)view.Get(PrefetchableBaseHigh) << 32) | ((ulong)view.Get(PrefetchableBase) << 20),
        ((ulong)view.Get(PrefetchableLimitHigh) << 32) | ((ulong)view.Get(PrefetchableLimit) << 20) | 0xF_FFFF);

    private protected override void DeclareOwn(PciIdentity identity)
    {
        // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.
        PrimaryBus = Map.Field<byte>("Primary Bus Number", 0x18, 7, 0, RW);
        SecondaryBus = Map.Field<byte>("Secondary Bus Number", 0x18, 15, 8, RW);
        SubordinateBus = Map.Field<byte>("Subordinate Bus Number", 0x18, 23, 16, RW);
        SecondaryMasterDataParity = Map.Field<bool>("Secondary Master Data Parity Error", 0x1E, 8, 8, RW1C);
        SecondarySignaledTargetAbort = Map.Field<bool>("Secondary Signaled Target Abort", 0x1E, 11, 11, RW1C);
        SecondaryReceivedTargetAbort = Map.Field<bool>("Secondary Received Target Abort", 0x1E, 12, 12, RW1C);
        SecondaryReceivedMasterAbort = Map.Field<bool>("Secondary Received Master Abort", 0x1E, 13, 13, RW1C);
        SecondaryReceivedSystemError = Map.Field<bool>("Secondary Received System Error", 0x1E, 14, 14, RW1C);
        SecondaryDetectedParity = Map.Field<bool>("Secondary Detected Parity Error", 0x1E, 15, 15, RW1C);
        MemoryBase = Map.Field<ushort>("Memory Base", 0x20, 15, 4, RW, resetValue: 0xFFF);
        MemoryLimit = Map.Field<ushort>("Memory Limit", 0x22, 15, 4, RW);
        PrefetchableType = Map.Field<byte>("Prefetchable Base Type", 0x24, 3, 0, HwInit, resetValue: 1);
        PrefetchableBase = Map.Field<ushort>("Prefetchable Memory Base", 0x24, 15, 4, RW, resetValue: 0xFFF);
        PrefetchableLimitType = Map.Field<byte>("Prefetchable Limit Type", 0x26, 3, 0, HwInit, resetValue: 1);
        PrefetchableLimit = Map.Field<ushort>("Prefetchable Memory Limit", 0x26, 15, 4, RW);
        PrefetchableBaseHigh = Map.Field<uint>("Prefetchable Base Upper 32 Bits", 0x28, 31, 0, RW);
        PrefetchableLimitHigh = Map.Field<uint>("Prefetchable Limit Upper 32 Bits", 0x2C, 31, 0, RW);
    }

    private protected override void DeclareLast()
    {
        BridgeParityResponse = Map.Field<bool>("Bridge Parity Error Response Enable", 0x3E, 0, 0, RW);
        BridgeSerr = Map.Field<bool>("Bridge SERR# Enable", 0x3E, 1, 1, RW);
        SecondaryBusReset = Map.Field<bool>("Secondary Bus Reset", 0x3E, 6, 6, RW);
    }

    private static (ulong First, ulong Last)? Window(ulong first, ulong last) => first <= last ? (first, last) : null;
}
