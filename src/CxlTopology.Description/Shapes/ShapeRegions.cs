using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The windows and regions of a shape: as many regions a host as its endpoints divided by the ways.</summary>
internal sealed class ShapeRegions
{
    private readonly int[] fans;
    private readonly int[] taken;
    private readonly int granularity;
    private readonly ulong size;
    private readonly RegionMemory memory;

    private ShapeRegions(int[] fans, int[] taken, int granularity, ulong size, RegionMemory memory)
    {
        (this.fans, this.taken, this.granularity, this.size, this.memory) = (fans, taken, granularity, size, memory);
    }

    private int Ways => taken.Aggregate(1, (product, ways) => product * ways);

    /// <summary>Regions of one window: one for each way to pick a group of branches on every level below the bridges.</summary>
    private int RegionsPerWindow => fans.Zip(taken).Skip(1).Aggregate(1, (product, level) => product * (level.First / level.Second));

    /// <summary>Reads the regions of a shape; null if there are none, or after a report.</summary>
    public static ShapeRegions? Read(SectionReader shape, EndpointModel template, int[] fans, int portTargets)
    {
        if (shape.Find(ShapeKeys.Region) is not YamlNode node)
            return null;
        SectionReader section = SectionReader.Open(node, ShapeKeys.RegionTable, shape.Errors);
        int? wanted = section.TryGet(ShapeKeys.RegionWays, out int stated) ? stated : null;
        if (ShapeSpread.Find(fans, wanted, portTargets) is not int[] taken)
        {
            section.Problem(DescriptionErrorCode.ShapeDoesNotDivide, section.PositionOf(ShapeKeys.RegionWays),
                string.Create(CultureInfo.InvariantCulture, $"regions of {wanted} ways do not cover a tree of {string.Join(" x ", fans)}"),
                "On each level the ways' share must divide the branches, with at most 8 below a port decoder.");
            return null;
        }

        int ways = taken.Aggregate(1, (product, w) => product * w);
        RegionMemory memory = section.Get(ShapeKeys.RegionMemoryKind);
        ulong all = (memory == RegionMemory.Ram ? template.Volatile : template.Persistent).Bytes * (ulong)ways;
        ulong size = section.Get(ShapeKeys.RegionSize, new ByteSize(all)).Bytes;
        if (size == 0 || size % (Kinds.Quarter * (ulong)ways) != 0)
        {
            section.Problem(DescriptionErrorCode.RegionSize, section.PositionOf(ShapeKeys.RegionSize),
                string.Create(CultureInfo.InvariantCulture,
                    $"the size {new ByteSize(size)} is not a multiple of 256 MiB times the {ways} ways"),
                $"The smallest is {new ByteSize(Kinds.Quarter * (ulong)ways)}.");
            return null;
        }

        ShapeRegions regions = new(fans, taken, section.Get(ShapeKeys.RegionGranularity), size, memory);
        UInt128 end = (64UL << 30) + ((UInt128)size * (ulong)regions.RegionsPerWindow * (ulong)(fans[0] / taken[0]));
        if (end > Kinds.AddressLimit)
        {
            section.Problem(DescriptionErrorCode.AddressTooHigh, section.PositionOf(ShapeKeys.RegionSize),
                "the regions of a host end past 2^52", "CXL.mem carries 52 address bits: make the regions smaller.");
            return null;
        }

        return regions;
    }

    /// <summary>The windows of a host.</summary>
    public IReadOnlyList<WindowModel> Windows(ulong start, SourcePosition position)
    {
        List<WindowModel> windows = [];
        ulong length = size * (ulong)RegionsPerWindow;
        for (int group = 0; group < fans[0] / taken[0]; group++)
        {
            windows.Add(new WindowModel
            {
                Index = group,
                Base = new Hpa(start + ((ulong)group * length)),
                Size = new ByteSize(length),
                Targets = [.. Enumerable.Range(group * taken[0], taken[0])
                    .Select(bridge => "hb" + bridge.ToString(CultureInfo.InvariantCulture))],
                Granularity = granularity,
                Position = position,
            });
        }

        return windows;
    }

    /// <summary>The regions of all hosts.</summary>
    public IEnumerable<RegionDraft> Drafts(
        IReadOnlyList<HostModel> hosts, IReadOnlyList<EndpointModel> endpoints, int hostEndpoints, SourcePosition position)
    {
        int number = 0;
        for (int host = 0; host < hosts.Count; host++)
        {
            foreach (WindowModel window in hosts[host].Windows)
            {
                for (int set = 0; set < RegionsPerWindow; set++)
                {
                    ulong address = window.Base.Value + ((ulong)set * size);
                    yield return new RegionDraft
                    {
                        Name = "region" + number++.ToString(CultureInfo.InvariantCulture),
                        Host = hosts[host],
                        Window = window,
                        Endpoints = [.. Members(address, window.Index, set)
                            .Select(index => (endpoints[(host * hostEndpoints) + index], position))],
                        Granularity = granularity,
                        Size = new ByteSize(size),
                        Base = new Hpa(address),
                        Memory = memory,
                        Position = position,
                        EndpointsPosition = position,
                        SizePosition = position,
                        GranularityPosition = position,
                        BasePosition = position,
                    };
                }
            }
        }
    }

    /// <summary>Indices of a region's endpoints in their host, in the order the address bits produce.</summary>
    private IEnumerable<int> Members(ulong address, int windowIndex, int set)
    {
        int[] groups = new int[fans.Length];
        groups[0] = windowIndex;
        for (int level = fans.Length - 1; level > 0; level--)
        {
            int count = fans[level] / taken[level];
            groups[level] = set % count;
            set /= count;
        }

        for (int position = 0; position < Ways; position++)
        {
            int[] branches = ShapeSpread.BranchesOf(address + ((ulong)position * (ulong)granularity), granularity, taken);
            int index = 0;
            for (int level = 0; level < fans.Length; level++)
                index = (index * fans[level]) + (groups[level] * taken[level]) + branches[level];
            yield return index;
        }
    }
}
