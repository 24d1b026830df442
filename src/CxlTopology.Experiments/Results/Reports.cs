using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>Makes the report of a run.</summary>
public static class Reports
{
    /// <summary>Reads off what an experiment has come to.</summary>
    public static ExperimentReport Of(Experiment experiment)
    {
        RunResult result = experiment.Result ?? throw new InvalidOperationException("The experiment has not been run.");
        NoteNotStarted(experiment);
        bool stuck = result.Outcome == RunOutcome.Idle && experiment.Requesters.Any(r => !r.Requester.Finished && r.Requester.Statistics.NotStarted is null);
        long start = experiment.Requesters.Where(r => r.Requester.Statistics.Issued > 0).Select(r => r.Requester.Statistics.FirstIssue).DefaultIfEmpty(0).Min();
        long end = experiment.Requesters.Select(r => r.Requester.Statistics.LastCompletion).DefaultIfEmpty(0).Max();
        return new ExperimentReport
        {
            Topology = experiment.Model.Name,
            Seed = experiment.Seed,
            Engine = experiment.Options.Host?.Name ?? experiment.Options.EngineName,
            Workers = experiment.Options.Peers?.Count ?? experiment.Options.Workers,
            Digest = result.Digest.ToString("x16", CultureInfo.InvariantCulture),
            Partial = result.Outcome != RunOutcome.Idle,
            Outcome = stuck ? "no progress" : OutcomeOf(result.Outcome),
            SimulatedNs = result.End.TotalNanoseconds,
            WallSeconds = Math.Round(experiment.Wall.TotalSeconds, 6),
            Events = result.Events,
            Transactions = experiment.Requesters.Sum(r => r.Requester.Statistics.Completed),
            Sources = [.. experiment.Requesters.Select(r => SourceOf(r.Workload, r.Requester.Statistics))],
            Guests = GuestReports.Of(experiment, result),
            Links = [.. experiment.Built.Links.Select(l => LinkOf(l.Upper, l.Lower, end - start))],
            Caches = CachesOf(experiment),
            Unclaimed = [.. experiment.Built.FabricActors().SelectMany(a => a.Unclaimed.Select(u => new UnclaimedReport(a.Path, u.Reason.ToString(), u.Count)))],
            Expectations = [.. experiment.Model.Expectations.Select(e => Expectations.Judge(e, experiment))],
            Checkers = Checkers.Run(experiment),
            FirmwareProblems = [.. experiment.Built.Programs.SelectMany(p => p.Value.Problems.Select(w => ProblemOf(experiment, p.Key, w)).Concat(p.Value.BootProblems))],
            Failures = [.. result.Failures.Select(f => f.ToString()), .. result.Broken is { } broken ? [broken] : Array.Empty<string>()],
        };
    }

    // What a driver could not start has said why, and does not wait for anything.
    private static void NoteNotStarted(Experiment experiment)
    {
        foreach (GuestAgent agent in experiment.Guests)
        {
            foreach ((GuestJob job, Vfio.EngineJobState state) in agent.Jobs.All.Zip(agent.Summary.Jobs))
            {
                if (state.Problem is { } problem)
                    experiment.Requesters.First(r => r.Workload == job.Workload).Requester.Statistics.NotStarted = $"the driver in {agent.Model.Name} could not start it: {problem}";
            }
        }
    }

    private static List<CacheReport>? CachesOf(Experiment experiment)
    {
        var caches = new List<CacheReport>();
        foreach (Host host in experiment.Built.Hosts.Values)
        {
            if (host.Home?.Statistics is { } s)
                caches.Add(new CacheReport(host.Path, s.Accesses, s.Hits, s.Requests, s.Snoops, s.BackInvalidates, s.Conflicts, s.WriteBacks, 0, 0, 0));
        }

        foreach (Endpoint endpoint in experiment.Built.Endpoints.Values)
        {
            if (endpoint.Coherence?.Statistics is { } s)
            {
                caches.Add(new CacheReport(
                    endpoint.Path, s.Accesses, s.Hits, s.HostRequests, s.Snoops, s.BackInvalidates, s.Conflicts, s.WriteBacks, s.FlipsToHost, s.FlipsToDevice, s.LinesLost)
                {
                    BlockSnoops = s.BlockSnoops,
                    Recalls = s.Recalls,
                    Opcodes = Enum.GetValues<D2HRequest>().Where(r => s.Requests(r) > 0).ToDictionary(r => ProtocolNames.Of(r), s.Requests),
                });
            }
        }

        return caches.Count == 0 ? null : caches;
    }

    private static string OutcomeOf(RunOutcome outcome) => outcome switch
    {
        RunOutcome.Idle => "idle",
        RunOutcome.TimeLimit => "time limit",
        RunOutcome.Stopped => "stopped",
        _ => "failed",
    };

    private static SourceReport SourceOf(WorkloadModel workload, RequesterStatistics s) => new(
        workload.Name,
        workload.Source,
        s.Issued,
        s.ReadCount,
        s.WriteCount,
        LatencyReport.Of(s.Reads),
        LatencyReport.Of(s.Writes),
        Math.Round(s.GigabytesPerSecond, 6),
        s.Errors.ToDictionary(e => e.Reason.ToString(), e => e.Count))
    {
        NotStarted = s.NotStarted,
        Stops = s.Stops == 0 ? null : s.Stops,
    };

    private static LinkReport LinkOf(LinkedActor upper, LinkedActor lower, long femtoseconds)
    {
        double nanoseconds = femtoseconds / 1e6;
        double Rate(long lines) => nanoseconds <= 0 ? 0 : Math.Round(lines * 64 / nanoseconds, 6);
        Specification.LinkSpeed speed = upper.Link!.Speed;
        double Use(long slots) => nanoseconds <= 0 ? 0 : Math.Round(slots * (speed.FlitFemtoseconds / 1e6) / speed.SlotsPerFlit / nanoseconds, 6);
        return new LinkReport(
            upper.Path, lower.Path, speed.ToString(), Rate(upper.LinesSent), Rate(lower.LinesSent), Use(upper.SlotsSent), Use(lower.SlotsSent), upper.Waited + lower.Waited);
    }

    private static string ProblemOf(Experiment experiment, string host, Software.FirmwareProblem problem)
    {
        string reason = "";
        foreach ((string path, HdmDecoderCapability decoders) in experiment.Built.Capabilities())
        {
            if (!path.StartsWith(host + "/", StringComparison.Ordinal) || path.Split('/')[^1] != problem.Write.Component)
                continue;
            int index = (problem.Write.Offset - Specification.HdmCapabilityRegisters.FirstDecoder) / Specification.HdmCapabilityRegisters.DecoderLength;
            if (decoders.Touched.FirstOrDefault(d => d.Index == index) is { LastRefusal: not Specification.CommitRefusal.None } decoder)
                reason = $": {decoder.LastRefusal}, {Specification.HdmCommitCheck.Describe(decoder.LastRefusal)}";
        }

        return $"{host}: {problem.Write.Component}, offset 0x{problem.Write.Offset:x}: {problem.What}{reason}";
    }
}
