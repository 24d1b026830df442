using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The head of the HDM decoder capability: what the decoders can do, and the switch for all of them.</summary>
/// <remarks>
/// Decoder n follows at <see cref="DecoderOffset"/>. The capability register is set by the model, once, before software reads it.
/// </remarks>
public static class HdmCapabilityRegisters
{
    /// <summary>Offset of the first decoder from the start of the capability.</summary>
    public const int FirstDecoder = 0x10;

    /// <summary>Bytes of one decoder.</summary>
    public const int DecoderLength = 0x20;

    /// <summary>The sixteen bytes before the first decoder.</summary>
    public static RegisterMap Map { get; } = new("HDM decoder capability", length: FirstDecoder, spec: "CXL 3.1 §8.2.4.20");

    // Each row: name, offset, msb, lsb, access.

    /// <summary>Number of decoders as <see cref="HdmDecoderCount"/> encodes it.</summary>
    public static Field<byte> DecoderCount { get; } = Map.Field<byte>("Decoder Count", 0x00, 3, 0, HwInit);

    /// <summary>Target list slots in use by the component: 1, 2, 4 or 8, not encoded. Of no meaning on an endpoint.</summary>
    public static Field<byte> TargetCount { get; } = Map.Field<byte>("Target Count", 0x00, 7, 4, HwInit);

    /// <summary>Address bits 11:8 may select a target.</summary>
    public static Field<bool> A11To8Interleave { get; } = Map.Field<bool>("A11to8 Interleave Capable", 0x00, 8, 8, HwInit);

    /// <summary>Address bits 14:12 may select a target.</summary>
    public static Field<bool> A14To12Interleave { get; } = Map.Field<bool>("A14to12 Interleave Capable", 0x00, 9, 9, HwInit);

    /// <summary>Reads of addresses no decoder claims can return poison.</summary>
    public static Field<bool> PoisonOnDecodeError { get; } = Map.Field<bool>("Poison On Decode Error Capability", 0x00, 10, 10, HwInit);

    /// <summary>3, 6 and 12 ways.</summary>
    public static Field<bool> ThreeSixTwelveWay { get; } = Map.Field<bool>("3, 6, 12 Way Interleave Capable", 0x00, 11, 11, HwInit);

    /// <summary>16 ways.</summary>
    public static Field<bool> SixteenWay { get; } = Map.Field<bool>("16 Way Interleave Capable", 0x00, 12, 12, HwInit);

    /// <summary>Unordered IO through the decoders.</summary>
    public static Field<bool> Uio { get; } = Map.Field<bool>("UIO Capable", 0x00, 13, 13, HwInit);

    /// <summary>Number of decoders that can do UIO, encoded.</summary>
    public static Field<byte> UioDecoderCount { get; } = Map.Field<byte>("UIO Capable Decoder Count", 0x00, 19, 16, HwInit);

    /// <summary>Reads of unmapped addresses can be answered MemData-NXM.</summary>
    public static Field<bool> MemDataNxm { get; } = Map.Field<bool>("MemData-NXM Capable", 0x00, 20, 20, HwInit);

    /// <summary>Coherency models of the decoders.</summary>
    public static Field<CoherencyModels> CoherencyModels { get; } =
        Map.Field<CoherencyModels>("Supported Coherency Models", 0x00, 22, 21, HwInit);

    /// <summary>Return poison on decode errors.</summary>
    public static Field<bool> PoisonOnDecodeErrorEnable { get; } = Map.Field<bool>("Poison On Decode Error Enable", 0x04, 0, 0, RW);

    /// <summary>Decode by these registers; while clear an endpoint falls back to its DVSEC ranges.</summary>
    public static Field<bool> HdmDecoderEnable { get; } = Map.Field<bool>("HDM Decoder Enable", 0x04, 1, 1, RW);

    /// <summary>Offset of a decoder's Base Low from the start of the capability.</summary>
    public static int DecoderOffset(int decoder) => FirstDecoder + (DecoderLength * decoder);
}
