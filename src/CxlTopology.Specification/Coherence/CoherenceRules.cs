using static CxlTopology.Specification.LineState;

namespace CxlTopology.Specification;

/// <summary>The coherence protocol as tables: who does what on which request in which state. The actors look up here what they do, and the document is printed from here.</summary>
public static class CoherenceRules
{
    private static readonly IReadOnlyList<LineState> same = [Invalid, Shared, Exclusive, Modified];
    private static readonly IReadOnlyList<LineState> shares = [Invalid, Shared, Shared, Shared];
    private static readonly IReadOnlyList<LineState> drops = [Invalid, Invalid, Invalid, Invalid];
    private static readonly D2HRule[] byRequest = new D2HRule[(int)D2HRequest.CacheFlushed + 1];
    private static readonly SnoopRule[] bySnoop = new SnoopRule[16];
    private static readonly BackInvalidateRule[] byBackInvalidate = new BackInvalidateRule[16];
    private static readonly DeviceRule[] bySnoopType = new DeviceRule[16];

    static CoherenceRules()
    {
        foreach (D2HRule rule in Requests)
            byRequest[(int)rule.Request] = rule;
        foreach (SnoopRule rule in Snoops)
            bySnoop[(int)rule.Snoop * 4 + (int)rule.Held] = rule;
        foreach (BackInvalidateRule rule in BackInvalidates)
            byBackInvalidate[(int)rule.Snoop * 4 + (int)rule.Held] = rule;
        foreach (DeviceRule rule in DeviceAccesses)
            bySnoopType[(int)rule.Snoop * 4 + (int)rule.Held] = rule;
    }

    /// <summary>Every request of a device on CXL.cache.</summary>
    public static IReadOnlyList<D2HRule> Requests { get; } =
    [
        new() { Request = D2HRequest.RdCurr, Snoop = H2DRequest.SnpCur, HostKept = same, First = H2DResponse.Go, Alone = GoState.Invalid, Among = GoState.Invalid, SendsData = true },
        new() { Request = D2HRequest.RdOwn, Snoop = H2DRequest.SnpInv, SnoopsSharers = true, HostKept = drops, MovesDirty = true, First = H2DResponse.Go, Alone = GoState.Exclusive, Among = GoState.Exclusive, SendsData = true, From = [Invalid, Shared] },
        new() { Request = D2HRequest.RdShared, Snoop = H2DRequest.SnpData, HostKept = shares, First = H2DResponse.Go, Alone = GoState.Shared, Among = GoState.Shared, SendsData = true },
        new() { Request = D2HRequest.RdAny, Snoop = H2DRequest.SnpData, HostKept = shares, First = H2DResponse.Go, Alone = GoState.Exclusive, Among = GoState.Shared, SendsData = true },
        new() { Request = D2HRequest.RdOwnNoData, Snoop = H2DRequest.SnpInv, SnoopsSharers = true, HostKept = drops, First = H2DResponse.Go, Alone = GoState.Exclusive, Among = GoState.Exclusive, From = [Invalid, Shared] },
        new() { Request = D2HRequest.ItoMWr, Snoop = H2DRequest.SnpInv, SnoopsSharers = true, HostKept = [Modified, Modified, Modified, Modified], First = H2DResponse.GoWritePull, Alone = GoState.Invalid, Among = GoState.Invalid, PullsData = true },
        new() { Request = D2HRequest.WrCur, Snoop = H2DRequest.SnpInv, SnoopsSharers = true, HostKept = [Invalid, Modified, Modified, Modified], First = H2DResponse.GoWritePull, Alone = GoState.Invalid, Among = GoState.Invalid, PullsData = true },
        new() { Request = D2HRequest.ClFlush, Snoop = H2DRequest.SnpInv, SnoopsSharers = true, HostKept = drops, First = H2DResponse.Go, Alone = GoState.Invalid, Among = GoState.Invalid },
        new() { Request = D2HRequest.CleanEvict, HostKept = same, First = H2DResponse.GoWritePullDrop, Alone = GoState.Invalid, Among = GoState.Invalid, Evicts = true, From = [Exclusive] },
        new() { Request = D2HRequest.DirtyEvict, HostKept = same, First = H2DResponse.GoWritePull, Alone = GoState.Invalid, Among = GoState.Invalid, PullsData = true, Evicts = true, From = [Modified] },
        new() { Request = D2HRequest.CleanEvictNoData, HostKept = same, First = H2DResponse.Go, Alone = GoState.Invalid, Among = GoState.Invalid, Evicts = true, From = [Shared, Exclusive] },
        new() { Request = D2HRequest.WoWrInv, Snoop = H2DRequest.SnpInv, SnoopsSharers = true, HostKept = drops, First = H2DResponse.FastGoWritePull, Last = H2DResponse.ExtCmp, Alone = GoState.Invalid, Among = GoState.Invalid, PullsData = true },
        new() { Request = D2HRequest.WoWrInvF, Snoop = H2DRequest.SnpInv, SnoopsSharers = true, HostKept = drops, First = H2DResponse.FastGoWritePull, Last = H2DResponse.ExtCmp, Alone = GoState.Invalid, Among = GoState.Invalid, PullsData = true },
        new() { Request = D2HRequest.WrInv, Snoop = H2DRequest.SnpInv, SnoopsSharers = true, HostKept = drops, First = H2DResponse.WritePull, Last = H2DResponse.Go, Alone = GoState.Invalid, Among = GoState.Invalid, PullsData = true },
        new() { Request = D2HRequest.CacheFlushed, HostKept = same, First = H2DResponse.Go, Alone = GoState.Invalid, Among = GoState.Invalid },
    ];

