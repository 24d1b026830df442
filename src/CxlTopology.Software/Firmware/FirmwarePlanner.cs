using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Works out what registers to write for a set of regions: ways and granularity of each level as Linux computes them, targets as the addresses really go.</summary>
/// <remarks>
/// First level below the root: the region's granularity times the root's ways (a third of them for 3, 6 and 12); every deeper level: its parent's granularity times its parent's ways, likewise; ways are the
/// number of distinct targets in use; a port with one target gets one way. Linux fills a target list in the order of positions, which for a power of two below three ways is not where the
/// addresses go; here the slot of each position is computed by the same arithmetic as the hardware's.
/// </remarks>
public sealed class FirmwarePlanner
{
    private readonly List<FirmwareWrite> writes = [];
    private readonly List<string> problems = [];
    private readonly Dictionary<PlatformNode, int> decodersUsed = [];
    private readonly Dictionary<PlatformNode, ulong> dpaUsed = [];
    private readonly HashSet<PlatformNode> enabled = [];

    /// <summary>Why some region cannot be made; empty if all can.</summary>
    public IReadOnlyList<string> Problems => problems;

    /// <summary>The writes, in the order in which they are made.</summary>
    public static (IReadOnlyList<FirmwareWrite> Writes, IReadOnlyList<string> Problems) Plan(IEnumerable<RegionPlan> regions)
    {
        var planner = new FirmwarePlanner();
        foreach (RegionPlan region in regions.OrderBy(r => r.Base.Value)) // decoders of a component ascend
            planner.Add(region);
        return (planner.writes, planner.problems);
    }

    private void Add(RegionPlan region)
    {
        int ways = region.Endpoints.Count;
        if (!InterleaveWays.TryEncode(ways, out _) || !InterleaveGranularity.TryEncode(region.Granularity, out _))
        {
            Problem(region, $"{ways} ways of {region.Granularity} bytes is not an interleave");
            return;
        }

        Interleave interleave = Interleave.Of(ways, region.Granularity);
        Dictionary<PlatformNode, PortPlan> ports = PlanPorts(region, interleave);
        foreach (PlatformNode endpoint in region.Endpoints)
        {
            ProgramEndpoint(region, endpoint, interleave);
            foreach (PlatformNode port in endpoint.Path.Reverse().Skip(1))
            {
                if (ports.Remove(port, out PortPlan? plan) && !port.PassThrough)
                    ProgramPort(region, port, plan);
            }
        }
    }

    /// <summary>Ways, granularity and target list of every port the region passes.</summary>
    private Dictionary<PlatformNode, PortPlan> PlanPorts(RegionPlan region, Interleave interleave)
    {
        var ports = new Dictionary<PlatformNode, PortPlan>();
        int rootWays = region.Window.Interleave.Ways;
        for (int position = 0; position < region.Endpoints.Count; position++)
        {
            PlatformNode[] path = [.. region.Endpoints[position].Path];
            int uid = region.Window.Targets[region.Window.TargetIndexOf(AddressOf(region, interleave, position))];
            if (path[0].Uid != uid)
                Problem(region, $"the window sends position {position} to the host bridge with UID {uid}, and {path[^1].Name} lies behind {path[0].Name}, UID {path[0].Uid}");
            for (int level = 0; level < path.Length - 1; level++)
            {
                if (!ports.TryGetValue(path[level], out PortPlan? plan))
                    ports.Add(path[level], plan = new PortPlan());
                plan.Uses(position, path[level + 1].ParentPort);
            }
        }

        foreach ((PlatformNode port, PortPlan plan) in ports.OrderBy(p => p.Key.Depth))
        {
            PortPlan? above = port.Parent is null ? null : ports[port.Parent];
            // Three ways choose by remainder and leave every address bit to the levels below.
            plan.Granularity = above is null ? interleave.Granularity * (long)BinaryPart(rootWays) : above.Granularity * BinaryPart(above.Ways);
            if (!port.PassThrough)
                Fill(region, port, plan, interleave);
        }

        return ports;
    }

    private static int BinaryPart(int ways) => ways % 3 == 0 ? ways / 3 : ways;

