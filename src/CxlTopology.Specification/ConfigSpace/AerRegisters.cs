using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The Advanced Error Reporting extended capability, id 1, version 2.</summary>
/// <remarks>
/// One row an error in status, mask and severity; <see cref="Status(AerUncorrectable)"/> and its neighbours find them. Root registers
/// read 0 in a function that is not a root port. Whoever logs an error sets the status, and the pointer and header if it is the first.
/// </remarks>
public sealed class AerRegisters : IRegisterTable
{
    /// <summary>Offset of Uncorrectable Error Status; mask and severity follow.</summary>
    public const int UncorrectableOffset = 0x04;

    /// <summary>Offset of Correctable Error Status; the mask follows.</summary>
    public const int CorrectableOffset = 0x10;

    /// <summary>Offset of the header log, four dwords.</summary>
    public const int HeaderLogOffset = 0x1C;

    private const uint MaskedAtReset = 1 << (int)AerUncorrectable.Internal;

    private const uint FatalAtReset = (1 << (int)AerUncorrectable.DataLinkProtocol) | (1 << (int)AerUncorrectable.SurpriseDown)
        | (1 << (int)AerUncorrectable.FlowControl) | (1 << (int)AerUncorrectable.ReceiverOverflow)
        | (1 << (int)AerUncorrectable.MalformedTlp) | (1 << (int)AerUncorrectable.Internal);

    private const uint CorrectableMaskedAtReset = (1 << (int)AerCorrectable.AdvisoryNonFatal) | (1 << (int)AerCorrectable.Internal)
        | (1 << (int)AerCorrectable.HeaderLogOverflow);

    private static readonly AerRegisters endpoint = new(root: false);
    private static readonly AerRegisters rootPort = new(root: true);

    private readonly Field<bool>[] rows = new Field<bool>[3 * 32];
    private readonly Field<bool>[] correctable = new Field<bool>[2 * 32];

    private AerRegisters(bool root)
    {
        string name = root ? "Advanced Error Reporting capability (root port)" : "Advanced Error Reporting capability";
        Map = PciExtendedCapability.NewMap(name, 0x48, "PCI Express, Advanced Error Reporting capability", id: 0x0001, version: 2);
        DeclareUncorrectable("Status", 0, RW1CS, 0);
        DeclareUncorrectable("Mask", 1, RWS, MaskedAtReset);
        DeclareUncorrectable("Severity", 2, RWS, FatalAtReset);
        DeclareCorrectable("Status", 0, RW1CS, 0);
        DeclareCorrectable("Mask", 1, RWS, CorrectableMaskedAtReset);
        FirstErrorPointer = Map.Field<byte>("First Error Pointer", 0x18, 4, 0, ROS);
        for (int i = 0; i < 4; i++)
            Map.Field<uint>($"Header Log {i}", HeaderLogOffset + (4 * i), 31, 0, ROS);
        ReportCorrectable = Map.Field<bool>("Correctable Error Reporting Enable", 0x2C, 0, 0, root ? RW : RO);
        ReportNonFatal = Map.Field<bool>("Non-Fatal Error Reporting Enable", 0x2C, 1, 1, root ? RW : RO);
        ReportFatal = Map.Field<bool>("Fatal Error Reporting Enable", 0x2C, 2, 2, root ? RW : RO);
        CorrectableReceived = Map.Field<bool>("ERR_COR Received", 0x30, 0, 0, root ? RW1CS : RO);
        MultipleCorrectable = Map.Field<bool>("Multiple ERR_COR Received", 0x30, 1, 1, root ? RW1CS : RO);
        UncorrectableReceived = Map.Field<bool>("ERR_FATAL/NONFATAL Received", 0x30, 2, 2, root ? RW1CS : RO);
        MultipleUncorrectable = Map.Field<bool>("Multiple ERR_FATAL/NONFATAL Received", 0x30, 3, 3, root ? RW1CS : RO);
        FirstFatal = Map.Field<bool>("First Uncorrectable Fatal", 0x30, 4, 4, root ? RW1CS : RO);
        NonFatalReceived = Map.Field<bool>("Non-Fatal Error Messages Received", 0x30, 5, 5, root ? RW1CS : RO);
        FatalReceived = Map.Field<bool>("Fatal Error Messages Received", 0x30, 6, 6, root ? RW1CS : RO);
        InterruptMessage = Map.Field<byte>("Advanced Error Interrupt Message Number", 0x30, 31, 27, RO);
        CorrectableSource = Map.Field<ushort>("ERR_COR Source Identification", 0x34, 15, 0, ROS);
        UncorrectableSource = Map.Field<ushort>("ERR_FATAL/NONFATAL Source Identification", 0x36, 15, 0, ROS);
    }

