using System.Globalization;
using System.Text;
using CxlTopology.Simulation;

namespace CxlTopology.Scenarios.Tests;

/// <summary>A topology file drawn from a seed: several bridges, trees of switches up to five deep with up to four ports each, links of all kinds, regions over what suits them, a workload a region.</summary>
internal sealed class RandomTree
{
    private const int LevelsMax = 5;
    private const int FanoutMax = 4;
    private const int EndpointsMax = 48;
    private const int RegionsMax = 3;
    private const int GranularityMax = 16 << 10; // of a port below all that choose
    private const ulong WindowBase = 48UL << 30;
    private const ulong WindowBytes = 48UL << 30;
    private readonly StringBuilder text = new();
    private readonly List<Node> bridges = [];
    private readonly List<string> regions = [];
    private readonly bool bursts;
    private RandomStream random;
    private int endpoints;
    private int switches;

    public RandomTree(ulong seed)
    {
        random = new RandomStream(seed, "tree");
        bursts = Draw(3) == 0;
        int count = 1 + Draw(4);
        for (int i = 0; i < count; i++)
            bridges.Add(DrawBridge(i));
        Write(seed);
    }

    public string Yaml => text.ToString();

    public int Regions => regions.Count;

    /// <summary>Ways of the widest region.</summary>
    public int WaysMax { get; private set; }

    /// <summary>Levels of switches and devices below the bridges.</summary>
    public int Depth => bridges.Max(b => b.Depth) - 1;

    private int Draw(int bound) => (int)random.Next((ulong)bound);

    private Node DrawBridge(int index)
    {
        var bridge = new Node($"hb{index}");
        int ports = 1 + Draw(3);
        for (int port = 0; port < ports; port++)
            bridge.Ports.Add(port > 0 && Draw(8) == 0 ? null : DrawBelow(1));
        return bridge;
    }

    private Node DrawBelow(int level)
    {
        if (level > LevelsMax || endpoints >= EndpointsMax || Draw(3) == 0)
            return new Node($"m{endpoints++}");
        var below = new Node($"sw{switches++}");
        int ports = 1 + Draw(FanoutMax);
        for (int port = 0; port < ports; port++)
            below.Ports.Add(port > 0 && Draw(10) == 0 ? null : DrawBelow(level + 1));
        return below;
    }

    private void Write(ulong seed)
    {
        int windowGranularity = 256 << Draw(3);
        int shared = bridges.Count; // one window over all bridges, and one for each
        text.Append(CultureInfo.InvariantCulture, $"version: 1\nseed: {seed}\nprofiles:\n  link: {DrawLink()}\nhosts:\n  host0:\n    windows:\n");
        text.Append(CultureInfo.InvariantCulture, $"      - {{base: 0x{WindowBase:x}, size: 48GiB, targets: [{string.Join(", ", bridges.Select(b => b.Name))}], granularity: {windowGranularity}B}}\n");
        for (int i = 0; i < shared; i++)
            text.Append(CultureInfo.InvariantCulture, $"      - {{base: 0x{WindowBase + WindowBytes * (ulong)(i + 1):x}, size: 48GiB, targets: [hb{i}]}}\n");
        text.Append("    bridges:\n");
        foreach (Node bridge in bridges)
            text.Append(CultureInfo.InvariantCulture, $"      {bridge.Name}: {{passthrough: false, ports: {{{bridge.PortsText("rp")}}}}}\n");
        text.Append("endpoints:\n");
        for (int i = 0; i < endpoints; i++)
            text.Append(CultureInfo.InvariantCulture, $"  m{i}: {{type: 3, memory: 2GiB, queue: {1 << Draw(10)}}}\n");
        for (int i = 0; i < 40 && regions.Count < RegionsMax; i++)
            TryRegion(windowGranularity);
        text.Append("regions:\n" + string.Concat(regions));
        text.Append("workloads:\n");
        for (int i = 0; i < regions.Count; i++)
        {
            string access = bursts ? "size: 4KiB, burst: true, " : Draw(3) switch { 0 => "size: 8B, ", 1 => "size: 256B, ", _ => "" };
            text.Append(CultureInfo.InvariantCulture, $"  w{i}: {{to: r{i}, pattern: random, reads: {40 + Draw(50)}%, {access}outstanding: {1 + Draw(100)}, count: {(bursts ? 100 : 400)}}}\n");
        }
    }

