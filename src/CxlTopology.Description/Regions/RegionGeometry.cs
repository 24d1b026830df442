using System.Globalization;
using System.Numerics;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>
/// Checks that the decoders of a region can send every granule to the endpoint of its position: equal shares on every level, ways and
/// granularities the components have, and an order of endpoints that the address bits produce.
/// </summary>
/// <remarks>
/// Every level looks at the whole host address. The window picks (address / granularity) mod ways; a component below picks
/// (address / g) mod w, where g is the region's granularity times the ways of all levels above, less their factor 3 (the rule Linux
/// programs by).
/// </remarks>
internal sealed class RegionGeometry(IReadOnlyDictionary<string, EndpointPlace> places, ErrorSink errors)
{
    private const int GranularityMax = 16 << 10;

    public void Check(RegionDraft draft, ulong address)
    {
        int before = errors.Count;
        List<Branch> roots = [];
        foreach (string target in draft.Window.Targets)
        {
            // A target that is unknown or repeated has been reported, and leaves nothing to check.
            if (roots.Exists(root => root.Name == target)
                || draft.Host.Bridges.FirstOrDefault(bridge => bridge.Name == target) is not BridgeModel bridge)
                return;
            roots.Add(new Branch(target, bridge));
        }

        for (int position = 0; position < draft.Ways; position++)
        {
            string name = draft.Endpoints[position].Endpoint.Name;
            if (!places.TryGetValue(name, out EndpointPlace? place))
                return;
            roots.Find(root => root.Name == place.Bridge.Name)?.Add(place.Ports, 0, name);
        }

        CheckEndpoints(draft);
        if (!CheckShares(draft, roots, "window " + draft.Window.Index.ToString(CultureInfo.InvariantCulture)))
            return;
        int rootProduct = Product(draft.Window.Ways);
        foreach (Branch root in roots)
        {
            CheckComponent(draft, root, draft.Granularity * rootProduct);
            // What is wrong below one target is usually wrong below all.
            if (errors.Count > before)
                return;
        }

        if (!Fits(draft, address, roots))
        {
            errors.Add(DescriptionErrorCode.RegionOrder, draft.EndpointsPosition,
                "decoders cannot send the granules to the endpoints in this order",
                $"An order that fits is [{string.Join(", ", Route(draft, address, roots))}].");
        }
    }

    /// <summary>What a level contributes to the granularity of the next.</summary>
    private static int Product(int ways) => int.IsPow2(ways) ? ways : ways / 3;

    private void CheckEndpoints(RegionDraft draft)
    {
        foreach ((EndpointModel endpoint, SourcePosition position) in draft.Endpoints)
            CheckCapability(endpoint.Interleave, endpoint.Name, draft.Ways, draft.Granularity, position);
    }

    private bool CheckShares(RegionDraft draft, IReadOnlyList<Branch> branches, string above)
    {
        foreach (Branch branch in branches)
        {
            if (branch.Endpoints * branches.Count != branches.Sum(other => other.Endpoints))
            {
                errors.Add(DescriptionErrorCode.RegionUnbalanced, draft.EndpointsPosition,
                    string.Create(CultureInfo.InvariantCulture,
                        $"{PrintableText.Quote(branch.Name)} has {branch.Endpoints} of the {branches.Sum(other => other.Endpoints)} "
                            + $"endpoints below {above}"),
                    string.Create(CultureInfo.InvariantCulture,
                        $"Each of its {branches.Count} branches needs the same number of endpoints."));
                return false;
            }

            if (branch.Children.Count > 0 && !CheckShares(draft, branch.Children, branch.ComponentName))
                return false;
        }

        return true;
    }

    private void CheckComponent(RegionDraft draft, Branch branch, int granularity)
    {
        int ways = branch.Children.Count;
        if (ways == 0)
            return;
        if (ways > branch.TargetCount)
        {
            errors.Add(DescriptionErrorCode.TargetsExhausted, draft.EndpointsPosition,
                string.Create(CultureInfo.InvariantCulture,
                    $"{branch.ComponentName} would need {ways} targets in a decoder, and has {branch.TargetCount}"),
                "Use fewer of its ports, or give it more targets.");
        }
        else if (ways > 1 && granularity > GranularityMax)
        {
            errors.Add(DescriptionErrorCode.PortGranularity, draft.GranularityPosition,
                $"{branch.ComponentName} would need a granularity of {new ByteSize((ulong)granularity)}",
                "No decoder goes above 16KiB: make the region's granularity smaller.");
        }
        else if (ways > 1)
        {
            CheckCapability(branch.Interleave, branch.ComponentName, ways, granularity, draft.EndpointsPosition);
        }

        foreach (Branch child in branch.Children)
            CheckComponent(draft, child, granularity * Product(ways));
    }

