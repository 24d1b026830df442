using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>The checkers: they know the whole truth, and judge a run by it.</summary>
public static class Checkers
{
    /// <summary>Everything that is checked, in a fixed order.</summary>
    public static IReadOnlyList<CheckerReport> Run(Experiment experiment)
    {
        bool idle = experiment.Result is { Outcome: RunOutcome.Idle };
        return [Completions(experiment, idle), Data(experiment), Credits(experiment, idle), Refusals(experiment, idle), Decoders(experiment), .. Guests(experiment), .. Coherence(experiment, idle)];
    }

    // One writer or many readers, reads return the last write, directory and caches agree, no modified line vanishes.
    private static IEnumerable<CheckerReport> Coherence(Experiment experiment, bool idle)
    {
        if (experiment.Coherence is not { } coherence)
            yield break;
        CoherenceChecker[] checkers = [.. coherence.Checkers];
        yield return new CheckerReport("one writer or many readers of a line", checkers.Sum(c => c.States), checkers.Sum(c => c.StateViolations), checkers.Select(c => c.FirstState).FirstOrDefault(f => f is not null));
        yield return new CheckerReport("a read returns the last write in coherence order", checkers.Sum(c => c.Reads), checkers.Sum(c => c.ReadViolations), checkers.Select(c => c.FirstRead).FirstOrDefault(f => f is not null))
        {
            Unjudged = checkers.Sum(c => c.Unjudged),
        };
        string[] disagreements = idle ? [.. coherence.Disagreements()] : [];
        yield return new CheckerReport("directory and caches agree", idle ? coherence.Lines : 0, disagreements.Length, disagreements.FirstOrDefault());
        (long looked, IReadOnlyList<string> lost) = idle ? coherence.VanishedWrites() : (0, []);
        yield return new CheckerReport("no modified line vanishes", looked, lost.Count, lost.Count > 0 ? lost[0] : null);
    }

    // What a guest can read of its devices before it has programmed them.
    private static IEnumerable<CheckerReport> Guests(Experiment experiment)
    {
        (string Name, GuestState State)[] guests = [.. experiment.Guests.Select(g => (g.Model.Name, g.Summary))];
        if (guests.Length == 0)
            yield break;
        yield return new CheckerReport(
            "guests see no host address", guests.Sum(g => g.State.AddressesChecked), guests.Sum(g => g.State.AddressesExposed),
            guests.Where(g => g.State.AddressesExposed > 0).Select(g => $"{g.Name} can read {g.State.AddressesExposed} in registers of its devices").FirstOrDefault());
    }

    // No request lost, none answered twice.
    private static CheckerReport Completions(Experiment experiment, bool idle)
    {
        long issued = 0;
        long wrong = 0;
        string? first = null;
        foreach ((Description.WorkloadModel workload, Requester requester) in experiment.Requesters)
        {
            RequesterStatistics s = requester.Statistics;
            issued += s.Issued;
            long lost = idle ? s.Issued - s.Completed : 0;
            wrong += s.Unexpected + lost;
            if (s.Unexpected + lost > 0)
                first ??= $"{workload.Name}: {lost} of {s.Issued} requests without an answer, {s.Unexpected} answers that belong to none";
        }

        return new CheckerReport("every request answered once", issued, wrong, first);
    }

    // Data read equals data last written.
    private static CheckerReport Data(Experiment experiment)
    {
        DataChecker[] checkers = [.. experiment.DataCheckers.OrderBy(c => c.Key, StringComparer.Ordinal).Select(c => c.Value)];
        return new CheckerReport("data read is data last written", checkers.Sum(c => c.Checked), checkers.Sum(c => c.Violations), checkers.Select(c => c.First).FirstOrDefault(f => f is not null)) { Unjudged = checkers.Sum(c => c.Unjudged) };
    }

