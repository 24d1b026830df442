using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The Flex Bus Port DVSEC, id 7, revision 2: which protocols a link can carry, should, and does.</summary>
/// <remarks>
/// Control is software's in ports that face down; a port that faces up follows them and its control reads what it was built with. Of no
/// meaning while the link is down.
/// </remarks>
public sealed class FlexBusRegisters : IRegisterTable
{
    private static readonly FlexBusRegisters facingUp = new(downstream: false);
    private static readonly FlexBusRegisters facingDown = new(downstream: true);

    private FlexBusRegisters(bool downstream)
    {
        Map = Dvsec.NewMap($"Flex Bus Port DVSEC ({(downstream ? "downstream" : "upstream")})", 0x20, "CXL 3.1 §8.1.8, §8.2.1.3", revision: 2, id: 7);

        // Each row: name, offset, msb, lsb, access, and the value after reset where it is not 0.
        CacheCapable = Map.Field<bool>("Cache Capable", 0x0A, 0, 0, HwInit);
        IoCapable = Map.Field<bool>("IO Capable", 0x0A, 1, 1, HwInit, resetValue: true);
        MemCapable = Map.Field<bool>("Mem Capable", 0x0A, 2, 2, HwInit);
        Flit68Capable = Map.Field<bool>("68B Flit and VH Capable", 0x0A, 5, 5, HwInit);
        MldCapable = Map.Field<bool>("CXL Multi-Logical Device Capable", 0x0A, 6, 6, HwInit);
        LatencyOptimizedCapable = Map.Field<bool>("Latency Optimized 256B Flit Capable", 0x0A, 13, 13, HwInit);
        PbrCapable = Map.Field<bool>("PBR Flit Capable", 0x0A, 14, 14, HwInit);
        CacheEnable = Map.Field<bool>("Cache Enable", 0x0C, 0, 0, downstream ? RW : RO);
        IoEnable = Map.Field<bool>("IO Enable", 0x0C, 1, 1, RO, resetValue: true);
        MemEnable = Map.Field<bool>("Mem Enable", 0x0C, 2, 2, downstream ? RW : RO);
        SyncHeaderBypass = Map.Field<bool>("CXL Sync Header Bypass Enable", 0x0C, 3, 3, downstream ? RW : RO);
        DriftBuffer = Map.Field<bool>("Drift Buffer Enable", 0x0C, 4, 4, downstream ? RW : RO);
        Flit68Enable = Map.Field<bool>("68B Flit and VH Enable", 0x0C, 5, 5, downstream ? RW : RO);
        MldEnable = Map.Field<bool>("CXL Multi-Logical Device Enable", 0x0C, 6, 6, downstream ? RW : RO);
        DisableRcdTraining = Map.Field<bool>("Disable RCD Training", 0x0C, 7, 7, downstream ? RW : RO);
        Retimer1 = Map.Field<bool>("Retimer 1 Present", 0x0C, 8, 8, downstream ? RW : RO);
        Retimer2 = Map.Field<bool>("Retimer 2 Present", 0x0C, 9, 9, downstream ? RW : RO);
        LatencyOptimizedEnable = Map.Field<bool>("Latency Optimized 256B Flit Enable", 0x0C, 13, 13, downstream ? RW : RO);
        PbrEnable = Map.Field<bool>("PBR Flit Enable", 0x0C, 14, 14, downstream ? RW : RO);
        CacheEnabled = Map.Field<bool>("Cache Enabled", 0x0E, 0, 0, RO);
        IoEnabled = Map.Field<bool>("IO Enabled", 0x0E, 1, 1, RO);
        MemEnabled = Map.Field<bool>("Mem Enabled", 0x0E, 2, 2, RO);
        SyncHeaderBypassed = Map.Field<bool>("CXL Sync Header Bypass Enabled", 0x0E, 3, 3, RO);
        Flit68Enabled = Map.Field<bool>("68B Flit and VH Enabled", 0x0E, 5, 5, RO);
        MldEnabled = Map.Field<bool>("CXL Multi-Logical Device Enabled", 0x0E, 6, 6, RO);
        EvenHalfFailed = Map.Field<bool>("Even Half Failed", 0x0E, 7, 7, RW1C);
        CorrectableFraming = Map.Field<bool>("CXL Correctable Protocol ID Framing Error", 0x0E, 8, 8, RW1C);
        UncorrectableFraming = Map.Field<bool>("CXL Uncorrectable Protocol ID Framing Error", 0x0E, 9, 9, RW1C);
        UnexpectedDropped = Map.Field<bool>("CXL Unexpected Protocol ID Dropped", 0x0E, 10, 10, RW1C);
        RetimerMismatch = Map.Field<bool>("CXL Retimers Present Mismatched", 0x0E, 11, 11, RW1C);
        Phase2Mismatch = Map.Field<bool>("Flex Bus Enable Bits Phase 2 Mismatch", 0x0E, 12, 12, RW1C);
        LatencyOptimizedEnabled = Map.Field<bool>("Latency Optimized 256B Flit Enabled", 0x0E, 13, 13, RO);
        PbrEnabled = Map.Field<bool>("PBR Flit Enabled", 0x0E, 14, 14, RO);
        IoThrottle = Map.Field<bool>("CXL.io Throttle Required at 64GT/s", 0x0E, 15, 15, RO);
        ReceivedPhase1 = Map.Field<uint>("Received Flex Bus Modified TS Data Phase 1", 0x10, 23, 0, RO);
        NopHintCapable = Map.Field<bool>("NOP Hint Capable", 0x14, 0, 0, HwInit);
        NopHintEnable = Map.Field<bool>("NOP Hint Enable", 0x18, 0, 0, downstream ? RW : RO);
        NopHint = Map.Field<uint>("NOP Hint Info", 0x1C, 1, 0, RO);
    }

