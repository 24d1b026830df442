using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;
using CxlTopology.Vfio;

namespace CxlTopology.Experiments;

/// <summary>Makes the part of a report that is about guests.</summary>
internal static class GuestReports
{
    private const int WaysMax = 4;
    private const ulong OffsetOfWay = 0x1040;

    /// <summary>Reads off what the guests of an experiment have come to.</summary>
    public static IReadOnlyList<GuestReport> Of(Experiment experiment, RunResult result)
    {
        GuestAgent[] agents = [.. experiment.Guests];
        if (agents.Length == 0)
            return [];
        // The way of an address is asked of a second machine, booted alike: a traced access of the run itself would be a part of it.
        DecodeProbe? probe = result.Failures.Count == 0 && result.Outcome == RunOutcome.Idle && agents.Any(a => a.Summary.Regions.Count > 0) ? DecodeProbe.Boot(experiment.Model) : null;
        return [.. agents.Select((agent, i) => Of(agent, i < WaysMax ? probe : null))];
    }

    private static GuestReport Of(GuestAgent agent, DecodeProbe? probe)
    {
        GuestModel model = agent.Model;
        GuestState state = agent.Summary;
        return new GuestReport
        {
            Name = model.Name,
            On = model.Outer ?? model.Host.Name,
            Dialect = NameOf(model.Dialect),
            Memory = model.Memory.Bytes,
            Devices = [.. model.Devices.Select(d => d.Name)],
            Regions = [.. state.Regions.Select(r => new GuestRegionReport(r.Name, r.Device, r.Base.ToString(), r.Size.Bytes, r.HostAddress.ToString()))],
            Walks = state.Walks,
            Faults = state.Faults,
            Traffic = state.Traffic,
            Jobs = agent.Jobs.All.Count == 0 ? null : [.. agent.Jobs.All.Zip(state.Jobs, JobOf)],
            Way = probe is not null && state.Regions.Count > 0 ? WayOf(probe.Explain(model.Name, new Hpa(state.Regions[0].Base.Value + OffsetOfWay))) : [],
            Status = WordOf(state.Stage),
            Problem = state.Problem?.ToString(),
            Errno = (int?)state.Problem?.Errno,
            Advice = state.Problem?.Advice,
        };
    }

    private static GuestJobReport JobOf(GuestJob job, EngineJobState state)
    {
        string now = state switch
        {
            { Started: false } => "not started",
            { Ended: false } => "not heard of",
            { Stopped: true } => "stopped",
            { Failed: > 0 } => "failed",
            _ => "done",
        };
        return new GuestJobReport(job.Workload.Name, job.Workload.Engine!.Name, now, state.Lines, state.Failed, state.Interrupts, state.Problem);
    }

    private static List<GuestStep> WayOf(DecodeExplanation explanation)
    {
        List<GuestStep> way = [];
        for (int i = 0; i < explanation.Hops.Count; i++)
        {
            DecodeHop hop = explanation.Hops[i];
            bool inGuest = i < explanation.Guests.Count;
            Hpa address = inGuest ? explanation.Guests[i].Address : explanation.HostAddress;
            way.Add(new GuestStep(
                hop.Component + (hop.Decoder is null ? "" : " " + hop.Decoder), address.ToString(), inGuest ? "guest-physical" : "host-physical", hop.Arithmetic, hop.Target));
        }

        way.Add(explanation is { Device: { } device, Dpa: { } dpa }
            ? new GuestStep(device, dpa.ToString(), "device-physical", "memory of the device", null)
            : new GuestStep("", "", "", "nothing answers: " + explanation.Reason, null));
        return way;
    }

    internal static string WordOf(GuestStage stage) => stage switch
    {
        GuestStage.NotStarted => "not started",
        GuestStage.NotBooted => "not booted",
        GuestStage.Incomplete => "incomplete",
        _ => "running",
    };

    private static string NameOf(GuestDialect dialect) => dialect switch
    {
        GuestDialect.RfcV2AsPosted => "rfc-v2-as-posted",
        GuestDialect.V3 => "v3",
        _ => "rfc-v2",
    };
}
