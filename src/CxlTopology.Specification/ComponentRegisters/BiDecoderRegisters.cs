using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>
/// The CXL BI Decoder capability, id 0xC: whether back-invalidates come from a device, or through a port that faces down.
/// </summary>
public sealed class BiDecoderRegisters : IRegisterTable
{
    /// <summary>Offset of the control register in the capability.</summary>
    public const int ControlOffset = 0x04;

    /// <summary>Offset of the status register in the capability.</summary>
    public const int StatusOffset = 0x08;

    private static readonly BiDecoderRegisters ofDevice = new(port: false);
    private static readonly BiDecoderRegisters ofPort = new(port: true);

    private BiDecoderRegisters(bool port)
    {
        Map = new($"CXL BI decoder capability ({(port ? "port" : "device")})", length: 0x0C, spec: "CXL 3.0 §8.2.4.26");

        // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.
        HdmDCompatible = Map.Field<bool>("HDM-D Capable", 0x00, 0, 0, HwInit);
        ExplicitCommit = Map.Field<bool>("Explicit BI Decoder Commit Required", 0x00, 1, 1, HwInit);
        Forward = Map.Field<bool>("BI Forward", 0x04, 0, 0, port ? RW : RO);
        Enable = Map.Field<bool>("BI Enable", 0x04, 1, 1, RW);
        Commit = Map.Field<bool>("BI Decoder Commit", 0x04, 2, 2, RW);
        Committed = Map.Field<bool>("Committed", 0x08, 0, 0, RO);
        NotCommitted = Map.Field<bool>("Error Not Committed", 0x08, 1, 1, RO);
        TimeoutScale = Map.Field<byte>("Commit Timeout Scale", 0x08, 11, 8, HwInit);
        TimeoutBase = Map.Field<byte>("Commit Timeout Base", 0x08, 15, 12, HwInit, resetValue: 1);
    }

    /// <inheritdoc/>
    public RegisterMap Map { get; }

    /// <summary>The device can also use CXL.cache for its memory. Of devices only.</summary>
    public Field<bool> HdmDCompatible { get; }

    /// <summary>Changes take effect by commit only: what was in force stays so until the commit is decided.</summary>
    public Field<bool> ExplicitCommit { get; }

    /// <summary>Back-invalidates from below go up, bus number and all: a switch is below. Of ports only; not with BI Enable.</summary>
    public Field<bool> Forward { get; }

    /// <summary>A device: it may back-invalidate. A port: the device right below it may, and the port gives its snoops the bus number as BI-ID.</summary>
    public Field<bool> Enable { get; }

    /// <summary>Software's request: from 0 to 1. Back to 0 it changes nothing but the two bits of the status.</summary>
    public Field<bool> Commit { get; }

    /// <summary>The decoder is in force.</summary>
    public Field<bool> Committed { get; }

    /// <summary>The last commit was refused.</summary>
    public Field<bool> NotCommitted { get; }

    /// <summary>0 to 7 are powers of ten from 1 us to 10 s.</summary>
    public Field<byte> TimeoutScale { get; }

    /// <summary>How long a commit takes at most, in units of the scale.</summary>
    public Field<byte> TimeoutBase { get; }

    /// <summary>The table of a port that faces down, or of a device. The same instance every time.</summary>
    public static BiDecoderRegisters For(bool port) => port ? ofPort : ofDevice;
}
