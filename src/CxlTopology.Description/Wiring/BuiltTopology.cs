using CxlTopology.Fabric;
using CxlTopology.Software;

namespace CxlTopology.Description;

/// <summary>A topology as actors, ready to run.</summary>
public sealed class BuiltTopology
{
    /// <summary>The file it was built from.</summary>
    public required TopologyModel Model { get; init; }

    /// <summary>The actors and their time.</summary>
    public required Simulation.Simulation Simulation { get; init; }

    /// <summary>What all components share.</summary>
    public required FabricOptions Fabric { get; init; }

    /// <summary>Hosts by name.</summary>
    public Dictionary<string, Host> Hosts { get; } = new(StringComparer.Ordinal);

    /// <summary>Host bridges by host and name: <c>host0.hb0</c>.</summary>
    public Dictionary<string, HostBridge> Bridges { get; } = new(StringComparer.Ordinal);

    /// <summary>Switches by name.</summary>
    public Dictionary<string, Switch> Switches { get; } = new(StringComparer.Ordinal);

    /// <summary>Endpoints by name.</summary>
    public Dictionary<string, Endpoint> Endpoints { get; } = new(StringComparer.Ordinal);

    /// <summary>Endpoint names by actor id.</summary>
    public Dictionary<int, string> EndpointNames { get; } = [];

    /// <summary>Links, upper and lower end, from the hosts down in the order of the file.</summary>
    public List<(LinkedActor Upper, LinkedActor Lower)> Links { get; } = [];

    /// <summary>What firmware knows of each host bridge, switch and endpoint, by <c>host0.hb0</c> or name.</summary>
    public Dictionary<string, PlatformNode> Platform { get; } = new(StringComparer.Ordinal);

    /// <summary>What runs on each host: firmware, then the CXL core.</summary>
    public Dictionary<string, HostProgram> Programs { get; } = new(StringComparer.Ordinal);

    /// <summary>Every component with decoders, by path, from the hosts down.</summary>
    public IEnumerable<(string Path, HdmDecoderCapability Decoders)> Capabilities()
    {
        foreach (HostBridge bridge in Bridges.Values)
        {
            if (bridge.Decoders is { } decoders)
                yield return (bridge.Path, decoders);
        }

        foreach (Switch below in Switches.Values)
            yield return (below.Path, below.Upstream.Decoders);
        foreach (Endpoint endpoint in Endpoints.Values)
            yield return (endpoint.Path, endpoint.Decoders);
    }

    /// <summary>Every actor that completes accesses nothing claims.</summary>
    public IEnumerable<FabricActor> FabricActors() =>
        [.. Hosts.Values, .. Bridges.Values, .. Bridges.Values.SelectMany(b => b.Ports), .. Switches.Values.SelectMany(s => s.Ports), .. Endpoints.Values];
}
