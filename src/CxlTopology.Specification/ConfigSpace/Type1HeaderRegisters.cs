using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The header of a bridge, type 1: root ports and the ports of switches.</summary>
/// <remarks>
/// No I/O window: those registers read 0. The windows are what a bridge forwards downwards (<see cref="MemoryWindow"/>, <see
/// cref="PrefetchableWindow"/>).
/// </remarks>
public sealed class Type1HeaderRegisters : IRegisterTable
{
    /// <summary>The table of a kind of port.</summary>
    /// <param name="component">What it is, for the name of the table.</param>
    /// <param name="identity">What it says it is.</param>
    /// <param name="bars">Its base address registers, ascending.</param>
    /// <param name="multiFunction">Whether the device has more functions.</param>
    /// <exception cref="ArgumentException">The base address registers overlap or have no possible size.</exception>
    public Type1HeaderRegisters(
        string component, PciIdentity identity, IReadOnlyList<BaseAddressRegister> bars, bool multiFunction = false)
    {
        Map = new($"Type 1 header ({component})", length: 0x40, spec: "PCI Express, type 1 configuration space header");

        // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.
        VendorId = Map.Field<ushort>("Vendor ID", 0x00, 15, 0, HwInit, resetValue: identity.VendorId);
        DeviceId = Map.Field<ushort>("Device ID", 0x02, 15, 0, HwInit, resetValue: identity.DeviceId);
        MemorySpaceEnable = Map.Field<bool>("Memory Space Enable", 0x04, 1, 1, RW);
        BusMasterEnable = Map.Field<bool>("Bus Master Enable", 0x04, 2, 2, RW);
        ParityErrorResponse = Map.Field<bool>("Parity Error Response", 0x04, 6, 6, RW);
        SerrEnable = Map.Field<bool>("SERR# Enable", 0x04, 8, 8, RW);
        InterruptDisable = Map.Field<bool>("Interrupt Disable", 0x04, 10, 10, RW);
        InterruptStatus = Map.Field<bool>("Interrupt Status", 0x06, 3, 3, RO);
        CapabilitiesList = Map.Field<bool>("Capabilities List", 0x06, 4, 4, RO, resetValue: true);
        MasterDataParity = Map.Field<bool>("Master Data Parity Error", 0x06, 8, 8, RW1C);
        SignaledTargetAbort = Map.Field<bool>("Signaled Target Abort", 0x06, 11, 11, RW1C);
        ReceivedTargetAbort = Map.Field<bool>("Received Target Abort", 0x06, 12, 12, RW1C);
        ReceivedMasterAbort = Map.Field<bool>("Received Master Abort", 0x06, 13, 13, RW1C);
        SignaledSystemError = Map.Field<bool>("Signaled System Error", 0x06, 14, 14, RW1C);
        DetectedParity = Map.Field<bool>("Detected Parity Error", 0x06, 15, 15, RW1C);
        RevisionId = Map.Field<byte>("Revision ID", 0x08, 7, 0, HwInit, resetValue: identity.Revision);
        ClassCode = Map.Field<uint>("Class Code", 0x08, 31, 8, HwInit, resetValue: identity.ClassCode);
        CacheLineSize = Map.Field<byte>("Cache Line Size", 0x0C, 7, 0, RW);
        HeaderType = Map.Field<byte>("Header Layout", 0x0C, 22, 16, HwInit, resetValue: 1);
        MultiFunction = Map.Field<bool>("Multi-Function Device", 0x0C, 23, 23, HwInit, resetValue: multiFunction);
        BaseAddressRegister.Declare(Map, bars, count: 2);
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
        CapabilitiesPointer = Map.Field<byte>("Capabilities Pointer", 0x34, 7, 0, HwInit);
        InterruptLine = Map.Field<byte>("Interrupt Line", 0x3C, 7, 0, RW);
        InterruptPin = Map.Field<byte>("Interrupt Pin", 0x3C, 15, 8, HwInit);
        BridgeParityResponse = Map.Field<bool>("Bridge Parity Error Response Enable", 0x3E, 0, 0, RW);
        BridgeSerr = Map.Field<bool>("Bridge SERR# Enable", 0x3E, 1, 1, RW);
        SecondaryBusReset = Map.Field<bool>("Secondary Bus Reset", 0x3E, 6, 6, RW);
        Bars = [.. bars];
    }

    /// <inheritdoc/>
    public RegisterMap Map { get; }

    /// <summary>Who made it.</summary>
    public Field<ushort> VendorId { get; }

    /// <summary>What it is to its maker.</summary>
    public Field<ushort> DeviceId { get; }

    /// <summary>The function answers memory requests to its base address registers and windows.</summary>
    public Field<bool> MemorySpaceEnable { get; }

    /// <summary>Requests from below go up.</summary>
    public Field<bool> BusMasterEnable { get; }

    /// <summary>Poisoned data is logged in the status.</summary>
    public Field<bool> ParityErrorResponse { get; }

    /// <summary>Errors are reported.</summary>
    public Field<bool> SerrEnable { get; }

    /// <summary>No INTx; there is none.</summary>
    public Field<bool> InterruptDisable { get; }

