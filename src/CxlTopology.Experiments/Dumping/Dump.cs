using System.Globalization;
using System.Text;
using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>What a booted topology shows to the tools of its operating system: configuration space, CEDT, CDAT.</summary>
public static class Dump
{
    private const int BytesOfLine = 16;

    /// <summary>Configuration space of every function of a host, as <c>lspci -F</c> reads it, in the order of segment, bus, device, function.</summary>
    /// <param name="model">The topology; it is booted.</param>
    /// <param name="host">The host.</param>
    /// <param name="component">Its name or path, for one function alone, or the ports of one switch or host bridge; null for all.</param>
    public static string Lspci(TopologyModel model, HostModel host, string? component)
    {
        var text = new StringBuilder();
        foreach ((Bdf bdf, ComponentActor owner, byte[] bytes) in FunctionsOf(Boot(model), host))
        {
            if (component is null || IsMeant(owner, component))
                AppendFunction(text, owner, bdf, bytes);
        }

        return text.ToString();
    }

    /// <summary>Every function of a host that has booted, with its configuration space, in the order of segment, bus, device, function.</summary>
    /// <param name="built">The topology, booted.</param>
    /// <param name="host">The host.</param>
    public static IReadOnlyList<(Bdf Bdf, ComponentActor Owner, byte[] Bytes)> FunctionsOf(BuiltTopology built, HostModel host)
    {
        var below = built.Links.ToDictionary(l => l.Upper, l => l.Lower);
        List<(Bdf Bdf, ComponentActor Owner, byte[] Bytes)> functions = [];
        foreach (HostBridge bridge in built.Hosts[host.Name].Bridges)
        {
            for (int i = 0; i < bridge.Ports.Count; i++)
            {
                var bdf = new Bdf(bridge.Resources.Segment, bridge.Resources.FirstBus, (byte)(i % Bdf.DevicesMax), (byte)(i / Bdf.DevicesMax));
                Collect(functions, below, bridge.Ports[i], bdf);
            }

            if (bridge.EventCollector is { } collector)
                functions.Add((collector, bridge, bridge.DumpEventCollector()!));
        }

        return [.. functions.OrderBy(f => (f.Bdf.Segment, f.Bdf.RoutingId))];
    }

    /// <summary>The CEDT of a host.</summary>
    public static byte[] CedtOf(TopologyModel model, HostModel host)
    {
        Host actor = TopologyBuilder.Build(model, new SimulationOptions { Seed = model.Seed }).Hosts[host.Name];
        return Cedt.Of(
            actor.Bridges.Select(b => new HostBridgeStructure { Uid = (uint)b.Uid, Base = new Hpa(b.Resources.RegisterBase) }),
            actor.Windows,
            actor.Bridges.Where(b => b.EventCollector is not null).Select(CollectorOf)).ToBytes();
    }

    /// <summary>Which registers the errors come from that the event collector of a host bridge collects: those of the bridge.</summary>
    private static RdpasStructure CollectorOf(HostBridge bridge) => new()
    {
        Segment = bridge.EventCollector!.Value.Segment,
        Bdf = bridge.EventCollector.Value.RoutingId,
        Protocol = RdpasProtocol.CacheMem,
        Base = new Hpa(bridge.Resources.RegisterBase),
    };

    /// <summary>The CDAT of a switch or endpoint, read from it over its data object exchange; null if it has none.</summary>
    public static byte[]? CdatOf(TopologyModel model, HostModel host, string component)
    {
        CdatAgent? agent = null;
        BuiltTopology built = TopologyBuilder.Build(model, new SimulationOptions { Seed = model.Seed }, addAgents: (owner, actor, wired) =>
        {
            if (owner != host)
                return;
            agent = new CdatAgent([.. host.Bridges.Select(b => wired.Platform[host.Name + "." + b.Name])], wired.Platform[component]);
            agent.TagBase = actor.AddAgent("dump", agent);
        });
        Run(built);
        return agent!.Table;
    }

    private static BuiltTopology Boot(TopologyModel model)
    {
        BuiltTopology built = TopologyBuilder.Build(model, new SimulationOptions { Seed = model.Seed });
        Run(built);
        return built;
    }

    private static void Run(BuiltTopology built)
    {
        RunResult result = built.Simulation.Run();
        if (result.Failures.Count > 0)
            throw new InvariantException("The topology failed to boot: " + result.Failures[0]);
    }

    private static bool IsMeant(ComponentActor owner, string component) =>
        owner.Path == component || owner.Path.EndsWith("/" + component, StringComparison.Ordinal)
        || (owner.Parent is Switch or HostBridge && owner.Parent.Name == component);

    /// <summary>A function and what lies below it, as the bus numbers in its registers say; below a bridge that has none, nothing.</summary>
    private static void Collect(List<(Bdf Bdf, ComponentActor Owner, byte[] Bytes)> functions, Dictionary<LinkedActor, LinkedActor> below, LinkedActor port, Bdf bdf)
    {
        byte[] bytes = port.DumpConfiguration()!;
        functions.Add((bdf, port, bytes));
        foreach (int further in (port as Endpoint)?.FurtherFunctions ?? [])
            functions.Add((bdf with { Function = (byte)further }, port, ((Endpoint)port).DumpConfiguration(further)!));
        const int Secondary = 0x19;
        byte bus = bytes[Secondary];
        if (port is Endpoint || bus == 0)
            return;
        var first = new Bdf(bdf.Segment, bus, 0, 0);
        if (port is UpstreamPort { Parent: Switch owner })
        {
            for (int i = 1; i < owner.Ports.Count && i <= Bdf.DevicesMax; i++)
                Collect(functions, below, owner.Ports[i], first.WithPort(i - 1));
        }
        else if (below.TryGetValue(port, out LinkedActor? lower))
        {
            Collect(functions, below, lower, first);
        }
    }

    private static void AppendFunction(StringBuilder text, ComponentActor owner, Bdf bdf, byte[] bytes)
    {
        text.Append(CultureInfo.InvariantCulture, $"{bdf} {bytes[0x0B]:x2}{bytes[0x0A]:x2}: {bytes[1]:x2}{bytes[0]:x2}:{bytes[3]:x2}{bytes[2]:x2} {owner.Path}{(owner is Endpoint && bdf.Function > 0 ? $" function {bdf.Function}" : "")}\n");
        for (int line = 0; line < bytes.Length; line += BytesOfLine)
        {
            text.Append(CultureInfo.InvariantCulture, $"{line:x2}:");
            for (int i = 0; i < BytesOfLine; i++)
                text.Append(CultureInfo.InvariantCulture, $" {bytes[line + i]:x2}");
            text.Append('\n');
        }

        text.Append('\n');
    }
}
