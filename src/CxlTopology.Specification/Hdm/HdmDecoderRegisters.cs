using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>Registers of one HDM decoder, offsets from its Base Low (CXL 3.1 §8.2.4.20.3 to .11).</summary>
/// <remarks>
/// RWL fields are locked while the decoder is committed with Lock On Commit. That they are frozen while it is committed without is a
/// rule of the decoder, not of the map: Commit itself stays writable then.
/// </remarks>
public sealed class HdmDecoderRegisters
{
    /// <summary>Offset of Base Low; Base High follows.</summary>
    public const int BaseOffset = 0x00;

    /// <summary>Offset of Size Low; Size High follows.</summary>
    public const int SizeOffset = 0x08;

    /// <summary>Offset of Control.</summary>
    public const int ControlOffset = 0x10;

    /// <summary>Offset of the low half of the target list (ports) or of the DPA skip (endpoints); the high half follows.</summary>
    public const int TargetsOffset = 0x14;

    /// <summary>Slots of a target list.</summary>
    public const int TargetSlots = 8;

    private static readonly HdmDecoderRegisters[] variants =
    [
        new(ComponentKind.HostBridge, false), new(ComponentKind.UpstreamPort, false), new(ComponentKind.Endpoint, false),
        new(ComponentKind.HostBridge, true), new(ComponentKind.UpstreamPort, true), new(ComponentKind.Endpoint, true),
    ];

    private HdmDecoderRegisters(ComponentKind kind, bool backInvalidate)
    {
        Kind = kind;
        Map = new($"HDM decoder ({(kind == ComponentKind.Endpoint ? "device" : "port")})", length: 0x20, spec: "CXL 3.1 §8.2.4.20");

        // Each row: name, offset, msb, lsb, access.
        BaseLow = Map.Field<byte>("Base Low", 0x00, 31, 28, RWL);
        BaseHigh = Map.Field<uint>("Base High", 0x04, 31, 0, RWL);
        SizeLow = Map.Field<byte>("Size Low", 0x08, 31, 28, RWL);
        SizeHigh = Map.Field<uint>("Size High", 0x0C, 31, 0, RWL);
        Granularity = Map.Field<byte>("IG", 0x10, 3, 0, RWL);
        Ways = Map.Field<byte>("IW", 0x10, 7, 4, RWL);
        LockOnCommit = Map.Field<bool>("Lock On Commit", 0x10, 8, 8, RWL);
        Commit = Map.Field<bool>("Commit", 0x10, 9, 9, RWL);
        Committed = Map.Field<bool>("Committed", 0x10, 10, 10, RO);
        NotCommitted = Map.Field<bool>("Error Not Committed", 0x10, 11, 11, RO);
        TargetRangeType = Map.Field<TargetRangeType>("Target Range Type", 0x10, 12, 12, RWL);
        BackInvalidate = Map.Field<bool>("BI", 0x10, 13, 13, backInvalidate ? RWL : RO);
        Uio = Map.Field<bool>("UIO", 0x10, 14, 14, RO);
        UioGranularity = Map.Field<byte>("UIG", 0x10, 19, 16, RO);
        UioWays = Map.Field<byte>("UIW", 0x10, 23, 20, RO);
        SetPosition = Map.Field<byte>("ISP", 0x10, 27, 24, RO);
        if (kind == ComponentKind.Endpoint)
        {
            Targets = [];
            DpaSkipLow = Map.Field<byte>("DPA Skip Low", 0x14, 31, 28, RWL);
            DpaSkipHigh = Map.Field<uint>("DPA Skip High", 0x18, 31, 0, RWL);
        }
        else
        {
            var targets = new Field<byte>[TargetSlots];
            for (int i = 0; i < targets.Length; i++)
            {
                int lsb = i % 4 * 8;
                targets[i] = Map.Field<byte>($"Target Port Identifier Way {i}", 0x14 + (i / 4 * 4), lsb + 7, lsb, RWL);
            }

            Targets = Array.AsReadOnly(targets);
        }
    }

    /// <summary>The component the decoder is in.</summary>
    public ComponentKind Kind { get; }

    /// <summary>The map, for a <see cref="RegisterFile"/> a decoder.</summary>
    public RegisterMap Map { get; }

    /// <summary>Bits 31:28 of the first host address.</summary>
    public Field<byte> BaseLow { get; }

    /// <summary>Bits 63:32 of the first host address.</summary>
    public Field<uint> BaseHigh { get; }

    /// <summary>Bits 31:28 of the length.</summary>
    public Field<byte> SizeLow { get; }

    /// <summary>Bits 63:32 of the length.</summary>
    public Field<uint> SizeHigh { get; }

    /// <summary>Granularity as <see cref="InterleaveGranularity"/> encodes it.</summary>
    public Field<byte> Granularity { get; }

    /// <summary>Ways as <see cref="InterleaveWays"/> encodes them.</summary>
    public Field<byte> Ways { get; }

    /// <summary>Lock the decoder when it commits.</summary>
    public Field<bool> LockOnCommit { get; }

    /// <summary>Software's request: stays one while committed, zero releases.</summary>
    public Field<bool> Commit { get; }

    /// <summary>The decoder decodes.</summary>
    public Field<bool> Committed { get; }

    /// <summary>The last commit was refused.</summary>
    public Field<bool> NotCommitted { get; }

    /// <summary>Host-only or device coherent.</summary>
    public Field<TargetRangeType> TargetRangeType { get; }

    /// <summary>The memory may be back-invalidated (HDM-DB). Writable only in components that know BI.</summary>
    public Field<bool> BackInvalidate { get; }

    /// <summary>UIO through the decoder. Reads 0: not writable here.</summary>
    public Field<bool> Uio { get; }

    /// <summary>UIO interleave granularity. Reads 0: not writable here.</summary>
    public Field<byte> UioGranularity { get; }

    /// <summary>UIO interleave ways. Reads 0: not writable here.</summary>
    public Field<byte> UioWays { get; }

    /// <summary>Interleave set position, for UIO. Reads 0: not writable here.</summary>
    public Field<byte> SetPosition { get; }

    /// <summary>The eight port numbers of the target list, in interleave order; none in an endpoint.</summary>
    public IReadOnlyList<Field<byte>> Targets { get; }

    /// <summary>Bits 31:28 of the DPA skip; null in a port.</summary>
    public Field<byte>? DpaSkipLow { get; }

    /// <summary>Bits 63:32 of the DPA skip; null in a port.</summary>
    public Field<uint>? DpaSkipHigh { get; }

    /// <summary>The registers of a decoder in such a component. The same instance every time.</summary>
    /// <param name="kind">Where the decoder is.</param>
    /// <param name="backInvalidate">Whether BI is writable (CXL 3.x, 256-byte flits). Not by default: control then has 0x13FF
    /// writable.</param>
    public static HdmDecoderRegisters For(ComponentKind kind, bool backInvalidate = false) => kind is >= 0 and <= ComponentKind.Endpoint
        ? variants[(int)kind + (backInvalidate ? 3 : 0)]
        : throw new ArgumentOutOfRangeException(nameof(kind), kind, "Host bridges, upstream ports and endpoints have HDM decoders.");
}