    /// <summary>Every snoop of the host, in every state of a device's cache.</summary>
    public static IReadOnlyList<SnoopRule> Snoops { get; } =
    [
        new(H2DRequest.SnpData, Invalid, D2HResponse.RspIHitI, Invalid, false),
        new(H2DRequest.SnpData, Shared, D2HResponse.RspSHitSE, Shared, false),
        new(H2DRequest.SnpData, Exclusive, D2HResponse.RspSHitSE, Shared, false),
        new(H2DRequest.SnpData, Modified, D2HResponse.RspSFwdM, Shared, true),
        new(H2DRequest.SnpInv, Invalid, D2HResponse.RspIHitI, Invalid, false),
        new(H2DRequest.SnpInv, Shared, D2HResponse.RspIHitSE, Invalid, false),
        new(H2DRequest.SnpInv, Exclusive, D2HResponse.RspIHitSE, Invalid, false),
        new(H2DRequest.SnpInv, Modified, D2HResponse.RspIFwdM, Invalid, true),
        new(H2DRequest.SnpCur, Invalid, D2HResponse.RspIHitI, Invalid, false),
        new(H2DRequest.SnpCur, Shared, D2HResponse.RspVHitV, Shared, false),
        new(H2DRequest.SnpCur, Exclusive, D2HResponse.RspVHitV, Exclusive, false),
        new(H2DRequest.SnpCur, Modified, D2HResponse.RspVFwdV, Modified, true),
    ];

