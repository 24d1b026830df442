using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of a host and of a host bridge.</summary>
internal static class HostKeys
{
    public static readonly ValueKey<ByteSize> Memory = new("memory", Kinds.Size(), "The host's own DRAM, at address 0.", "4GiB");

    public static readonly ValueKey<SimDuration> FabricLatency = new("fabric-latency",
        Kinds.Duration(SimDuration.Zero, SimDuration.FromMilliseconds(1)), "From a core to a host bridge, one way.", "26ns");

    public static readonly Key Windows =
        new("windows", new ListKind(new SectionKind(() => WindowKeys.Table)), "Fixed memory windows (CFMWS); their index is their name.");
    public static readonly Key Bridges =
        new("bridges", new NamedKind(new AnyOfKind(new SectionKind(() => BridgeTable!), new NamedKind(PortKeys.PortKind))),
        "CXL host bridges by name; without options, the root ports at once.", required: true);

    public static readonly ValueKey<int> Decoders = new("decoders", Kinds.DecoderCount, "HDM decoders.", "4");
    public static readonly ValueKey<int> Targets = new("targets", Kinds.TargetCount, "Targets a decoder can list.", "8");

    public static readonly ValueKey<bool?> PassThrough = new("passthrough",
        Kinds.Choice<bool?>(("auto", null), ("true", true), ("yes", true), ("on", true), ("false", false), ("no", false), ("off", false)),
        "No HDM decoders, everything goes to the only root port; auto: with exactly one port.", "auto");

    public static readonly ValueKey<int> Uid =
        new("uid", Kinds.Integer(0, int.MaxValue), "Unique id (CHBS UID); the bridge's index in its host unless stated.");
    public static readonly ValueKey<int> Segment =
        new("segment", Kinds.Integer(0, 65535), "PCI segment; the first with room unless stated.");
    public static readonly ValueKey<int> FirstBus =
        new("bus", Kinds.Integer(0, 255), "PCI bus of the root ports; the first of a gap that is large enough unless stated.");
    public static readonly ValueKey<bool> EventCollector = new("event-collector", Kinds.Boolean,
        "A root complex event collector follows the root ports on their bus, and CEDT says so (RDPAS).", "false");
    public static readonly ValueKey<bool> BackInvalidate = new("back-invalidate", Kinds.Boolean,
        "The bridge and its root ports have BI decoders and a BI route table: hdm-db devices may be below.", "true");

    public static readonly ValueKey<HardwareDelay> CommitTime = new("commit-time", Kinds.Delay(HdmDecoderCapability.CommitTimeMax),
        "How long the decoders take to commit, or never; more than 10ms is a broken device.", "0s");
    public static readonly Key Interleave = new("interleave", InterleaveKeys.Kind, "What interleaving the decoders support.");
    public static readonly Key Ports = new("ports", new NamedKind(PortKeys.PortKind), "Root ports by name.", required: true);

    public static readonly Key Cache =
        new("cache", new SectionKind(() => CacheKeys.HostTable), "A cache in front of the cores; none unless stated.");

    public static readonly Key Iommu = new("iommu", new SectionKind(() => IommuKeys.Table), "How it translates what devices ask of its memory by themselves; where there are guests.");

    public static readonly KeyTable Table =
        new("host", "A host with its windows and host bridges.", Memory, FabricLatency, Cache, Iommu, Windows, Bridges);

    public static readonly KeyTable BridgeTable =
        new("bridge", "A CXL host bridge.", Decoders, Targets, PassThrough, Uid, Segment, FirstBus, CommitTime, BackInvalidate, EventCollector, Interleave, Ports);
}
