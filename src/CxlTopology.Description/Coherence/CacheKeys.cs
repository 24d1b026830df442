using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of caches and snoop filters, and how they are read.</summary>
internal static class CacheKeys
{
    private const ulong LargestBytes = 1UL << 30;
    private const int LineBytes = 64;
    private static readonly ScalarKind<SimDuration> latency = Kinds.Duration(SimDuration.Zero, SimDuration.FromMilliseconds(1));

    public static readonly ValueKey<ByteSize> Size =
        new("size", Kinds.Size(0, LargestBytes, LineBytes), "Bytes of its lines, a multiple of 64B times the ways; 0B for no cache. 1MiB unless stated, a snoop filter 16MiB.");
    public static readonly ValueKey<int> Ways = new("ways", Kinds.Integer(1, 64), "Lines of a set; 8 unless stated, of a snoop filter 16.");
    public static readonly ValueKey<SimDuration> Latency = new("latency", latency, "One access; 12ns unless stated, of an accelerator the profile's.");
    public static readonly ValueKey<CachePolicy> Policy = new("policy",
        Kinds.Choice(("lru", CachePolicy.Lru), ("fifo", CachePolicy.Fifo), ("random", CachePolicy.Random)), "Which line of a full set gives way.", "lru");
    public static readonly ValueKey<bool> Reads = new("reads", Kinds.Choice(("shared", false), ("any", true)),
        "How lines are read: shared, or in whatever state the host gives; of accelerators.", "shared");

    public static readonly ValueKey<DeviceWrites> Writes = new("writes",
        Kinds.Choice(("keep", DeviceWrites.Keep), ("push", DeviceWrites.Push), ("update", DeviceWrites.Update), ("through", DeviceWrites.Through), ("ordered", DeviceWrites.Ordered)),
        "How lines of others' memory are written that the cache does not own: into it, whole ones into the host's cache or where they are, or past all caches; of accelerators.", "keep");

    public static readonly ValueKey<bool> SpeculativeReads =
        new("speculative-reads", Kinds.Boolean, "Reads that wait for snoops are announced to the memory of the device first (MemSpecRd); of hosts.", "false");

    public static readonly ValueKey<int> SnoopLines = new("snoop-lines", Kinds.Choice(("1", 1), ("2", 2), ("4", 4)),
        "Lines that a back-invalidate snoop asks for at once, where the host holds them.", "1");

    public static readonly KeyTable HostTable = new("host cache", "The cache in front of a host's cores.", Size, Ways, Latency, Policy, SpeculativeReads);
    public static readonly KeyTable DeviceTable = new("device cache", "The cache of an accelerator.", Size, Ways, Latency, Policy, Reads, Writes);
    public static readonly KeyTable FilterTable =
        new("snoop filter", "The lines of its memory that an hdm-db device knows the host to hold.", Size, Ways, Latency, Policy, SnoopLines);

    /// <summary>Reads a section; null without one.</summary>
    public static CacheModel? Read(YamlNode? node, KeyTable table, CacheModel defaults, ErrorSink errors)
    {
        if (node is null)
            return null;
        SectionReader section = SectionReader.Open(node, table, errors);
        var cache = new CacheModel
        {
            Size = section.Get(Size, defaults.Size),
            Ways = section.Get(Ways, defaults.Ways),
            Latency = section.Get(Latency, defaults.Latency),
            Policy = section.Get(Policy),
            SnoopLines = table == FilterTable ? section.Get(SnoopLines) : 1,
            TakesAny = table == DeviceTable && section.Get(Reads),
            Writes = table == DeviceTable ? section.Get(Writes) : DeviceWrites.Keep,
            SpeculativeReads = table == HostTable && section.Get(SpeculativeReads),
        };
        if (cache.Size.Bytes % ((ulong)cache.Ways * LineBytes) != 0 || (table == FilterTable && cache.Size.Bytes == 0))
        {
            section.Problem(DescriptionErrorCode.CacheShape, section.Has(Size) ? section.PositionOf(Size) : node.Position,
                cache.Size.Bytes == 0 ? "a snoop filter without lines" : $"{cache.Size} is not a whole number of sets of {cache.Ways} lines",
                "The size is a multiple of 64B times the ways.");
        }

        return cache;
    }
}
