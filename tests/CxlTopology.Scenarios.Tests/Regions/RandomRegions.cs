using System.Globalization;
using System.Text;
using CxlTopology.Simulation;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>A topology drawn from a seed (bridges with trees of switches up to five deep, up to eight ports each; windows over all bridges, some of them, and one each), and region requests: most of them possible, many of them not.</summary>
internal sealed class RandomRegions
{
    private const int LevelsMax = 4; // of switches; with the root ports, five levels
    private const int FanoutMax = 8;
    private const int EndpointsMax = 40;
    private const ulong WindowBytes = 24UL << 30;
    private readonly List<Branch> bridges = [];
    private readonly List<(int[] Bridges, int Granularity)> windows = [];
    private RandomStream random;
    private int switches;

    public RandomRegions(ulong seed)
    {
        random = new RandomStream(seed, "regions");
        int count = 1 + Draw(4);
        for (int i = 0; i < count; i++)
            bridges.Add(DrawBridge(i));
        DrawWindows();
        Yaml = Write();
        int requests = 1 + Draw(4);
        for (int i = 0; i < requests; i++)
            Requests.Add(DrawRequest());
    }

    public string Yaml { get; }

    public List<Request> Requests { get; } = [];

    public int Endpoints { get; private set; }

    /// <summary>The names of the components from a host bridge down to an endpoint.</summary>
    public List<string> PathTo(string endpoint) => bridges.Select(b => b.PathTo(endpoint)).First(p => p is not null)!;

    public int Depth => bridges.Max(b => b.Depth) - 1;

    public int Fanout => bridges.Max(b => b.Fanout);

    private int Draw(int bound) => (int)random.Next((ulong)bound);

    private Branch DrawBridge(int index)
    {
        var bridge = new Branch($"hb{index}");
        int ports = 1 + Draw(Draw(3) == 0 ? FanoutMax : 3);
        for (int port = 0; port < ports; port++)
            bridge.Ports.Add(DrawBelow(1));
        return bridge;
    }

    private Branch DrawBelow(int level)
    {
        if (level > LevelsMax || Endpoints >= EndpointsMax || Draw(2) == 0)
            return new Branch($"m{Endpoints++}");
        var below = new Branch($"sw{switches++}");
        int ports = 1 + Draw(Draw(4) == 0 ? FanoutMax : 4);
        for (int port = 0; port < ports; port++)
            below.Ports.Add(DrawBelow(level + 1));
        return below;
    }

    private void DrawWindows()
    {
        windows.Add(([.. Enumerable.Range(0, bridges.Count)], 256 << Draw(7)));
        for (int i = 0; i < bridges.Count; i++)
            windows.Add(([i], 256));
        if (bridges.Count >= 3)
            windows.Add(([2, 0], 256 << Draw(4)));
    }

    private string Write()
    {
        var text = new StringBuilder("version: 1\nhosts:\n  host0:\n    windows:\n");
        for (int i = 0; i < windows.Count; i++)
        {
            string targets = string.Join(", ", windows[i].Bridges.Select(b => bridges[b].Name));
            string arithmetic = windows[i].Bridges.Length == 2 && Draw(3) == 0 ? $", arithmetic: xor, xormaps: [0x{(0x2020UL << 8) * (ulong)(windows[i].Granularity / 256) | (uint)windows[i].Granularity:x}]" : "";
            text.Append(CultureInfo.InvariantCulture, $"      - {{base: 0x{(64UL << 30) + WindowBytes * (ulong)i:x}, size: 24GiB, targets: [{targets}], granularity: {windows[i].Granularity}B{arithmetic}}}\n");
        }

        text.Append("    bridges:\n");
        foreach (Branch bridge in bridges)
            text.Append(CultureInfo.InvariantCulture, $"      {bridge.Name}: {{passthrough: {(bridge.Ports.Count == 1 && Draw(2) == 0 ? "true" : "false")}, decoders: {1 << Draw(3)}, ports: {{{bridge.PortsText("rp")}}}}}\n");
        text.Append("endpoints:\n");
        for (int i = 0; i < Endpoints; i++)
            text.Append(CultureInfo.InvariantCulture, $"  m{i}: {{type: 3, memory: 1GiB, persistent: 1GiB, decoders: {1 << Draw(3)}{(Draw(12) == 0 ? ", interleave: {14-12: false}" : "")}}}\n");
        return text.ToString();
    }

