using CxlTopology.Description;

namespace CxlTopology.Cli.Output;

/// <summary>Hosts and all below them as a list: a row for each component, by path.</summary>
internal static class ShowList
{
    /// <summary>Path, kind and description of every component, each before what is below it.</summary>
    public static IEnumerable<(string Path, string Kind, string What)> Of(TopologyModel model)
    {
        foreach (HostModel host in model.Hosts)
        {
            yield return (host.Name, "host", FileWords.Of(host));
            foreach (WindowModel window in host.Windows)
                yield return ($"{host.Name}/window{window.Index}", "window", FileWords.Of(window));
            foreach (BridgeModel bridge in host.Bridges)
            {
                string path = host.Name + "/" + bridge.Name;
                yield return (path, "host bridge", FileWords.Of(bridge));
                foreach ((string, string, string) row in Below(path, "root port", bridge.Ports))
                    yield return row;
            }
        }
    }

    private static IEnumerable<(string Path, string Kind, string What)> Below(string above, string kind, IReadOnlyList<PortModel> ports)
    {
        foreach (PortModel port in ports)
        {
            string path = above + "/" + port.Name;
            yield return (path, kind, FileWords.Of(port));
            if (port.Endpoint is { } endpoint)
                yield return (path + "/" + endpoint.Name, "endpoint", FileWords.Of(endpoint));
            if (port.Switch is not { } below)
                continue;
            yield return (path + "/" + below.Name, "switch", FileWords.Of(below));
            foreach ((string, string, string) row in Below(path + "/" + below.Name, "downstream port", below.Ports))
                yield return row;
        }
    }
}
