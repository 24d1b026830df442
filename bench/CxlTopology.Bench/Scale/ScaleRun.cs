using System.Diagnostics;
using CxlTopology.Description;
using CxlTopology.Simulation;

namespace CxlTopology.Bench.Scale;

/// <summary>100,352 endpoints: how long they take to build and to be idle, and what a component costs in memory.</summary>
public static class ScaleRun
{
    private const string Yaml = """
        version: 1
        name: scale
        shape: {hosts: 784, bridges: 1, ports: 2, switches: [8, 8], endpoint: {type: 3, memory: 1GiB}}
        """;

    /// <summary>Prints the figures.</summary>
    public static void Print()
    {
        DescriptionResult parsed = TopologyFile.Parse(Yaml, "scale.yaml");
        TopologyModel model = parsed.Model ?? throw new InvalidOperationException(string.Join('\n', parsed.Errors));
        TopologyBuilder.Build(TopologyFile.Parse(Yaml.Replace("784", "1", StringComparison.Ordinal), "warm.yaml").Model!, new SimulationOptions()).Simulation.Run();
        long before = GC.GetTotalMemory(true);
        var clock = Stopwatch.StartNew();
        BuiltTopology built = TopologyBuilder.Build(model, new SimulationOptions(), boots: false);
        double build = clock.Elapsed.TotalSeconds;
        built.Simulation.Run();
        double idle = clock.Elapsed.TotalSeconds;
        long bytes = GC.GetTotalMemory(true) - before;
        int components = built.Hosts.Count + built.Bridges.Count + built.Switches.Count + built.Endpoints.Count;
        Console.WriteLine($"{built.Endpoints.Count:N0} endpoints, {components:N0} components, {built.Simulation.ActorCount:N0} actor ids: built in {build:0.00} s, idle after {idle:0.00} s; {bytes / 1e6:0} MB, {bytes / components:N0} B a component");
        GC.KeepAlive(built);
    }
}