    private Request DrawRequest()
    {
        int window = Draw(windows.Count);
        (int[] roots, int granularity) = windows[window];
        if (roots.Length == 1)
            granularity = 256 << Draw(7);
        string[] endpoints = DrawEndpoints(roots);
        if (Draw(4) == 0)
            Spoil(endpoints, ref granularity);
        ulong share = (ulong)(1 + Draw(2)) * 256;
        return new Request(window, endpoints, granularity, share * (ulong)endpoints.Length, IsPersistent: Draw(3) == 0);
    }

    /// <summary>Endpoints that alternate between the bridges, then between the ports below, as the hardware selects.</summary>
    private string[] DrawEndpoints(int[] roots)
    {
        bool wide = Draw(2) == 0; // half of them take as many as the tree has
        for (int tries = 0; tries < 8; tries++)
        {
            int share = wide ? 16 >> (tries / 2) : 1 << Draw(5);
            if (share == 0)
                break;
            List<string>?[] below = [.. roots.Select(r => Choose(bridges[r], share))];
            if (share * roots.Length > 16 || Array.Exists(below, b => b is null))
                continue;
            return [.. Enumerable.Range(0, share * roots.Length).Select(position => below[position % roots.Length]![position / roots.Length])];
        }

        return [.. Enumerable.Range(0, roots.Length).Select(_ => $"m{Draw(Endpoints)}")];
    }

    private List<string>? Choose(Branch branch, int share)
    {
        if (branch.IsEndpoint)
            return share == 1 ? [branch.Name] : null;
        Branch[] shuffled = [.. branch.Ports.OrderBy(_ => random.NextUInt64())];
        foreach (int width in new[] { 8, 4, 2, 1 }.OrderBy(_ => random.NextUInt64()).ToArray())
        {
            if (share % width != 0 || width > shuffled.Length)
                continue;
            List<List<string>> chosen = [];
            foreach (Branch port in shuffled)
            {
                if (chosen.Count < width && Choose(port, share / width) is { } below)
                    chosen.Add(below);
            }

            if (chosen.Count == width)
                return [.. Enumerable.Range(0, share).Select(i => chosen[i % width][i / width])];
        }

        return null;
    }

    private void Spoil(string[] endpoints, ref int granularity)
    {
        switch (Draw(3))
        {
            case 0: granularity = 256 << Draw(7); break;
            case 1: endpoints[Draw(endpoints.Length)] = $"m{Draw(Endpoints)}"; break;
            default:
                int first = Draw(endpoints.Length);
                int second = Draw(endpoints.Length);
                (endpoints[first], endpoints[second]) = (endpoints[second], endpoints[first]);
                break;
        }
    }

    internal sealed record Request(int Window, string[] Endpoints, int Granularity, ulong MebiBytes, bool IsPersistent)
    {
        public override string ToString() => $"window {Window}, {string.Join(" ", Endpoints)}, {Granularity}, {MebiBytes}MiB{(IsPersistent ? ", pmem" : "")}";
    }

    private sealed class Branch(string name)
    {
        public string Name => name;

        public List<Branch> Ports { get; } = [];

        public bool IsEndpoint => name[0] == 'm';

        public int Depth => 1 + Ports.Select(p => p.Depth).DefaultIfEmpty(0).Max();

        public int Fanout => Math.Max(Ports.Count, Ports.Select(p => p.Fanout).DefaultIfEmpty(0).Max());

        public List<string>? PathTo(string endpoint) =>
            name == endpoint ? [name] : Ports.Select(p => p.PathTo(endpoint)).FirstOrDefault(p => p is not null)?.Prepend(name).ToList();

        public string PortsText(string prefix) => string.Join(", ", Ports.Select((port, i) => $"{prefix}{i}: {port.Text}"));

        private string Text => IsEndpoint ? name : $"{{switch: {name}, ports: {{{PortsText("dsp")}}}}}";
    }
}