    // What one end holds, and what the other still owes it, is the other's buffer: once nothing is under way.
    private static CheckerReport Credits(Experiment experiment, bool idle)
    {
        long judged = 0;
        long wrong = 0;
        string? first = null;
        foreach ((LinkedActor upper, LinkedActor lower) in experiment.Built.Links)
        {
            if (!idle || upper.Lost + lower.Lost > 0 || !upper.IsUp || !lower.IsUp)
                continue;
            Judge(upper, lower);
            Judge(lower, upper);
        }

        return new CheckerReport("credits conserved", judged, wrong, first);

        void Judge(LinkedActor near, LinkedActor far)
        {
            judged++;
            (int Held, int Owed, int Far)[] given = [.. far.CoherenceCredits];
            int i = 0;
            foreach ((int held, _, int room) in near.CoherenceCredits)
            {
                judged++;
                int owed = i < given.Length ? given[i].Owed : 0;
                i++;
                if (held + owed == room)
                    continue;
                wrong++;
                first ??= $"{near.Path} holds and is owed {held + owed} credits of a coherence class for a buffer of {room}";
            }

            (int header, int data) = (near.CreditsHeld.Header + far.CreditsOwed.Header, near.CreditsHeld.Data + far.CreditsOwed.Data);
            if ((header, data) == near.FarBuffer)
                return;
            wrong++;
            first ??= $"{near.Path} holds and is owed {header} + {data} credits for buffers of {near.FarBuffer.Header} + {near.FarBuffer.Data}";
        }
    }

    // What components refused is what requesters were told.
    private static CheckerReport Refusals(Experiment experiment, bool idle)
    {
        var refused = new long[Enum.GetValues<AccessStatus>().Length];
        foreach (FabricActor actor in experiment.Built.FabricActors())
        {
            foreach ((AccessStatus reason, long count) in actor.Unclaimed)
                refused[(int)reason] += count;
        }

        var told = new long[refused.Length];
        bool homes = experiment.Built.Hosts.Values.Any(h => h.Home is not null);
        bool bursts = experiment.Requesters.Any(r => r.Workload.Burst);
        foreach ((_, Requester requester) in experiment.Requesters)
        {
            foreach ((AccessStatus reason, long count) in requester.Statistics.Errors)
                told[(int)reason] += count;
            told[(int)AccessStatus.NoWindow] -= requester.Statistics.Unmapped; // no component refused these
        }

        long wrong = 0;
        string? first = null;
        for (int reason = (int)AccessStatus.NoWindow; reason < refused.Length; reason++)
        {
            // Requesters time out by themselves, find out themselves what is poisoned, and may have given up what an isolated port answers.
            if ((AccessStatus)reason is AccessStatus.Timeout or AccessStatus.Poisoned or AccessStatus.Isolated)
                continue;

            // A burst may be refused in several parts, and tells one of them; what a home agent asks for itself is told to nobody.
            if (!idle || bursts || refused[reason] == told[reason] || (homes && refused[reason] > told[reason]))
                continue;
            wrong++;
            first ??= $"{(AccessStatus)reason}: components refused {refused[reason]}, requesters were told of {told[reason]}";
        }

        return new CheckerReport("refused accesses accounted for", refused.Sum(), wrong, first);
    }

    // Committed decoders of one component do not overlap.
    private static CheckerReport Decoders(Experiment experiment)
    {
        long judged = 0;
        long wrong = 0;
        string? first = null;
        foreach ((string name, HdmDecoderCapability decoders) in experiment.Built.Capabilities())
        {
            HdmDecoder? below = null;
            foreach (HdmDecoder decoder in decoders.Touched.Where(d => d.Settings.Committed).OrderBy(d => d.Settings.Base.Value))
            {
                judged++;
                if (below is not null && experiment.Built.Fabric.Commit == CommitProfile.Strict && below.Settings.Base.Value + below.Settings.Size.Bytes > decoder.Settings.Base.Value)
                {
                    wrong++;
                    first ??= $"{name}: decoder {below.Index} and decoder {decoder.Index} overlap";
                }

                below = decoder;
            }
        }

        return new CheckerReport("committed decoders do not overlap", judged, wrong, first);
    }
}