    /// <inheritdoc/>
    public RegisterMap Map { get; }

    /// <summary>Bit of the first uncorrectable error that was not masked; of meaning while its status is set.</summary>
    public Field<byte> FirstErrorPointer { get; }

    /// <summary>Interrupt on correctable errors from below. In root ports.</summary>
    public Field<bool> ReportCorrectable { get; }

    /// <summary>Interrupt on uncorrectable errors from below that are not fatal. In root ports.</summary>
    public Field<bool> ReportNonFatal { get; }

    /// <summary>Interrupt on fatal errors from below. In root ports.</summary>
    public Field<bool> ReportFatal { get; }

    /// <summary>A correctable error was reported. In root ports.</summary>
    public Field<bool> CorrectableReceived { get; }

    /// <summary>A further one came before software cleared the first. In root ports.</summary>
    public Field<bool> MultipleCorrectable { get; }

    /// <summary>An uncorrectable error was reported. In root ports.</summary>
    public Field<bool> UncorrectableReceived { get; }

    /// <summary>A further one came before software cleared the first. In root ports.</summary>
    public Field<bool> MultipleUncorrectable { get; }

    /// <summary>The first uncorrectable one was fatal. In root ports.</summary>
    public Field<bool> FirstFatal { get; }

    /// <summary>At least one was not fatal. In root ports.</summary>
    public Field<bool> NonFatalReceived { get; }

    /// <summary>At least one was fatal. In root ports.</summary>
    public Field<bool> FatalReceived { get; }

    /// <summary>The vector of error interrupts.</summary>
    public Field<byte> InterruptMessage { get; }

    /// <summary>Requester id of who reported the first correctable error.</summary>
    public Field<ushort> CorrectableSource { get; }

    /// <summary>Requester id of who reported the first uncorrectable error.</summary>
    public Field<ushort> UncorrectableSource { get; }

    /// <summary>The table of a root port, or of any other function. The same instance every time.</summary>
    public static AerRegisters For(bool root) => root ? rootPort : endpoint;

    /// <summary>The status bit of an error.</summary>
    public Field<bool> Status(AerUncorrectable error) => rows[(int)error];

    /// <summary>The mask bit of an error: neither reported nor logged while set.</summary>
    public Field<bool> Mask(AerUncorrectable error) => rows[32 + (int)error];

    /// <summary>The severity bit of an error: fatal while set.</summary>
    public Field<bool> Severity(AerUncorrectable error) => rows[64 + (int)error];

    /// <summary>The status bit of a correctable error.</summary>
    public Field<bool> Status(AerCorrectable error) => correctable[(int)error];

    /// <summary>The mask bit of a correctable error: not reported while set.</summary>
    public Field<bool> Mask(AerCorrectable error) => correctable[32 + (int)error];

    private void DeclareUncorrectable(string kind, int register, RegisterAccess access, uint reset)
    {
        foreach (AerUncorrectable error in Enum.GetValues<AerUncorrectable>())
        {
            int bit = (int)error;
            rows[(register * 32) + bit] = Map.Field(
                $"{error} {kind}", UncorrectableOffset + (4 * register), bit, bit, access, (reset >> bit & 1) != 0);
        }
    }

    private void DeclareCorrectable(string kind, int register, RegisterAccess access, uint reset)
    {
        foreach (AerCorrectable error in Enum.GetValues<AerCorrectable>())
        {
            int bit = (int)error;
            correctable[(register * 32) + bit] = Map.Field(
                $"Correctable {error} {kind}", CorrectableOffset + (4 * register), bit, bit, access, (reset >> bit & 1) != 0);
        }
    }
}