    private void Fill(RegionPlan region, PlatformNode port, PortPlan plan, Interleave interleave)
    {
        if (plan.Ways == 1)
        {
            plan.Targets[0] = plan.PortOf.First().Port;
            plan.Interleave = Interleave.Of(1, (int)Math.Min(plan.Granularity, InterleaveGranularity.All[^1]));
            return;
        }

        if (!InterleaveWays.TryEncode(plan.Ways, out _) || plan.Ways > port.Capability.TargetCount)
        {
            Problem(region, $"{port.Name} would have to interleave {plan.Ways} ways; its decoders have {port.Capability.TargetCount} targets");
            return;
        }

        if (plan.Granularity > InterleaveGranularity.All[^1])
        {
            Problem(region, $"{port.Name} would need a granularity of {plan.Granularity} bytes; 16384 is the largest");
            return;
        }

        plan.Interleave = Interleave.Of(plan.Ways, (int)plan.Granularity);
        var used = new bool[plan.Ways];
        foreach ((int position, byte target) in plan.PortOf)
        {
            int slot = plan.Interleave.TargetOf(AddressOf(region, interleave, position));
            if (used[slot] && plan.Targets[slot] != target)
            {
                Problem(region, $"at {port.Name} position {position} and another share target {slot} but lie behind different ports; order the endpoints so that neighbours alternate between the bridges first, then between the ports of a bridge");
                return;
            }

            used[slot] = true;
            plan.Targets[slot] = target;
        }
    }

    /// <summary>The first host address of a position.</summary>
    private static ulong AddressOf(RegionPlan region, Interleave interleave, int position)
    {
        ulong hpa = region.Base.Value + interleave.HostOffsetOf(position, 0);
        return region.Window is { Arithmetic: InterleaveArithmetic.Xor, XorMaps: { } maps } ? maps.Transform(hpa) : hpa;
    }

    private void ProgramPort(RegionPlan region, PlatformNode port, PortPlan plan)
    {
        ulong targets = 0;
        for (int slot = 0; slot < plan.Ways && slot < plan.Targets.Length; slot++)
            targets |= (ulong)plan.Targets[slot] << (8 * slot);
        ProgramDecoder(region, port, plan.Interleave, targets);
    }

    private void ProgramEndpoint(RegionPlan region, PlatformNode endpoint, Interleave interleave)
    {
        ulong used = dpaUsed.GetValueOrDefault(endpoint);
        ulong start = region.Persistent ? Math.Max(used, endpoint.VolatileBytes) : used;
        if (!region.Persistent && used > endpoint.VolatileBytes)
            Problem(region, $"{endpoint.Name} has persistent memory mapped at a lower host address already, and device memory must ascend with host addresses");
        if (enabled.Add(endpoint))
        {
            const uint IoAndMemEnable = 6;
            Write(endpoint, RegisterSpace.DeviceDvsec, 0x0C, IoAndMemEnable | (endpoint.DeviceCoherent ? 1u : 0));
            Write(endpoint, RegisterSpace.HdmDecoder, 4, 2);
        }

        ProgramDecoder(region, endpoint, interleave, start - used);
        dpaUsed[endpoint] = start + region.Size.Bytes / (ulong)region.Endpoints.Count;
    }

    private void ProgramDecoder(RegionPlan region, PlatformNode node, Interleave interleave, ulong targetsOrSkip)
    {
        int index = decodersUsed.GetValueOrDefault(node);
        decodersUsed[node] = index + 1;
        if (index >= node.Capability.DecoderCount)
        {
            Problem(region, string.Create(CultureInfo.InvariantCulture, $"{node.Name} has {node.Capability.DecoderCount} decoders, all of them in use"));
            return;
        }

        PlatformNode first = region.Endpoints[0];
        int at = HdmCapabilityRegisters.DecoderOffset(index);
        TargetRangeType type = first.DeviceCoherent ? TargetRangeType.DeviceCoherent : TargetRangeType.HostOnly;
        // High halves first, as Linux writes them, and the control register last.
        Write(node, RegisterSpace.HdmDecoder, at + 4, (uint)(region.Base.Value >> 32));
        Write(node, RegisterSpace.HdmDecoder, at, (uint)region.Base.Value);
        Write(node, RegisterSpace.HdmDecoder, at + 0xC, (uint)(region.Size.Bytes >> 32));
        Write(node, RegisterSpace.HdmDecoder, at + 8, (uint)region.Size.Bytes);
        Write(node, RegisterSpace.HdmDecoder, at + 0x18, (uint)(targetsOrSkip >> 32));
        Write(node, RegisterSpace.HdmDecoder, at + 0x14, (uint)targetsOrSkip);
        Write(node, RegisterSpace.HdmDecoder, at + 0x10, HdmDecoderSettings.CommitWord(interleave, type, first.BackInvalidate));
    }

    private void Write(PlatformNode node, RegisterSpace space, int offset, uint value) => writes.Add(new FirmwareWrite(node, space, offset, value));

    private void Problem(RegionPlan region, string what) => problems.Add($"{region.Name}: {what}.");

    private sealed class PortPlan
    {
        public List<(int Position, byte Port)> PortOf { get; } = [];

        public byte[] Targets { get; } = new byte[HdmDecoderRegisters.TargetSlots];

        public long Granularity { get; set; }

        public Interleave Interleave { get; set; }

        public int Ways => PortOf.Select(p => p.Port).Distinct().Count();

        public void Uses(int position, byte port) => PortOf.Add((position, port));
    }
}