    private string DrawLink()
    {
        string speed = Draw(4) switch { 0 => "rate: 64GT/s, width: x4", 1 => "rate: 32GT/s, width: x2", 2 => "rate: 32GT/s, width: x16, flit: 256B", _ => "rate: 16GT/s, width: x8" };
        int least = bursts ? 64 : 1; // a burst needs a place for each of its lines
        return $"{{{speed}, retimers: {Draw(3)}, wire: {1 + Draw(20)}ns, credits: {{req: {least << Draw(6)}, rwd: {least + Draw(20)}, ndr: {least << Draw(6)}, drs: {least + Draw(200)}}}}}";
    }

    /// <summary>Draws a window, a share for each of its bridges and the ports to use; keeps it as a region if every level has what it needs.</summary>
    private void TryRegion(int windowGranularity)
    {
        int window = Draw(bridges.Count + 1);
        Node[] roots = window == 0 ? [.. bridges] : [bridges[window - 1]];
        int share = 1 << Draw(4);
        int ways = roots.Length * share;
        int rootBits = roots.Length == 3 ? 1 : roots.Length;
        int granularity = window == 0 && roots.Length > 1 ? windowGranularity : 256 << Draw(4);
        if (ways > 16 || ways == 9 || granularity * rootBits * share > GranularityMax)
            return;
        var chosen = new Chosen[roots.Length];
        for (int i = 0; i < roots.Length; i++)
        {
            if (Choose(roots[i], share) is not Chosen below)
                return;
            chosen[i] = below;
        }

        string[] order = new string[ways];
        for (int position = 0; position < ways; position++)
            order[position] = chosen[position % roots.Length].At(position / roots.Length);

        foreach (Chosen branch in chosen)
            branch.Take();
        WaysMax = Math.Max(WaysMax, ways);
        regions.Add(string.Create(CultureInfo.InvariantCulture,
            $"  r{regions.Count}: {{window: {window}, endpoints: [{string.Join(", ", order)}], granularity: {granularity}B, base: 0x{WindowBase + WindowBytes * (ulong)window + ((12UL << 30) * (ulong)regions.Count):x}, size: {(ulong)ways * 256}MiB}}\n"));
    }

    /// <summary>So many endpoints below a component, the same number behind each port in use; null if that cannot be.</summary>
    private Chosen? Choose(Node node, int share)
    {
        if (node.IsEndpoint)
            return share == 1 && node.Uses < RegionsMax ? new Chosen(node, []) : null;
        foreach (int width in new[] { 1, 2, 4 }.OrderBy(_ => random.NextUInt64()).ToArray())
        {
            if (share % width == 0 && width <= node.Ports.Count && Choose(node, share, width) is Chosen chosen)
                return chosen;
        }

        return null;
    }

    private Chosen? Choose(Node node, int share, int width)
    {
        Node[] candidates = [.. node.Ports.OfType<Node>().OrderBy(_ => random.NextUInt64())];
        var used = new List<Chosen>();
        foreach (Node candidate in candidates)
        {
            if (used.Count < width && Choose(candidate, share / width) is Chosen below)
                used.Add(below);
        }

        return used.Count == width ? new Chosen(node, used) : null;
    }

    private sealed class Node(string name)
    {
        public string Name => name;

        public List<Node?> Ports { get; } = [];

        public int Uses { get; set; }

        public bool IsEndpoint => name[0] == 'm';

        public int Depth => 1 + Ports.Select(p => p?.Depth ?? 0).DefaultIfEmpty(0).Max();

        public string PortsText(string prefix) => string.Join(", ", Ports.Select((port, i) => $"{prefix}{i}: {port?.Text ?? ""}"));

        private string Text => IsEndpoint ? name : $"{{switch: {name}, ports: {{{PortsText("dsp")}}}}}";
    }

    private sealed record Chosen(Node Node, IReadOnlyList<Chosen> Below)
    {
        /// <summary>The endpoint that a granule goes to, counted after the levels above have chosen.</summary>
        public string At(int granule) => Below.Count == 0 ? Node.Name : Below[granule % Below.Count].At(granule / Below.Count);

        public void Take()
        {
            Node.Uses++;
            foreach (Chosen below in Below)
                below.Take();
        }
    }
}
