using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>The keys of a link.</summary>
internal static class LinkKeys
{
    public static readonly ScalarKind<SimDuration> LatencyKind = Kinds.Duration(SimDuration.Zero, SimDuration.FromMilliseconds(1));

    public static readonly ValueKey<int> Rate = new("rate", Kinds.LinkRate, "Transfers a second and lane.", "32GT/s");
    public static readonly ValueKey<int> Width = new("width", Kinds.LinkWidth, "Lanes.", "x16");
    public static readonly ValueKey<int> Flit =
        new("flit", Kinds.Choice(("68B", 68), ("256B", 256)), "Size of a flit: 68B up to 32GT/s unless stated, 256B at 64GT/s.");
    public static readonly ValueKey<SimDuration> PortLatency =
        new("port-latency", LatencyKind, "One traversal of the port above the link.", "25ns");
    public static readonly ValueKey<SimDuration> Wire = new("wire", LatencyKind, "Time on the wire, one way.", "1ns");
    public static readonly Key Credits = new("credits", new SectionKind(() => CreditsTable!), "Credits each message class starts with.");
    public static readonly ValueKey<int> Retimers =
        new("retimers", Kinds.Integer(0, 4), "Retimers on the way: 10 ns each up to 32GT/s, 12 ns at 64GT/s.", "0");

    public static readonly ValueKey<SimDuration> Training = new("training", Kinds.Duration(SimDuration.FromMicroseconds(1), SimDuration.FromSeconds(1_000)),
        "From the end of a reset, or of what held the link down, until it carries messages again.", "10ms");

    public static readonly ValueKey<int> Req = new("req", Kinds.Integer(1, 4096), "Requests without data.", "128");
    public static readonly ValueKey<int> Rwd = new("rwd", Kinds.Integer(1, 4096), "Requests with data.", "128");
    public static readonly ValueKey<int> Ndr = new("ndr", Kinds.Integer(1, 4096), "Responses without data.", "128");
    public static readonly ValueKey<int> Drs = new("drs", Kinds.Integer(1, 4096), "Responses with data.", "128");

    public static readonly KeyTable Table =
        new("link", "A link, both directions alike.", Rate, Width, Flit, PortLatency, Wire, Credits, Retimers, Training);
    public static readonly KeyTable CreditsTable = new("credits", "Credits of a link by message class.", Req, Rwd, Ndr, Drs);
}
