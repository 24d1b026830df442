using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>What headers of type 0 and type 1 have in common: the first 64 bytes of the configuration space of a function.</summary>
/// <remarks>No I/O space and no expansion ROM: those registers read 0.</remarks>
public abstract class HeaderRegisters : IRegisterTable
{
    private protected HeaderRegisters(
        string component, byte type, PciIdentity identity, IReadOnlyList<BaseAddressRegister> bars, int barsMax, bool multiFunction)
    {
        Map = new($"Type {type} header ({component})", length: 0x40, spec: $"PCI Express, type {type} configuration space header");

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
        HeaderType = Map.Field<byte>("Header Layout", 0x0C, 22, 16, HwInit, resetValue: type);
        MultiFunction = Map.Field<bool>("Multi-Function Device", 0x0C, 23, 23, HwInit, resetValue: multiFunction);
        BaseAddressRegister.Declare(Map, bars, barsMax);
        Bars = [.. bars];
        DeclareOwn(identity);
        CapabilitiesPointer = Map.Field<byte>("Capabilities Pointer", 0x34, 7, 0, HwInit);
        InterruptLine = Map.Field<byte>("Interrupt Line", 0x3C, 7, 0, RW);
        InterruptPin = Map.Field<byte>("Interrupt Pin", 0x3C, 15, 8, HwInit);
        DeclareLast();
    }

    /// <inheritdoc/>
    public RegisterMap Map { get; }

    /// <summary>Who made it.</summary>
    public Field<ushort> VendorId { get; }

    /// <summary>What it is to its maker.</summary>
    public Field<ushort> DeviceId { get; }

    /// <summary>The function answers memory requests to its base address registers and, of a bridge, windows.</summary>
    public Field<bool> MemorySpaceEnable { get; }

    /// <summary>Requests may be issued or, by a bridge, passed up.</summary>
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

    /// <summary>0: an endpoint, 1: a bridge.</summary>
    public Field<byte> HeaderType { get; }

    /// <summary>The device has more functions than this one.</summary>
    public Field<bool> MultiFunction { get; }

    /// <summary>Where the first capability is.</summary>
    public Field<byte> CapabilitiesPointer { get; }

    /// <summary>Stored for software.</summary>
    public Field<byte> InterruptLine { get; }

    /// <summary>0: no INTx.</summary>
    public Field<byte> InterruptPin { get; }

    /// <summary>The base address registers, ascending.</summary>
    public IReadOnlyList<BaseAddressRegister> Bars { get; }

    /// <summary>Declares the rows between the base address registers and the capabilities pointer.</summary>
    private protected abstract void DeclareOwn(PciIdentity identity);

    /// <summary>Declares the rows behind the interrupt pin.</summary>
    private protected virtual void DeclareLast()
    {
    }
}
