using System.Globalization;
using System.Text;
using CxlTopology.Description;
using CxlTopology.Simulation;
using CxlTopology.Software;

namespace CxlTopology.Bench.Software;

/// <summary>
/// What a boot costs: buses numbered, everything found by the CXL core, every endpoint in a region of eight ways, programmed and committed. From one region to very many, on many hosts and on one.
/// </summary>
public static class BootRun
{
    /// <summary>Prints the figures.</summary>
    /// <param name="largest">Endpoints of the largest machine.</param>
    public static void Print(int largest)
    {
        for (int i = 0; i < 3; i++)
            Time("warm-up", OneHost(128), isWarmUp: true); // until everything that runs often is compiled
        foreach (int bridges in new[] { 1, 16, 256 })
        {
            if (bridges * 16 <= largest)
                Time("one host", OneHost(bridges));
        }

        foreach (int hosts in new[] { 32, 200, 784 })
        {
            if (hosts * 128 <= largest)
                Time($"{hosts} hosts", Hosts(hosts));
        }

        if (largest >= 784 * 128)
            Time("784 hosts, two workers (wall-clock time)", Hosts(784), workers: 2);
    }

    /// <summary>Hosts with a bridge, two root ports and two levels of switches: 128 endpoints and 8 regions of 16 ways each.</summary>
    private static string Hosts(int hosts) => string.Create(
        CultureInfo.InvariantCulture,
        $"version: 1\nname: boot\nshape: {{hosts: {hosts}, bridges: 1, ports: 2, switches: [8, 8], decoders: 10, endpoint: {{type: 3, memory: 1GiB}}, region: {{ways: 16, granularity: 256B, size: 16GiB}}}}\n");

    /// <summary>One host with many bridges, two switches with 8 endpoints below each, and a window with a region for each switch.</summary>
    private static string OneHost(int bridges)
    {
        var windows = new StringBuilder();
        var below = new StringBuilder();
        var endpoints = new StringBuilder();
        var regions = new StringBuilder();
        for (int b = 0; b < bridges; b++)
        {
            windows.Append(CultureInfo.InvariantCulture, $"      - {{base: 0x{((ulong)b + 8) << 34:x}, size: 16GiB, targets: [hb{b}]}}\n");
            below.Append(CultureInfo.InvariantCulture, $"      hb{b}:\n");
            for (int port = 0; port < 2; port++)
            {
                string[] names = [.. Enumerable.Range(0, 8).Select(e => string.Create(CultureInfo.InvariantCulture, $"e{b}-{port}-{e}"))];
                below.Append(CultureInfo.InvariantCulture, $"        rp{port}: {{switch: sw{b}-{port}, ports: {{{string.Join(", ", names.Select((n, i) => $"dsp{i}: {n}"))}}}}}\n");
                foreach (string name in names)
                    endpoints.Append(CultureInfo.InvariantCulture, $"  {name}: {{type: 3, memory: 1GiB}}\n");
                regions.Append(CultureInfo.InvariantCulture, $"  region{2 * b + port}: {{window: {b}, endpoints: [{string.Join(", ", names)}], size: 8GiB}}\n");
            }
        }

        return $"version: 1\nname: boot\nhosts:\n  host0:\n    windows:\n{windows}    bridges:\n{below}endpoints:\n{endpoints}regions:\n{regions}";
    }

    private static void Time(string what, string yaml, bool isWarmUp = false, int workers = 1)
    {
        DescriptionResult read = TopologyFile.Parse(yaml, "boot.yaml");
        if (read.Model is null)
            throw new InvalidOperationException(string.Join("\n", read.Errors));
        var clock = RunClock.Start(wall: workers > 1);
        GC.Collect();
        BuiltTopology built = TopologyBuilder.Build(read.Model, new SimulationOptions { Workers = workers });
        double build = clock.Seconds;
        long bytes = GC.GetTotalAllocatedBytes();
        TimeSpan pauses = GC.GetTotalPauseDuration();
        RunResult result = built.Simulation.Run();
        pauses = GC.GetTotalPauseDuration() - pauses;
        double seconds = clock.Seconds - build;
        bytes = GC.GetTotalAllocatedBytes() - bytes;
        long live = GC.GetTotalMemory(true);
        int endpoints = built.Endpoints.Count;
        CxlCore[] cores = [.. built.Programs.Values.Select(p => p.Core!)];
        int found = cores.Sum(c => c.Memdevs.Count(m => m.Enabled));
        int regions = cores.Sum(c => c.Regions.Count(r => r.State == CxlRegionState.Commit));
        string[] problems = [.. built.Programs.Values.SelectMany(p => p.BootProblems)];
        if (found != endpoints || problems.Length > 0)
            throw new InvalidOperationException($"{found} of {endpoints} endpoints were found; {string.Join("; ", problems.Take(3))}");
        if (!isWarmUp)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{endpoints,7:N0} endpoints, {what,-9} {regions,6:N0} regions: {seconds,6:0.00} s, {seconds / endpoints * 1e6,4:0} us, {result.Events / endpoints:N0} events, {bytes / endpoints / 1000:N0} kB an endpoint, {live / endpoints / 1000:N0} kB kept; {result.End.TotalNanoseconds / 1e9:0.0} s simulated; collections took {pauses.TotalSeconds:0.00} s"));
        }
    }
}
