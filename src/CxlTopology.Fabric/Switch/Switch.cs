using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A CXL switch with one virtual hierarchy: an upstream port with HDM decoders, a crossbar, downstream ports.</summary>
/// <remarks>It handles no messages itself: they go from port to port within its turn.</remarks>
public sealed class Switch : FabricActor
{
    private LinkedActor[] ports;
    private readonly SortedDictionary<byte, LinkedActor> numbers = [];

    /// <summary>A switch without downstream ports.</summary>
    public Switch(SwitchOptions options, FabricOptions fabric)
        : base(fabric)
    {
        Upstream = new UpstreamPort(this, options, fabric);
        ports = [Upstream];
        AddChild("usp", Upstream);
        Crossbar = options.Crossbar;
    }

    /// <summary>The upstream port.</summary>
    public UpstreamPort Upstream { get; }

    /// <summary>All ports: the upstream port, then the downstream ports in the order in which they were added.</summary>
    public IReadOnlyList<LinkedActor> Ports => ports;

    /// <summary>The port with an index, or null.</summary>
    internal LinkedActor? PortAt(int index) => (uint)index < (uint)ports.Length ? ports[index] : null;

    /// <summary>Downstream ports by the number that target lists name.</summary>
    internal IReadOnlyDictionary<byte, LinkedActor> Numbers => numbers;

    internal SimDuration Crossbar { get; }

    /// <summary>Adds a downstream port.</summary>
    /// <exception cref="WiringException">The number is taken.</exception>
    public DownstreamPort AddPort(string name, byte number)
    {
        var port = new DownstreamPort(this, number, Options) { PortIndex = ports.Length };
        if (!numbers.TryAdd(number, port))
            throw new WiringException($"{Path} has a downstream port {number} already.");
        AddChild(name, port);
        ports = [.. ports, port];
        Upstream.Decoders.Ports = [.. numbers.Keys];
        return port;
    }

    /// <inheritdoc/>
    protected override void Receive(ref Message message) => throw Unexpected(message);
}
