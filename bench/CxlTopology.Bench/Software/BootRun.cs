using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Simulation;

namespace CxlTopology.Bench.Software;

/// <summary>What a boot costs: buses numbered, the CXL core's probe, for few and for very many endpoints.</summary>
public static class BootRun
{
    /// <summary>Prints the figures.</summary>
    public static void Print(int largest)
    {
        Time(1, 1);
        foreach (int endpoints in new[] { 1024, 4096, 16384, 100_352 })
        {
            if (endpoints <= largest)
                Time(endpoints / 1024, 8);
        }
    }

    private static void Time(int hosts, int bridges)
    {
        string yaml = string.Create(
            CultureInfo.InvariantCulture, $"version: 1\nname: boot\nshape: {{hosts: {hosts}, bridges: {bridges}, ports: 1, switches: [8, 16], endpoint: {{type: 3, memory: 1GiB}}}}\n");
        DescriptionResult read = TopologyFile.Parse(yaml, "boot.yaml");
        if (read.Model is null)
            throw new InvalidOperationException(string.Join("\n", read.Errors));
        BuiltTopology built = TopologyBuilder.Build(read.Model, new SimulationOptions());
        var clock = RunClock.Start(wall: false);
        long bytes = GC.GetTotalAllocatedBytes();
        RunResult result = built.Simulation.Run();
        double seconds = clock.Seconds;
        bytes = GC.GetTotalAllocatedBytes() - bytes;
        int endpoints = built.Endpoints.Count;
        int found = built.Programs.Values.Sum(p => p.Core!.Memdevs.Count(m => m.Enabled));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{endpoints,7:N0} endpoints, {found:N0} found: {seconds:0.00} s, {seconds / endpoints * 1e6:0} us an endpoint, {result.Events / endpoints:N0} events and {bytes / endpoints:N0} B an endpoint; simulated {result.End.TotalNanoseconds / 1e9:0.0} s"));
    }
}
