using static CxlTopology.Specification.LineState;

namespace CxlTopology.Specification;

/// <summary>Every request in every combination of states, worked out from <see cref="CoherenceRules"/>: what the document prints and what tests hold the actors to.</summary>
public static class ProtocolTable
{
    private static readonly LineState[] states = [Invalid, Shared, Exclusive, Modified];

    /// <summary>Requests of a device on CXL.cache for a line of the host's memory, by a host with a cache, beside one other device.</summary>
    public static IReadOnlyList<ProtocolTransition> HostMemory { get; } =
    [
        .. from rule in CoherenceRules.Requests
        from device in rule.From
        from host in states
        from peer in states
        where IsLegal(device, host, peer)
        select Of(rule, device, host, peer),
    ];

    /// <summary>Accesses of a device to its own HDM-DB memory, by what the host holds.</summary>
    public static IReadOnlyList<ProtocolTransition> BackInvalidate { get; } =
    [
        .. from isWrite in new[] { false, true }
        from device in states
        from host in states
        where IsLegal(device, host, Invalid)
        select DeviceAccess(isWrite, device, host, keeps: true),
    ];

    /// <summary>The same of a device that keeps nothing: it has no cache, or may not use it.</summary>
    public static IReadOnlyList<ProtocolTransition> BackInvalidateUncached { get; } =
    [
        .. from isWrite in new[] { false, true }
        from host in states
        select DeviceAccess(isWrite, Invalid, host, keeps: false),
    ];

    /// <summary>Accesses of a device to its own HDM-D memory in host bias, with what its engine asks for.</summary>
    public static IReadOnlyList<ProtocolTransition> HostBias { get; } =
    [
        .. from isWrite in new[] { false, true }
        from device in states
        from host in states
        where IsLegal(device, host, Invalid)
        select BiasedAccess(isWrite ? D2HRequest.RdOwnNoData : D2HRequest.RdShared, isWrite, device, host, keeps: true),
        .. from isWrite in new[] { false, true }
        from host in states
        select BiasedAccess(isWrite ? D2HRequest.WrInv : D2HRequest.RdCurr, isWrite, Invalid, host, keeps: false),
    ];

    /// <summary>Accesses of a host to HDM-DB memory, by what the device's own cache holds.</summary>
    public static IReadOnlyList<ProtocolTransition> DeviceMemory { get; } =
    [
        .. from isWrite in new[] { false, true }
        from device in states
        from host in new[] { Invalid, Shared }
        where IsLegal(device, host, Invalid)
        select HostAccess(isWrite, device, host),
    ];

    private static bool IsLegal(LineState a, LineState b, LineState c) =>
        new[] { a, b, c }.Count(s => s >= Exclusive) is var owners && (owners == 0 || (owners == 1 && new[] { a, b, c }.Count(s => s != Invalid) == 1));

    private static ProtocolTransition Of(D2HRule rule, LineState device, LineState host, LineState peer)
    {
        List<string> messages = ["device → host: D2HReq " + ProtocolNames.Of(rule.Request)];
        bool dirty = false;
        LineState peerAfter = peer;
        if (rule.Snoop is { } snoop && (peer >= Exclusive || (rule.SnoopsSharers && peer == Shared)))
        {
            SnoopRule answer = CoherenceRules.Of(snoop, peer);
            messages.Add("host → peer: H2DReq " + snoop);
            messages.Add($"peer → host: {(answer.HasData ? "D2HData" : "D2HRsp")} {answer.Response}");
            peerAfter = answer.Kept;
            dirty = answer.HasData && answer.Response != D2HResponse.RspVFwdV;
        }

        LineState hostAfter = rule.HostKept[(int)host];
        dirty |= host == Modified && hostAfter != Modified;
        bool among = hostAfter != Invalid || peerAfter != Invalid;
        GoState state = rule.MovesDirty && dirty ? GoState.Modified : among ? rule.Among : rule.Alone;
        messages.Add($"host → device: {(rule.SendsData ? "H2DData" : "H2DRsp")} {ProtocolNames.Of(rule.First, state)}");
        if (rule.PullsData)
            messages.Add("device → host: D2HData");
        if (rule.Last is { } last)
            messages.Add("host → device: H2DRsp " + ProtocolNames.Of(last, GoState.Invalid));
        LineState deviceAfter = state switch
        {
            _ when rule.Evicts || rule.PullsData => Invalid,
            _ when rule.Request == D2HRequest.CacheFlushed => Invalid,
            GoState.Shared => Shared,
            GoState.Exclusive => Exclusive,
            GoState.Modified => Modified,
            _ => device == Invalid ? Invalid : device,
        };
        bool writes = (dirty && !rule.MovesDirty) || (rule.PullsData && (rule.Evicts || hostAfter != Modified));
        return new ProtocolTransition("device", ProtocolNames.Of(rule.Request), device, host, peer, messages, deviceAfter, hostAfter, peerAfter, writes);
    }