    /// <inheritdoc/>
    public RegisterMap Map { get; }

    /// <summary>The port can: CXL.cache.</summary>
    public Field<bool> CacheCapable { get; }

    /// <summary>The port can: CXL.io. Always.</summary>
    public Field<bool> IoCapable { get; }

    /// <summary>The port can: CXL.mem.</summary>
    public Field<bool> MemCapable { get; }

    /// <summary>The port can: 68-byte flits in a virtual hierarchy.</summary>
    public Field<bool> Flit68Capable { get; }

    /// <summary>The port can: multi-logical devices.</summary>
    public Field<bool> MldCapable { get; }

    /// <summary>The port can: latency-optimized 256-byte flits.</summary>
    public Field<bool> LatencyOptimizedCapable { get; }

    /// <summary>The port can: port-based routing flits.</summary>
    public Field<bool> PbrCapable { get; }

    /// <summary>Negotiate: CXL.cache.</summary>
    public Field<bool> CacheEnable { get; }

    /// <summary>Negotiate: CXL.io. Always.</summary>
    public Field<bool> IoEnable { get; }

    /// <summary>Negotiate: CXL.mem.</summary>
    public Field<bool> MemEnable { get; }

    /// <summary>Negotiate: no sync headers, for latency.</summary>
    public Field<bool> SyncHeaderBypass { get; }

    /// <summary>Use the drift buffer.</summary>
    public Field<bool> DriftBuffer { get; }

    /// <summary>Negotiate: 68-byte flits in a virtual hierarchy.</summary>
    public Field<bool> Flit68Enable { get; }

    /// <summary>Negotiate: multi-logical devices.</summary>
    public Field<bool> MldEnable { get; }

    /// <summary>Do not train as a restricted CXL device.</summary>
    public Field<bool> DisableRcdTraining { get; }

    /// <summary>There is a retimer.</summary>
    public Field<bool> Retimer1 { get; }

    /// <summary>There is a second one.</summary>
    public Field<bool> Retimer2 { get; }

    /// <summary>Negotiate: latency-optimized 256-byte flits.</summary>
    public Field<bool> LatencyOptimizedEnable { get; }

    /// <summary>Negotiate: port-based routing flits.</summary>
    public Field<bool> PbrEnable { get; }

    /// <summary>Negotiated: CXL.cache.</summary>
    public Field<bool> CacheEnabled { get; }

    /// <summary>Negotiated: CXL.io.</summary>
    public Field<bool> IoEnabled { get; }

    /// <summary>Negotiated: CXL.mem.</summary>
    public Field<bool> MemEnabled { get; }

    /// <summary>Negotiated: no sync headers.</summary>
    public Field<bool> SyncHeaderBypassed { get; }

    /// <summary>Negotiated: 68-byte flits in a virtual hierarchy.</summary>
    public Field<bool> Flit68Enabled { get; }

    /// <summary>Negotiated: multi-logical devices.</summary>
    public Field<bool> MldEnabled { get; }

    /// <summary>The even half of a flit failed its CRC.</summary>
    public Field<bool> EvenHalfFailed { get; }

    /// <summary>A protocol id had one wrong bit.</summary>
    public Field<bool> CorrectableFraming { get; }

    /// <summary>A protocol id could not be told.</summary>
    public Field<bool> UncorrectableFraming { get; }

    /// <summary>A protocol that was not negotiated came in.</summary>
    public Field<bool> UnexpectedDropped { get; }

    /// <summary>Both ends disagree on retimers.</summary>
    public Field<bool> RetimerMismatch { get; }

    /// <summary>Both ends disagree on what to enable.</summary>
    public Field<bool> Phase2Mismatch { get; }

    /// <summary>Negotiated: latency-optimized 256-byte flits.</summary>
    public Field<bool> LatencyOptimizedEnabled { get; }

    /// <summary>Negotiated: port-based routing flits.</summary>
    public Field<bool> PbrEnabled { get; }

    /// <summary>The other end needs CXL.io throttled at 64 GT/s.</summary>
    public Field<bool> IoThrottle { get; }

    /// <summary>What the other end said in phase 1 of training.</summary>
    public Field<uint> ReceivedPhase1 { get; }

    /// <summary>The port can send NOP hints.</summary>
    public Field<bool> NopHintCapable { get; }

    /// <summary>Negotiate NOP hints.</summary>
    public Field<bool> NopHintEnable { get; }

    /// <summary>What was negotiated.</summary>
    public Field<uint> NopHint { get; }

    /// <summary>The table of a port that faces down (root port, downstream port) or up. The same instance every time.</summary>
    public static FlexBusRegisters For(bool downstream) => downstream ? facingDown : facingUp;

    /// <summary>The link came up: what both ends can and should do is what they do.</summary>
    /// <param name="view">This end.</param>
    /// <param name="cache">CXL.cache was negotiated.</param>
    /// <param name="mem">CXL.mem was negotiated.</param>
    /// <param name="latencyOptimized">Latency-optimized 256-byte flits were negotiated.</param>
    public void SetNegotiated(RegisterView view, bool cache, bool mem, bool latencyOptimized = false)
    {
        view.Set(CacheEnabled, cache);
        view.Set(IoEnabled, true);
        view.Set(MemEnabled, mem);
        view.Set(Flit68Enabled, true);
        view.Set(LatencyOptimizedEnabled, latencyOptimized);
    }
}
