using CxlTopology.Fabric;
using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>The keys of a port, and of the switch that may hang on it.</summary>
internal static class PortKeys
{
    /// <summary>A port: an endpoint's name, nothing, or a section.</summary>
    public static readonly AnyOfKind PortKind = new(Kinds.Name, null, new SectionKind(() => Table!));

    public static readonly ValueKey<int> Number = new("number", Kinds.Integer(0, 255), "PCIe port number; the port's index unless stated.");
    public static readonly Key Link = new("link", new SectionKind(() => LinkKeys.Table), "The link below the port.");
    public static readonly ValueKey<string> Endpoint = new("endpoint", Kinds.Name, "The endpoint on the link.");
    public static readonly ValueKey<string> Switch = new("switch", Kinds.Name, "Name of the switch on the link.");
    public static readonly ValueKey<int> Decoders = new("decoders", Kinds.DecoderCount, "HDM decoders of the switch's upstream port.", "4");
    public static readonly ValueKey<int> Targets = new("targets", Kinds.TargetCount, "Targets a decoder of the switch can list.", "8");
    public static readonly ValueKey<SimDuration> Latency =
        new("latency", LinkKeys.LatencyKind, "From one port of the switch to another.", "25ns");
    public static readonly ValueKey<SimDuration> PortLatency =
        new("port-latency", LinkKeys.LatencyKind, "One traversal of the switch's upstream port; that of the port above unless stated.");
    public static readonly ValueKey<HardwareDelay> CommitTime = new("commit-time", Kinds.Delay(HdmDecoderCapability.CommitTimeMax),
        "How long the switch's decoders and route tables take to commit, or never; more than 10ms is a broken device.", "0s");
    public static readonly ValueKey<bool> BackInvalidate = new("back-invalidate", Kinds.Boolean,
        "The switch has BI decoders and a BI route table: hdm-db devices may be below it.", "true");
    public static readonly ValueKey<int> HdmD = new("hdm-d", Kinds.Integer(1, Specification.CacheIdRouteTableRegisters.HdmDMax),
        "Ports of the switch that may lead to hdm-d devices, by its cache ID route table; unless stated, one, with the root port to itself.");
    public static readonly Key Interleave = new("interleave", InterleaveKeys.Kind, "What interleaving the switch's decoders support.");
    public static readonly Key Ports = new("ports", new NamedKind(PortKind), "Downstream ports of the switch by name.");

    public static readonly KeyTable Table = new("port", "A root port or downstream port, and what hangs on it.",
        Number, Link, Endpoint, Switch, Decoders, Targets, Latency, PortLatency, CommitTime, BackInvalidate, HdmD, Interleave, Ports);

    public static readonly KeyTable SwitchProfile =
        new("switch profile", "Defaults of all switches.", Decoders, Targets, Latency, PortLatency, CommitTime, BackInvalidate, HdmD, Interleave);
}