    /// <summary>Which address bits and ways a component's capability register admits, judged as Linux does.</summary>
    private void CheckCapability(InterleaveCapability capability, string component, int ways, int granularity, SourcePosition position)
    {
        int low = BitOperations.Log2((uint)granularity);
        int bits = BitOperations.Log2((uint)Product(ways));
        string? missing = null;
        for (int bit = low; bit < low + bits; bit++)
        {
            if ((bit <= 11 && !capability.Bits11To8) || (bit >= 12 && !capability.Bits14To12))
                missing = string.Create(CultureInfo.InvariantCulture, $"address bit {bit}");
        }

        if (ways % 3 == 0 && !capability.ThreeSixTwelve)
            missing = string.Create(CultureInfo.InvariantCulture, $"{ways} ways");
        if (ways == 16 && !capability.Sixteen)
            missing = "16 ways";
        if (missing is not null)
        {
            errors.Add(DescriptionErrorCode.InterleaveNotCapable, position, $"{component} cannot interleave by {missing}",
                "Change its \"interleave\" capability, the granularity or the number of endpoints.");
        }
    }

    /// <summary>Whether some choice of target lists sends every position where the file wants it.</summary>
    private static bool Fits(RegionDraft draft, ulong address, IReadOnlyList<Branch> roots)
    {
        Dictionary<(Branch Branch, int Slot), Branch> slots = [];
        Dictionary<(Branch Branch, Branch Child), int> children = [];
        for (int position = 0; position < draft.Ways; position++)
        {
            ulong hpa = address + ((ulong)position * (ulong)draft.Granularity);
            string wanted = draft.Endpoints[position].Endpoint.Name;
            Branch at = roots[(int)(hpa / (ulong)draft.Window.Granularity % (ulong)draft.Window.Ways)];
            ulong granularity = (ulong)(draft.Granularity * Product(draft.Window.Ways));
            while (at.Children.Count > 0)
            {
                int ways = at.Children.Count;
                int slot = (int)(hpa / granularity % (ulong)ways);
                Branch? child = at.Children.Find(candidate => candidate.Contains(wanted));
                if (child is null || (slots.TryGetValue((at, slot), out Branch? owner) && owner != child)
                    || (children.TryGetValue((at, child), out int other) && other != slot))
                {
                    return false;
                }

                slots[(at, slot)] = child;
                children[(at, child)] = slot;
                granularity *= (ulong)Product(ways);
                at = child;
            }

            if (!at.Contains(wanted))
                return false;
        }

        return true;
    }

    /// <summary>The order in which the endpoints are reached if every target list goes by port number.</summary>
    private static string[] Route(RegionDraft draft, ulong address, IReadOnlyList<Branch> roots)
    {
        string[] order = new string[draft.Ways];
        for (int position = 0; position < draft.Ways; position++)
        {
            ulong hpa = address + ((ulong)position * (ulong)draft.Granularity);
            Branch at = roots[(int)(hpa / (ulong)draft.Window.Granularity % (ulong)draft.Window.Ways)];
            ulong granularity = (ulong)(draft.Granularity * Product(draft.Window.Ways));
            while (at.Children.Count > 0)
            {
                int ways = at.Children.Count;
                Branch next = at.Children.OrderBy(child => child.PortNumber).ElementAt((int)(hpa / granularity % (ulong)ways));
                granularity *= (ulong)Product(ways);
                at = next;
            }

            order[position] = at.Name;
        }

        return order;
    }

    /// <summary>The part of the tree a region uses: a host bridge, or what hangs on a port.</summary>
    private sealed class Branch
    {
        private readonly HashSet<string> endpoints = new(StringComparer.Ordinal);

        public Branch(string name, BridgeModel bridge)
        {
            (Name, ComponentName, TargetCount, Interleave) = (name, name, bridge.TargetCount, bridge.Interleave);
        }

        private Branch(PortModel port)
        {
            PortNumber = port.Number;
            Name = port.Endpoint?.Name ?? port.Name;
            ComponentName = port.Switch?.Name ?? port.Name;
            TargetCount = port.Switch?.TargetCount ?? 0;
            Interleave = port.Switch?.Interleave ?? new InterleaveCapability();
        }

        public string Name { get; }

        public string ComponentName { get; }

        public int PortNumber { get; }

        public int TargetCount { get; }

        public InterleaveCapability Interleave { get; }

        public List<Branch> Children { get; } = [];

        public int Endpoints => endpoints.Count;

        public bool Contains(string endpoint) => endpoints.Contains(endpoint);

        public void Add(IReadOnlyList<PortModel> ports, int level, string endpoint)
        {
            endpoints.Add(endpoint);
            if (level == ports.Count)
                return;
            Branch? child = Children.Find(existing => existing.PortNumber == ports[level].Number);
            if (child is null)
                Children.Add(child = new Branch(ports[level]));
            child.Add(ports, level + 1, endpoint);
        }
    }
}
