using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A CXL switch with one virtual hierarchy: an upstream port with HDM decoders, a crossbar, downstream ports.</summary>
/// <remarks>It handles no messages itself but resets: the others go from port to port within its turn.</remarks>
public sealed class Switch : FabricActor
{
    private LinkedActor[] ports;
    private readonly SortedDictionary<byte, LinkedActor> numbers = [];

    /// <summary>A switch without downstream ports.</summary>
    public Switch(SwitchOptions options, FabricOptions fabric)
        : base(fabric)
    {
        PathOptions = CoherencePathOptions.Of(options.BackInvalidate, options.CacheIds, options.HdmDDevices, options.CommitTime, fabric.Commit);
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

    /// <summary>What its downstream ports have of BI and cache ID decoders.</summary>
    internal CoherencePathOptions PathOptions { get; }

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

    /// <summary>What the switch tells software of itself: latency and bandwidth between its ports (SSLBIS).</summary>
    /// <remarks>Between pins: both ports, a decoder on the way down, the crossbar; no faster than the slower of the two links.</remarks>
    internal Cdat Describe()
    {
        var paths = new List<SwitchPath>();
        for (int x = 0; x < ports.Length; x++)
        {
            for (int y = Math.Max(1, x + 1); y < ports.Length; y++)
            {
                if (ports[x].Link is not { } first || ports[y].Link is not { } second)
                    continue; // nothing is attached there
                SimDuration latency = (x == 0 ? first.LowerPort + Options.DecodeLatency : first.UpperPort) + Crossbar + second.UpperPort;
                int bandwidth = Math.Min(first.Speed.RawGigabytesPerSecond, second.Speed.RawGigabytesPerSecond) * 1000;
                ushort from = x == 0 ? Sslbis.UpstreamPort : ((DownstreamPort)ports[x]).Number;
                paths.Add(new SwitchPath(from, ((DownstreamPort)ports[y]).Number, Picoseconds(latency), (uint)bandwidth));
            }
        }

        // Linux takes the last entry that names a port for its way up: those come last.
        return SwitchCdat.Of([.. paths.OrderBy(p => p.PortX == Sslbis.UpstreamPort)]);
    }

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        if (message.Kind != (byte)MessageKind.ResetControl)
            throw Unexpected(message);
        HandOver(Upstream, ref message);
    }
}