    /// <summary>INTx is pending; there is none.</summary>
    public Field<bool> InterruptStatus { get; }

    /// <summary>There are capabilities; always.</summary>
    public Field<bool> CapabilitiesList { get; }

    /// <summary>Poison was sent or received.</summary>
    public Field<bool> MasterDataParity { get; }

    /// <summary>A request was completed with completer abort.</summary>
    public Field<bool> SignaledTargetAbort { get; }

    /// <summary>A completion said completer abort.</summary>
    public Field<bool> ReceivedTargetAbort { get; }

    /// <summary>A completion said unsupported request.</summary>
    public Field<bool> ReceivedMasterAbort { get; }

    /// <summary>An error was reported.</summary>
    public Field<bool> SignaledSystemError { get; }

    /// <summary>Poison came in.</summary>
    public Field<bool> DetectedParity { get; }

    /// <summary>Its revision.</summary>
    public Field<byte> RevisionId { get; }

    /// <summary>Base class, sub-class, programming interface.</summary>
    public Field<uint> ClassCode { get; }

    /// <summary>Stored, of no effect.</summary>
    public Field<byte> CacheLineSize { get; }

    /// <summary>1: a bridge.</summary>
    public Field<byte> HeaderType { get; }

    /// <summary>The device has more functions than this one.</summary>
    public Field<bool> MultiFunction { get; }

    /// <summary>The bus above.</summary>
    public Field<byte> PrimaryBus { get; }

    /// <summary>The bus below; 0 while nobody has numbered it.</summary>
    public Field<byte> SecondaryBus { get; }

    /// <summary>The highest bus number below.</summary>
    public Field<byte> SubordinateBus { get; }

    /// <summary>Poison was sent or received below.</summary>
    public Field<bool> SecondaryMasterDataParity { get; }

    /// <summary>A request from below was completed with completer abort.</summary>
    public Field<bool> SecondarySignaledTargetAbort { get; }

    /// <summary>A completion from below said completer abort.</summary>
    public Field<bool> SecondaryReceivedTargetAbort { get; }

    /// <summary>A completion from below said unsupported request.</summary>
    public Field<bool> SecondaryReceivedMasterAbort { get; }

    /// <summary>An error message came from below.</summary>
    public Field<bool> SecondaryReceivedSystemError { get; }

    /// <summary>Poison came from below.</summary>
    public Field<bool> SecondaryDetectedParity { get; }

    /// <summary>Bits 31:20 of the first address of the window. After reset the window is closed.</summary>
    public Field<ushort> MemoryBase { get; }

    /// <summary>Bits 31:20 of its last address, whose lower bits are ones. Below the base: closed.</summary>
    public Field<ushort> MemoryLimit { get; }

    /// <summary>1: the window has 64-bit addresses.</summary>
    public Field<byte> PrefetchableType { get; }

    /// <summary>Bits 31:20 of the first address of the prefetchable window. After reset it is closed.</summary>
    public Field<ushort> PrefetchableBase { get; }

    /// <summary>As that of the base.</summary>
    public Field<byte> PrefetchableLimitType { get; }

    /// <summary>Bits 31:20 of its last address.</summary>
    public Field<ushort> PrefetchableLimit { get; }

    /// <summary>Bits 63:32 of the first address.</summary>
    public Field<uint> PrefetchableBaseHigh { get; }

    /// <summary>Bits 63:32 of the last address.</summary>
    public Field<uint> PrefetchableLimitHigh { get; }

    /// <summary>Where the first capability is.</summary>
    public Field<byte> CapabilitiesPointer { get; }

    /// <summary>Stored for software.</summary>
    public Field<byte> InterruptLine { get; }

    /// <summary>0: no INTx.</summary>
    public Field<byte> InterruptPin { get; }

    /// <summary>Poison from below is logged.</summary>
    public Field<bool> BridgeParityResponse { get; }

    /// <summary>Error messages from below go up.</summary>
    public Field<bool> BridgeSerr { get; }

    /// <summary>While set, what is below is in hot reset; on a CXL link only if the port DVSEC unmasks it.</summary>
    public Field<bool> SecondaryBusReset { get; }

    /// <summary>The base address registers, ascending.</summary>
    public IReadOnlyList<BaseAddressRegister> Bars { get; }

    /// <summary>First and last address of the 32-bit window; null while it is closed.</summary>
    public (ulong First, ulong Last)? MemoryWindow(RegisterView view) =>
        Window((ulong)view.Get(MemoryBase) << 20, ((ulong)view.Get(MemoryLimit) << 20) | 0xF_FFFF);

    /// <summary>First and last address of the prefetchable window; null while it is closed.</summary>
    public (ulong First, ulong Last)? PrefetchableWindow(RegisterView view) => Window(
        ((ulong)view.Get(PrefetchableBaseHigh) << 32) | ((ulong)view.Get(PrefetchableBase) << 20),
        ((ulong)view.Get(PrefetchableLimitHigh) << 32) | ((ulong)view.Get(PrefetchableLimit) << 20) | 0xF_FFFF);

    private static (ulong First, ulong Last)? Window(ulong first, ulong last) => first <= last ? (first, last) : null;
}
