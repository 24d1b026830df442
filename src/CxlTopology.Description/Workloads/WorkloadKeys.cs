using System.Text.Json.Nodes;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of a workload.</summary>
internal static class WorkloadKeys
{
    private static readonly ScalarKind<SimDuration> time = Kinds.Duration(SimDuration.Zero, SimDuration.FromSeconds(1_000));

    public static readonly ValueKey<string> From =
        new("from", Kinds.Name, "The host, the guest or the accelerator that issues the accesses; the only host unless stated.");
    public static readonly Key To =
        new("to", new AnyOfKind(Kinds.DottedName, new SectionKind(() => TargetTable!)),
        "Where the accesses go: a region's name, a host's or guest's memory (host0.memory), a window, or a range of addresses.", required: true);

    public static readonly ValueKey<WorkloadPattern> Pattern = new("pattern",
        Kinds.Choice(("random", WorkloadPattern.Random), ("sequential", WorkloadPattern.Sequential), ("stride", WorkloadPattern.Stride),
            ("pointer-chase", WorkloadPattern.PointerChase), ("hot-spot", WorkloadPattern.HotSpot), ("trace", WorkloadPattern.Trace)),
        "In what order; random unless stated, trace if a trace is named.");

    public static readonly ValueKey<Ratio> Reads = new("reads", Kinds.Share, "Share of reads; the rest are writes.", "100%");
    public static readonly ValueKey<int> Outstanding =
        new("outstanding", Kinds.Integer(1, 65536), "Accesses in flight at most; 64 unless stated, 1 for a pointer chase.");
    public static readonly ValueKey<RateText> Rate = new("rate", Kinds.Rate, "Accesses or bytes a second; without it the loop is closed.");
    public static readonly ValueKey<WorkloadArrivals> Arrivals =
        new("arrivals", Kinds.Choice(("fixed", WorkloadArrivals.Fixed), ("exponential", WorkloadArrivals.Exponential)),
        "How accesses of a given rate are spaced.", "fixed");
    public static readonly ValueKey<long> Count =
        new("count", Kinds.Long(1, 1_000_000_000_000), "Accesses in all; 1_000_000 unless stated, a trace to its end.");
    public static readonly ValueKey<int> Size = new("size", new ScalarKind<int>(ParseSize, SizeSchema), "Bytes of an access.", "64B");
    public static readonly ValueKey<bool> Burst =
        new("burst", Kinds.Boolean, "Accesses above 64B travel as one burst, not line by line.", "false");
    public static readonly ValueKey<ByteSize> Stride = new("stride", Kinds.Size(1), "Distance of two accesses; for the pattern stride.");
    public static readonly Key Hot = new("hot", new SectionKind(() => HotTable!), "How much is hot; for the pattern hot-spot.");
    public static readonly ValueKey<string> Trace = new("trace", Kinds.Path, "Path of a trace, relative to this file.");
    public static readonly ValueKey<WorkloadTraceFormat> Format =
        new("format", Kinds.Choice(("auto", WorkloadTraceFormat.Auto), ("lackey", WorkloadTraceFormat.Lackey),
        ("plain", WorkloadTraceFormat.Plain)), "Format of the trace.", "auto");

    public static readonly ValueKey<WorkloadPlacement> Placement = new("placement",
        Kinds.Choice(("sequential", WorkloadPlacement.Sequential), ("random", WorkloadPlacement.Random),
            ("interleaved", WorkloadPlacement.Interleaved)), "Where the trace's pages go.", "sequential");

    public static readonly ValueKey<bool> Instructions =
        new("instructions", Kinds.Boolean, "The trace's instruction fetches are replayed too.", "false");
    public static readonly ValueKey<long> Repeat = new("repeat", Kinds.Long(1, 1_000_000_000), "Times the trace is replayed.", "1");
    public static readonly ValueKey<SimDuration> Start = new("start", time, "When the first access may be issued.", "0ns");
    public static readonly ValueKey<SimDuration> Think =
        new("think", time, "Pause between a completion and the access it makes room for.", "0ns");
    public static readonly ValueKey<bool> Payloads =
        new("payloads", Kinds.Boolean, "Accesses carry data; the policy's choice unless stated.");
    public static readonly ValueKey<bool> Verify =
        new("verify", Kinds.Boolean, "Every read is compared with what was written last; true where payloads are, unless stated.");

    public static readonly ValueKey<Bias> TargetBias = new("bias", Kinds.Choice(("host", Specification.Bias.Host), ("device", Specification.Bias.Device)),
        "Bias that an accelerator asks for, page by page, before it starts; of its own hdm-d memory, 64MiB at most.");

    public static readonly ValueKey<Ratio> HotAccesses = new("accesses", Kinds.Share, "Share of the accesses.", "90%");
    public static readonly ValueKey<Ratio> HotBytes = new("bytes", Kinds.Share, "Share of the bytes.", "10%");

    public static readonly ValueKey<string> TargetRegion = new("region", Kinds.Name, "A region.");
    public static readonly ValueKey<bool> TargetMemory = new("memory", Kinds.Boolean, "The range lies in the host's own memory.", "false");
    public static readonly ValueKey<int> TargetWindow =
        new("window", Kinds.Integer(0, WindowReader.WindowsMax - 1), "Index of a window of the host.");
    public static readonly ValueKey<Hpa> TargetBase = new("base", Kinds.Address, "First address of a range.");
    public static readonly ValueKey<ByteSize> TargetSize =
        new("size", Kinds.Size(64, Kinds.AddressLimit, 64), "Length of a range, a multiple of 64 B.");

    public static readonly KeyTable Table = new("workload", "A source of memory accesses on one host.",
        From, To, Pattern, Reads, Outstanding, Rate, Arrivals, Count, Size, Burst, Stride, Hot, Trace, Format, Placement, Instructions,
        Repeat, Start, Think, Payloads, Verify, TargetBias);

    public static readonly KeyTable HotTable = new("hot", "How much is hot.", HotAccesses, HotBytes);

    public static readonly KeyTable TargetTable =
        new("workload target", "The addresses a workload goes to.", TargetRegion, TargetWindow, TargetMemory, TargetBase, TargetSize);

    private static Parsed<int> ParseSize(string text)
    {
        Parsed<ByteSize> size = QuantityParser.Size(text);
        if (size.Problem is Problem problem)
            return problem;
        return size.Value.Bytes is >= 8 and <= 4096 && ulong.IsPow2(size.Value.Bytes) ? (int)size.Value.Bytes
            : new Problem(DescriptionErrorCode.AccessSize, $"an access cannot have {size.Value}", "Use a power of two from 8B to 4KiB.");
    }

    private static JsonObject SizeSchema() =>
        new() { ["enum"] = new JsonArray("8B", "16B", "32B", "64B", "128B", "256B", "512B", "1KiB", "2KiB", "4KiB") };
}
