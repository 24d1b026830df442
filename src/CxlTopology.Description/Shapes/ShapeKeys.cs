using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of a shape.</summary>
internal static class ShapeKeys
{
    public static readonly ValueKey<int> Hosts =
        new("hosts", Kinds.Integer(1, HostReader.HostsMax), "Hosts, each with a tree of its own.", "1");
    public static readonly ValueKey<int> Bridges = new("bridges", Kinds.Integer(1, 16), "Host bridges of a host.", "1");
    public static readonly ValueKey<int> Ports = new("ports", Kinds.Integer(1, PortReader.PortsMax), "Root ports of a host bridge.", "1");
    public static readonly Key Switches =
        new("switches", new ListKind(Kinds.Integer(1, PortReader.PortsMax)),
        "Downstream ports of every switch, one number a level; without any, endpoints are on the root ports.", "[]");
    public static readonly ValueKey<int> Decoders =
        new("decoders", Kinds.DecoderCount, "HDM decoders of every host bridge and switch; 4 unless stated.");
    public static readonly Key Endpoint =
        new("endpoint", new SectionKind(() => EndpointKeys.Table), "What every endpoint is.", required: true);
    public static readonly Key Link = new("link", new SectionKind(() => LinkKeys.Table), "What every link is.");
    public static readonly Key Region =
        new("region", new SectionKind(() => RegionTable!), "Regions over all endpoints; without it there are none.");

    public static readonly ValueKey<ByteSize> RegionSize =
        new("size", Kinds.Size(Kinds.Quarter), "Length of every region; all memory of its endpoints unless stated.");
    public static readonly ValueKey<int> RegionWays =
        new("ways", Kinds.Ways, "Endpoints of a region; as many as the tree allows unless stated.");
    public static readonly ValueKey<int> RegionGranularity =
        new("granularity", Kinds.Granularity, "Bytes that go to one endpoint before the next.", "256B");
    public static readonly ValueKey<RegionMemory> RegionMemoryKind =
        new("memory", Kinds.Choice(("ram", RegionMemory.Ram), ("pmem", RegionMemory.Pmem)), "Volatile or persistent capacity.", "ram");

    public static readonly KeyTable RegionTable =
        new("shape region", "The regions of a shape.", RegionWays, RegionGranularity, RegionSize, RegionMemoryKind);

    public static readonly KeyTable Table =
        new("shape", "A regular topology.", Hosts, Bridges, Ports, Switches, Decoders, Endpoint, Link, Region);
}
