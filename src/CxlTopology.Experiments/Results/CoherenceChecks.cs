using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>The coherence checkers of a run, one a host, and the run in parts so that they keep up with it.</summary>
/// <remarks>What they see is the same on any number of workers: events of all caches, merged by time. A run over several processes is looked at once, at its end.</remarks>
public sealed class CoherenceChecks
{
    private const int FewEvents = 1 << 13;
    private const int ManyEvents = 1 << 17;
    private readonly List<(Host Host, DeviceCoherence[] Devices, CoherenceChecker Checker)> hosts = [];

    /// <summary>The checkers.</summary>
    public IEnumerable<CoherenceChecker> Checkers => hosts.Select(h => h.Checker);

    /// <summary>The checkers of a topology; null if there is nothing to check.</summary>
    public static CoherenceChecks? Of(BuiltTopology built)
    {
        var checks = new CoherenceChecks();
        foreach ((string name, Host host) in built.Hosts)
        {
            if (host.Home?.Log is not { } log)
                continue;
            var checker = new CoherenceChecker();
            checker.Add(name, log);
            (string Name, DeviceCoherence Engine)[] devices =
            [
                .. built.Model.Endpoints.Where(e => built.Model.Places[e.Name].Host.Name == name && built.Endpoints[e.Name].Coherence is not null).Select(e => (e.Name, built.Endpoints[e.Name].Coherence!)),
            ];
            foreach ((string device, DeviceCoherence engine) in devices)
            {
                if (engine.Log is { } events)
                    checker.Add(device, events);
            }

            checks.hosts.Add((host, [.. devices.Select(d => d.Engine)], checker));
        }

        return checks.hosts.Count == 0 ? null : checks;
    }

    /// <summary>Runs to the end, or to a limit, and looks at what happened every now and then.</summary>
    public RunResult Run(Simulation.Simulation simulation, SimTime? until)
    {
        if (simulation.Options.Peers is not null)
        {
            RunResult whole = simulation.Run(until);
            Look();
            return whole;
        }

        SimTime end = until ?? SimTime.MaxValue;
        var step = SimDuration.FromMicroseconds(100);
        SimTime next = SimTime.Zero;
        while (true)
        {
            next = end - next > step ? next + step : end;
            RunResult result = simulation.Run(next);
            int most = Look();
            if (result.Outcome != RunOutcome.TimeLimit || next >= end)
                return result;
            if (most < FewEvents)
                step = step * 2 < SimDuration.FromSeconds(1) ? step * 2 : step;
            else if (most > ManyEvents)
                step = new SimDuration(Math.Max(step.Femtoseconds / 2, 1_000_000_000));
        }
    }

    /// <summary>Where directory, snoop filters and caches disagree; nothing while something is under way.</summary>
    public IEnumerable<string> Disagreements() => hosts.SelectMany(h => CoherenceChecker.Disagreements(h.Host.Home!, h.Devices));

    /// <summary>Lines that are looked at for disagreements.</summary>
    public long Lines => hosts.Sum(h => h.Host.Home!.CachedLines.LongCount() + h.Host.Home.Directory.LongCount() + h.Devices.Sum(d => d.CachedLines.LongCount() + d.FilteredLines.LongCount()));

    /// <summary>Lines that were written, and those whose last write is neither in a cache nor in memory.</summary>
    public (long Looked, IReadOnlyList<string> Lost) VanishedWrites() =>
        (hosts.Sum(h => h.Checker.WrittenLines), [.. hosts.SelectMany(h => h.Checker.VanishedWrites().Select(v => $"{h.Host.Path}: {v}"))]);

    private int Look()
    {
        int most = 0;
        foreach ((_, _, CoherenceChecker checker) in hosts)
            most = Math.Max(most, checker.Look());
        return most;
    }
}
