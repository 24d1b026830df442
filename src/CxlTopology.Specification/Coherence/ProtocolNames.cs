namespace CxlTopology.Specification;

/// <summary>The protocol's words as the specification spells them.</summary>
public static class ProtocolNames
{
    /// <summary>One letter of a state: I, S, E, M.</summary>
    public static string Of(LineState state) => state.ToString()[..1];

    /// <summary>A response of the host, with the state of a GO.</summary>
    public static string Of(H2DResponse response, GoState state) => response switch
    {
        H2DResponse.Go => "GO-" + state.ToString()[..1].Replace("E", state == GoState.Error ? "Err" : "E", StringComparison.Ordinal),
        H2DResponse.GoWritePull => "GO-WritePull",
        H2DResponse.GoWritePullDrop => "GO-WritePull-Drop",
        H2DResponse.FastGo => "Fast-GO",
        H2DResponse.FastGoWritePull => "Fast-GO-WritePull",
        H2DResponse.GoErrWritePull => "GO-ERR-WritePull",
        _ => response.ToString(),
    };

    /// <summary>A request of a device.</summary>
    public static string Of(D2HRequest request) => request switch
    {
        D2HRequest.ClFlush => "CLFlush",
        D2HRequest.WoWrInv => "WOWrInv",
        D2HRequest.WoWrInvF => "WOWrInvF",
        _ => request.ToString(),
    };

    /// <summary>A completion of a device.</summary>
    public static string Of(S2MCompletion completion) => completion switch
    {
        S2MCompletion.CmpS => "Cmp-S",
        S2MCompletion.CmpE => "Cmp-E",
        S2MCompletion.CmpM => "Cmp-M",
        S2MCompletion.BIConflictAck => "BI-ConflictAck",
        _ => "Cmp",
    };

    /// <summary>A request of CXL.mem with what it says of states.</summary>
    public static string Of(string opcode, MetaField field, MetaValue value, SnoopType snoop) =>
        field == MetaField.NoOp ? $"{opcode} (no meta, {snoop})" : $"{opcode} ({value}, {snoop})";
}
