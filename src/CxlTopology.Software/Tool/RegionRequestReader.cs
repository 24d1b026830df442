using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Makes a request for a region of the command line of <c>cxl create-region</c>: finds what it names, fills in what it leaves out, and refuses what the tool refuses, in its order.</summary>
internal sealed class RegionRequestReader(CxlCore core, RegionArguments arguments)
{
    private const string Parsing = "parse_create_options";
    private const string Creating = "create_region";
    private const ulong Unit = FixedMemoryWindow.Alignment;

    /// <exception cref="ToolException">The tool refuses.</exception>
    public RegionRequest Read()
    {
        if (arguments.Decoder is null)
            throw new ToolException(Parsing, "no root decoder specified");
        string[] targets = [.. arguments.Targets.SelectMany(ListingFilter.Words)];
        if (targets.Length > 0 && !arguments.Memdevs)
            throw new ToolException(Parsing, "must specify option for target object types (-m)");
        List<CxlMemdev> memdevs = Collect(targets);
        bool? asked = Mode();
        ulong? size = Size();
        int ways = Ways(targets.Length, memdevs.Count);
        if (arguments.Granularity <= 0)
            throw new ToolException(Parsing, $"Invalid interleave granularity: {arguments.Granularity}");
        if (size % (ulong)ways is > 0)
            throw new ToolException(Parsing, $"size ({size}) is not an integral multiple of interleave-ways ({ways})");
        if (arguments.Uuid is { } uuid && !Guid.TryParseExact(uuid, "D", out _))
            throw new ToolException(Parsing, $"failed to parse uuid: '{uuid}'");
        CxlRootDecoder root = Root();
        bool isPersistent = asked ?? (root.Window.Restrictions & WindowRestrictions.Persistent) != 0;
        Check(root, isPersistent, memdevs.GetRange(0, ways));
        return new RegionRequest(root)
        {
            Memdevs = memdevs.GetRange(0, ways),
            IsPersistent = isPersistent,
            Ways = ways,
            Granularity = Granularity(root),
            Size = new ByteSize(size is > 0 ? Fitting(root, size.Value) : Greatest(root, isPersistent, memdevs.GetRange(0, ways))),
            Uuid = arguments.Uuid,
        };
    }

    /// <summary>The memory devices named, in the order of the names; without names all that the decoder leads to.</summary>
    private List<CxlMemdev> Collect(string[] targets)
    {
        IEnumerable<CxlMemdev> below = core.Memdevs.Where(m => m.Endpoint is { Enabled: true } && Decoders(m).Any(d => ListingFilter.Matches(d, arguments.Decoder)));
        List<CxlMemdev> found = targets.Length == 0
            ? [.. below.OrderBy(m => m.Id)]
            : [.. below.Select(m => (Memdev: m, Place: Array.FindIndex(targets, t => ListingFilter.Matches(m, t)))).Where(p => p.Place >= 0).OrderBy(p => p.Place).Select(p => p.Memdev)];
        return found.Count > 0
            ? found
            : throw new ToolException("collect_memdevs", $"no active memdevs found: decoder: {arguments.Decoder} filter: {(targets.Length == 0 ? "none" : string.Join(',', targets))}");
    }

    /// <summary>The decoders above a memory device that have it below a target.</summary>
    private static IEnumerable<CxlDecoder> Decoders(CxlMemdev memdev)
    {
        for (CxlPort? port = memdev.Endpoint; port is not null; port = port.Parent)
        {
            foreach (CxlDecoder decoder in port.Decoders)
            {
                bool leads = decoder is CxlRootDecoder root ? root.Targets.Exists(t => ListingFilter.Leads(t, memdev))
                    : decoder is CxlSwitchDecoder below && below.Targets.Exists(t => ListingFilter.Leads(t, memdev));
                if (leads)
                    yield return decoder;
            }
        }
    }

