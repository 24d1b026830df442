using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The header of an endpoint, type 0: the first 64 bytes of its configuration space.</summary>
/// <remarks>
/// No I/O space, no expansion ROM: those registers read 0. The sizes of the base address registers are which of their bits can be written.
/// </remarks>
public sealed class Type0HeaderRegisters : HeaderRegisters
{
    /// <summary>The table of a kind of endpoint.</summary>
    /// <param name="component">What it is, for the name of the table.</param>
    /// <param name="identity">What it says it is.</param>
    /// <param name="bars">Its base address registers, ascending.</param>
    /// <param name="multiFunction">Whether the device has more functions.</param>
    /// <exception cref="ArgumentException">The base address registers overlap or have no possible size.</exception>
    public Type0HeaderRegisters(
        string component, PciIdentity identity, IReadOnlyList<BaseAddressRegister> bars, bool multiFunction = false)
        : base(component, type: 0, identity, bars, barsMax: 6, multiFunction)
    {
    }

    /// <summary>Who made the board.</summary>
    public Field<ushort> SubsystemVendorId { get; private set; } = null!;

    /// <summary>What it is to them.</summary>
    public Field<ushort> SubsystemId { get; private set; } = null!;

    private protected override void DeclareOwn(PciIdentity identity)
    {
        // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.
        SubsystemVendorId = Map.Field<ushort>("Subsystem Vendor ID", 0x2C, 15, 0, HwInit, resetValue: identity.SubsystemVendorId);
        SubsystemId = Map.Field<ushort>("Subsystem ID", 0x2E, 15, 0, HwInit, resetValue: identity.SubsystemId);
    }
}