    private static string NameOf(bool isWrite, bool keeps) => (isWrite ? "write" : "read") + (keeps ? "" : ", keeping nothing");

    /// <summary>What a device has after an access to its own memory.</summary>
    private static LineState DeviceAfter(bool isWrite, LineState device, LineState host, bool keeps, bool hits) =>
        !keeps ? Invalid : isWrite ? Modified : hits ? device : host == Invalid ? Exclusive : Shared;

    private static void WriteBack(List<string> messages, MetaValue value)
    {
        messages.Add("host → device: M2SRwD " + ProtocolNames.Of("MemWr", MetaField.Meta0State, value, SnoopType.NoOp));
        messages.Add("device → host: S2MNdr Cmp");
    }

    private static ProtocolTransition BiasedAccess(D2HRequest request, bool isWrite, LineState device, LineState host, bool keeps)
    {
        string name = NameOf(isWrite, keeps);
        if (device >= Exclusive || (device == Shared && !isWrite))
            return new ProtocolTransition("device", name, device, host, Invalid, [], DeviceAfter(isWrite, device, host, keeps, hits: true), host, Invalid, false);
        D2HRule rule = CoherenceRules.Of(request);
        List<string> messages = ["device → host: D2HReq " + ProtocolNames.Of(request)];
        // A read for one use leaves the host what it has, clean.
        LineState hostAfter = request == D2HRequest.RdCurr && host == Modified ? Exclusive : rule.HostKept[(int)host];
        MetaValue left = hostAfter switch { Invalid => MetaValue.Invalid, Shared => MetaValue.Shared, _ => MetaValue.Any };
        if (host == Modified)
            WriteBack(messages, left);
        messages.Add("host → device: M2SReq " + ProtocolNames.Of(rule.PullsData ? "MemWrFwd" : "MemRdFwd", MetaField.Meta0State, left, SnoopType.NoOp));
        LineState after = keeps && !isWrite ? Shared : DeviceAfter(isWrite, device, hostAfter, keeps, hits: false);
        return new ProtocolTransition("device", name, device, host, Invalid, messages, after, hostAfter, Invalid, host == Modified);
    }

    private static ProtocolTransition DeviceAccess(bool isWrite, LineState device, LineState host, bool keeps)
    {
        List<string> messages = [];
        LineState hostAfter = host;
        bool hits = device >= Exclusive || (device == Shared && !isWrite);
        bool writes = false;
        if (!hits && (isWrite ? host != Invalid : host >= Exclusive))
        {
            S2MBISnoop snoop = isWrite ? S2MBISnoop.BISnpInv : keeps ? S2MBISnoop.BISnpData : S2MBISnoop.BISnpCur;
            BackInvalidateRule rule = CoherenceRules.Of(snoop, host);
            messages.Add("device → host: S2MBISnp " + snoop);
            if (rule.WriteBack is { } value)
            {
                WriteBack(messages, value);
                writes = true;
            }

            messages.Add("host → device: M2SBIRsp " + rule.Response);
            hostAfter = rule.Kept;
        }

        LineState deviceAfter = DeviceAfter(isWrite, device, hostAfter, keeps, hits);
        return new ProtocolTransition("device", NameOf(isWrite, keeps), device, host, Invalid, messages, deviceAfter, hostAfter, Invalid, writes);
    }

    private static ProtocolTransition HostAccess(bool isWrite, LineState device, LineState host)
    {
        List<string> messages = [];
        if (host == Shared && !isWrite)
            return new ProtocolTransition("host", "read", device, host, Invalid, messages, device, host, Invalid, false);
        SnoopType snoop = isWrite ? SnoopType.SnpInv : SnoopType.SnpData;
        DeviceRule rule = CoherenceRules.Of(snoop, device);
        S2MCompletion completion = CoherenceRules.Completion(MetaValue.Any, rule.Kept);
        messages.Add("host → device: M2SReq " + ProtocolNames.Of(isWrite ? "MemInv" : "MemRd", MetaField.Meta0State, MetaValue.Any, snoop));
        messages.Add(isWrite ? "device → host: S2MNdr " + ProtocolNames.Of(completion) : $"device → host: S2MDrs MemData + S2MNdr {ProtocolNames.Of(completion)}");
        LineState hostAfter = isWrite ? Modified : completion == S2MCompletion.CmpE ? Exclusive : Shared;
        return new ProtocolTransition("host", isWrite ? "write" : "read", device, host, Invalid, messages, rule.Kept, hostAfter, Invalid, rule.WritesMemory);
    }
}