    /// <summary>Every back-invalidate snoop, in every state of the host.</summary>
    public static IReadOnlyList<BackInvalidateRule> BackInvalidates { get; } =
    [
        new(S2MBISnoop.BISnpCur, Invalid, null, M2SBIResponse.BIRspI, Invalid),
        new(S2MBISnoop.BISnpCur, Shared, null, M2SBIResponse.BIRspS, Shared),
        new(S2MBISnoop.BISnpCur, Exclusive, null, M2SBIResponse.BIRspE, Exclusive),
        new(S2MBISnoop.BISnpCur, Modified, MetaValue.Any, M2SBIResponse.BIRspE, Exclusive),
        new(S2MBISnoop.BISnpData, Invalid, null, M2SBIResponse.BIRspI, Invalid),
        new(S2MBISnoop.BISnpData, Shared, null, M2SBIResponse.BIRspS, Shared),
        new(S2MBISnoop.BISnpData, Exclusive, null, M2SBIResponse.BIRspS, Shared),
        new(S2MBISnoop.BISnpData, Modified, MetaValue.Shared, M2SBIResponse.BIRspS, Shared),
        new(S2MBISnoop.BISnpInv, Invalid, null, M2SBIResponse.BIRspI, Invalid),
        new(S2MBISnoop.BISnpInv, Shared, null, M2SBIResponse.BIRspI, Invalid),
        new(S2MBISnoop.BISnpInv, Exclusive, null, M2SBIResponse.BIRspI, Invalid),
        new(S2MBISnoop.BISnpInv, Modified, MetaValue.Invalid, M2SBIResponse.BIRspI, Invalid),
    ];

    /// <summary>Every snoop type of CXL.mem, in every state of the device's own cache.</summary>
    public static IReadOnlyList<DeviceRule> DeviceAccesses { get; } =
    [
        new(SnoopType.NoOp, Invalid, Invalid, false, false),
        new(SnoopType.NoOp, Shared, Shared, false, false),
        new(SnoopType.NoOp, Exclusive, Exclusive, false, false),
        new(SnoopType.NoOp, Modified, Modified, false, false),
        new(SnoopType.SnpData, Invalid, Invalid, false, false),
        new(SnoopType.SnpData, Shared, Shared, false, false),
        new(SnoopType.SnpData, Exclusive, Shared, false, false),
        new(SnoopType.SnpData, Modified, Shared, true, true),
        new(SnoopType.SnpCur, Invalid, Invalid, false, false),
        new(SnoopType.SnpCur, Shared, Shared, false, false),
        new(SnoopType.SnpCur, Exclusive, Exclusive, false, false),
        new(SnoopType.SnpCur, Modified, Modified, true, false),
        new(SnoopType.SnpInv, Invalid, Invalid, false, false),
        new(SnoopType.SnpInv, Shared, Invalid, false, false),
        new(SnoopType.SnpInv, Exclusive, Invalid, false, false),
        new(SnoopType.SnpInv, Modified, Invalid, true, true),
    ];

    /// <summary>How the host serves a request.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The opcode is reserved.</exception>
    public static D2HRule Of(D2HRequest request) => (uint)request < (uint)byRequest.Length && byRequest[(int)request] is { } rule
        ? rule
        : throw new ArgumentOutOfRangeException(nameof(request), request, "No request of CXL.cache has this opcode.");

    /// <summary>What a device does on a snoop.</summary>
    public static SnoopRule Of(H2DRequest snoop, LineState held) => bySnoop[(int)snoop * 4 + (int)held];

    /// <summary>What a host does on a back-invalidate snoop; of a block form, what it does with each line.</summary>
    public static BackInvalidateRule Of(S2MBISnoop snoop, LineState held) => byBackInvalidate[((int)snoop & 3) * 4 + (int)held];

    /// <summary>What a device does to its cache before it serves a request of CXL.mem.</summary>
    public static DeviceRule Of(SnoopType snoop, LineState held) => bySnoopType[(int)snoop * 4 + (int)held];

    /// <summary>The completion of a request of CXL.mem that says what the host wants to hold.</summary>
    /// <param name="wanted">The metadata.</param>
    /// <param name="kept">What the device's own cache keeps.</param>
    public static S2MCompletion Completion(MetaValue wanted, LineState kept) => wanted switch
    {
        MetaValue.Shared => S2MCompletion.CmpS,
        MetaValue.Any => kept == Invalid ? S2MCompletion.CmpE : S2MCompletion.CmpS,
        _ => S2MCompletion.Cmp,
    };
}
