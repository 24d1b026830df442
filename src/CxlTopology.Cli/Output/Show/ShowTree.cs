using CxlTopology.Description;

namespace CxlTopology.Cli.Output;

/// <summary>Writes hosts and all below them as a tree: a line for each host, window, bridge and port, with what hangs on the port.</summary>
/// <param name="writer">Where to.</param>
/// <param name="siblingsMax">Of more siblings than this the rest is a line that counts them.</param>
internal sealed class ShowTree(TextWriter writer, int siblingsMax)
{
    /// <summary>Writes the whole tree.</summary>
    public void Write(TopologyModel model)
    {
        foreach (HostModel host in model.Hosts.Take(siblingsMax))
        {
            writer.WriteLine($"{host.Name}  {FileWords.Of(host)}");
            int windows = Math.Min(host.Windows.Count, siblingsMax);
            for (int i = 0; i < windows; i++)
                Line("", host.Bridges.Count == 0 && i == host.Windows.Count - 1, $"window{i}  {FileWords.Of(host.Windows[i])}");
            if (windows < host.Windows.Count)
                Line("", host.Bridges.Count == 0, $"… and {Words.Count(host.Windows.Count - windows, "more window")}");
            Siblings("", host.Bridges, "more host bridge", (bridge, indent, last) =>
            {
                Line(indent, last, $"{bridge.Name}  {FileWords.Of(bridge)}");
                Ports(Deeper(indent, last), bridge.Ports);
            });
        }

        if (model.Hosts.Count > siblingsMax)
            writer.WriteLine($"… and {Words.Count(model.Hosts.Count - siblingsMax, "more host")}");
    }

    private void Ports(string indent, IReadOnlyList<PortModel> ports) => Siblings(indent, ports, "more port", (port, at, last) =>
    {
        string below = port switch
        {
            { Switch: { } s } => $" → {s.Name}  {FileWords.Of(s)}",
            { Endpoint: { } e } => $" → {e.Name}  {FileWords.Of(e)}",
            _ => "",
        };
        Line(at, last, $"{port.Name}  {FileWords.Of(port)}{below}");
        Ports(Deeper(at, last), port.Switch?.Ports ?? []);
    });

    private void Siblings<T>(string indent, IReadOnlyList<T> all, string what, Action<T, string, bool> write)
    {
        int shown = Math.Min(all.Count, siblingsMax);
        for (int i = 0; i < shown; i++)
            write(all[i], indent, i == all.Count - 1);
        if (shown < all.Count)
            Line(indent, true, $"… and {Words.Count(all.Count - shown, what)}");
    }

    private void Line(string indent, bool last, string text) => writer.WriteLine(indent + (last ? "└─ " : "├─ ") + text);

    private static string Deeper(string indent, bool last) => indent + (last ? "   " : "│  ");
}