    private bool? Mode() => arguments.Type switch
    {
        "ram" or "volatile" when arguments.Uuid is not null => throw new ToolException(Parsing, "can't set UUID for ram / volatile regions"),
        null => null,
        "ram" or "volatile" => false,
        "pmem" => true,
        _ => throw new ToolException(Parsing, $"unsupported type: {arguments.Type}"),
    };

    private ulong? Size() => arguments.Size is null ? null
        : ToolNumber.TryParseSize(arguments.Size, out ulong bytes) ? bytes
        : throw new ToolException(Parsing, $"Invalid size: {arguments.Size}");

    private int Ways(int given, int found)
    {
        int ways = arguments.Ways ?? (given > 0 ? given : found);
        if (ways <= 0)
            throw new ToolException(Parsing, $"Invalid interleave ways: {ways}");
        if (ways > found || (given > 0 && ways != found))
        {
            throw new ToolException(
                "validate_ways", $"Interleave ways {ways} is {(ways > found ? "greater" : "less")} than number of memdevs {(given > 0 ? "specified" : "found")}: {found}");
        }

        return ways;
    }

    private CxlRootDecoder Root() =>
        core.Root is { } root && ListingFilter.MatchesBus(root, arguments.Bus) && root.Decoders.Find(d => ListingFilter.Matches(d, arguments.Decoder)) is CxlRootDecoder found
            ? found
            : throw new ToolException("create_region_validate_config", $"{arguments.Decoder} not found in CXL topology");

    private void Check(CxlRootDecoder root, bool isPersistent, List<CxlMemdev> memdevs)
    {
        if ((root.Window.Restrictions & (isPersistent ? WindowRestrictions.Persistent : WindowRestrictions.Volatile)) == 0)
            throw new ToolException("validate_decoder", $"{root.Name} is not {(isPersistent ? "pmem" : "volatile")} capable");
        CxlMemdev? other = arguments.EnforceQos
            ? memdevs.Find(m => m.Partitions.Find(p => p.IsPersistent == isPersistent) is { QosClass: >= 0 } partition && partition.QosClass != root.Window.QtgId)
            : null;
        if (other is not null)
            throw new ToolException("create_region_validate_qos_class", $"{root.Name} qos_class mismatch {other.Name}");
    }

    private int Granularity(CxlRootDecoder root)
    {
        int own = root.Interleave.Granularity;
        int granularity = arguments.Granularity ?? own;
        return root.Interleave.Ways == 1 || granularity == own
            ? granularity
            : throw new ToolException(
                "cxl_region_determine_granularity", $"{root.Name}: For an x{root.Interleave.Ways} root, only root decoder granularity ({own}) permitted");
    }

    private static ulong Fitting(CxlRootDecoder root, ulong size)
    {
        ulong free = HostAddresses.LargestFree(root).Bytes;
        return size <= free ? size : throw new ToolException(Creating, $"{root.Name}: region size 0x{size:x} exceeds max available space (0x{free:x}): {ErrnoText.Of(Errno.ENOSPC)}");
    }

    /// <summary>As much as the smallest device has, times the ways; less where the window has less.</summary>
    private static ulong Greatest(CxlRootDecoder root, bool isPersistent, List<CxlMemdev> memdevs)
    {
        ulong smallest = memdevs.Select(m => m.Partitions.Find(p => p.IsPersistent == isPersistent)?.Size.Bytes ?? 0).Where(s => s > 0).DefaultIfEmpty().Min();
        if (smallest == 0)
        {
            string kind = DeviceMemory.ModeName(isPersistent);
            throw new ToolException(Creating, $"unable to determine region size: {string.Join(", ", memdevs.Select(m => m.Name))} without {kind}; -t {DeviceMemory.ModeName(!isPersistent)} is for the other kind of memory");
        }

        ulong step = Unit * (ulong)memdevs.Count;
        return Math.Min(smallest * (ulong)memdevs.Count, HostAddresses.LargestFree(root).Bytes / step * step);
    }
}
