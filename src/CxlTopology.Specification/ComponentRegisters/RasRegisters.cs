using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The CXL RAS capability, id 2: errors of CXL.cache and CXL.mem.</summary>
/// <remarks>
/// One row an error in status, mask and severity. After reset every error is masked, and fatal. What sets status, pointer and header log is
/// <see cref="RasErrorLog"/>.
/// </remarks>
public static class RasRegisters
{
    /// <summary>Offset of Uncorrectable Error Status; mask and severity follow.</summary>
    public const int UncorrectableOffset = 0x00;

    /// <summary>Offset of Correctable Error Status; the mask follows.</summary>
    public const int CorrectableOffset = 0x0C;

    /// <summary>Offset of the header log.</summary>
    public const int HeaderLogOffset = 0x18;

    /// <summary>Dwords of the header log.</summary>
    public const int HeaderWords = 16;

    private static readonly Field<bool>[] uncorrectable = new Field<bool>[3 * 32];
    private static readonly Field<bool>[] correctable = new Field<bool>[2 * 32];

    static RasRegisters()
    {
        for (int register = 0; register < 3; register++)
        {
            string kind = register switch { 0 => "Status", 1 => "Mask", _ => "Severity" };
            foreach (RasUncorrectable error in Enum.GetValues<RasUncorrectable>())
            {
                int bit = (int)error;
                uncorrectable[(register * 32) + bit] = Map.Field(
                    $"{error} {kind}", UncorrectableOffset + (4 * register), bit, bit, register == 0 ? RW1CS : RWS, register != 0);
            }
        }

        for (int register = 0; register < 2; register++)
        {
            string kind = register == 0 ? "Status" : "Mask";
            foreach (RasCorrectable error in Enum.GetValues<RasCorrectable>())
            {
                int bit = (int)error;
                correctable[(register * 32) + bit] = Map.Field(
                    $"Correctable {error} {kind}", CorrectableOffset + (4 * register), bit, bit, register == 0 ? RW1CS : RWS, register != 0);
            }
        }

        FirstErrorPointer = Map.Field<byte>("First_Error_Pointer", 0x14, 5, 0, ROS);
        MultipleHeaders = Map.Field("Multiple_Header_Recording_Capability", 0x14, 9, 9, HwInit, true);
        PoisonEnabled = Map.Field<bool>("Poison_Enabled", 0x14, 13, 13, HwInit);
        for (int i = 0; i < HeaderWords; i++)
            Map.Field<uint>($"Header Log {i}", HeaderLogOffset + (4 * i), 31, 0, ROS);
    }

    /// <summary>The registers.</summary>
    public static RegisterMap Map { get; } = new("CXL RAS capability", length: 0x58, spec: "CXL 3.1 §8.2.4.17");

    /// <summary>Bit of the first uncorrectable error that was not masked; of meaning while its status is set.</summary>
    public static Field<byte> FirstErrorPointer { get; }

    /// <summary>Clearing the first error brings up the next with its header.</summary>
    public static Field<bool> MultipleHeaders { get; }

    /// <summary>The component passes poison on.</summary>
    public static Field<bool> PoisonEnabled { get; }

    /// <summary>The status bit of an error.</summary>
    public static Field<bool> Status(RasUncorrectable error) => uncorrectable[(int)error];

    /// <summary>The mask bit of an error.</summary>
    public static Field<bool> Mask(RasUncorrectable error) => uncorrectable[32 + (int)error];

    /// <summary>The severity bit of an error: fatal while set.</summary>
    public static Field<bool> Severity(RasUncorrectable error) => uncorrectable[64 + (int)error];

    /// <summary>The status bit of a correctable error.</summary>
    public static Field<bool> Status(RasCorrectable error) => correctable[(int)error];

    /// <summary>The mask bit of a correctable error.</summary>
    public static Field<bool> Mask(RasCorrectable error) => correctable[32 + (int)error];
}
