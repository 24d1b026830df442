using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;
using CxlTopology.Software;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>Topology files in which engines of guests' devices work, and how they are run.</summary>
internal static class EngineFiles
{
    /// <summary>Three accelerators: g0 at a bridge of its own, g1 and g2 behind one switch.</summary>
    public static string File(string more, string each = "", string coherence = "hdm-db", string host = "") => $$$"""
        version: 1
        profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}}
        hosts:
          host0:
            memory: 2GiB
            {{{host}}}
            windows:
              - {base: 0x20_0000_0000, size: 4GiB, targets: [hb0], allow: [type2, volatile, back-invalidate]}
              - {base: 0x30_0000_0000, size: 4GiB, targets: [hb1], allow: [type2, volatile, back-invalidate]}
            bridges:
              hb0: {rp0: g0}
              hb1: {passthrough: false, ports: {rp0: {switch: sw0, ports: {dsp0: g1, dsp1: g2} } } }
        endpoints:
          g0: &g {type: 2, memory: 1GiB, coherence: {{{coherence}}}, cxl: {write-back: true, reset: true, reset-timeout: 100ms, memory-clear: true}{{{each}}} }
          g1: {type: 2, memory: 1GiB, coherence: hdm-db}
          g2: {type: 2, memory: 1GiB, coherence: hdm-db}
        {{{more}}}
        """;

    public const string OneGuest = "guests: {vm: {devices: [g0], memory: 64MiB, scrub: none}}\n";

    public static Experiment Prepare(string yaml, ExperimentOptions? options = null)
    {
        DescriptionResult read = TopologyFile.Parse(yaml, "guests.yaml");
        Assert.Equal("", string.Join("\n", read.Errors));
        return Experiment.Prepare(read.Model!, options ?? new ExperimentOptions());
    }

    /// <summary>Has something done in the host's software once the first engine has come half-way or so.</summary>
    public static void During(Experiment experiment, Func<Guest, Task> action, SimDuration after = default)
    {
        Simulation.Simulation simulation = experiment.Built.Simulation;
        Requester engine = experiment.Requesters[0].Requester;
        SimTime until = SimTime.Zero;
        HostProgram program = experiment.Built.Programs["host0"];
        while (program.Finished == SimTime.Zero)
            simulation.Run(until += SimDuration.FromMilliseconds(10));
        until = program.Finished + SimDuration.FromMilliseconds(15);
        while (engine.Statistics.Completed < 500)
            simulation.Run(until += SimDuration.FromMicroseconds(2));
        program.Post(simulation, _ => action(experiment.Guests.First().Guest!), until + SimDuration.FromNanoseconds(1) + after);
    }

    public static ExperimentReport Finish(Experiment experiment)
    {
        RunResult result = experiment.Run();
        Assert.Empty(result.Failures);
        ExperimentReport report = Reports.Of(experiment);
        Assert.All(report.Checkers, c => Assert.True(c.Violations == 0, $"{c.Name}: {c.First}"));
        Assert.All(report.Guests, g => Assert.Null(g.Problem));
        Assert.Equal("idle", report.Outcome);
        return report;
    }
}
