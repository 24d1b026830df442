using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Specification;

namespace CxlTopology.Cli.Output;

/// <summary>A topology after boot: what the file says, what its traces hold, and what firmware has left in the decoders.</summary>
internal sealed class BootedTopology
{
    private BootedTopology(
        TopologyModel model, IReadOnlyDictionary<string, TraceStatistics> traces, IReadOnlyList<CommittedDecoder> decoders, IReadOnlyDictionary<(string Endpoint, int Function), Bdf> functions,
        IReadOnlyList<CoherentDevice> coherent, IReadOnlyList<string> problems)
    {
        Functions = functions;
        Model = model;
        Traces = traces;
        Decoders = decoders;
        Coherent = coherent;
        Problems = problems;
    }

    /// <summary>The file.</summary>
    public TopologyModel Model { get; }

    /// <summary>What is in the traces, by workload.</summary>
    public IReadOnlyDictionary<string, TraceStatistics> Traces { get; }

    /// <summary>All committed decoders, each component before what is below it.</summary>
    public IReadOnlyList<CommittedDecoder> Decoders { get; }

    /// <summary>Where the functions are of endpoints with several; those that software has not numbered are not among them.</summary>
    public IReadOnlyDictionary<(string Endpoint, int Function), Bdf> Functions { get; }

    /// <summary>The devices that cache or back-invalidate, with how far what they say comes.</summary>
    public IReadOnlyList<CoherentDevice> Coherent { get; }

    /// <summary>What firmware could not program.</summary>
    public IReadOnlyList<string> Problems { get; }

    /// <summary>Scans the traces, boots without workloads, and reads the decoders.</summary>
    /// <exception cref="UserErrorException">Traces are wrong; all of them are in the message.</exception>
    public static BootedTopology Boot(TopologyModel model)
    {
        var traces = new Dictionary<string, TraceStatistics>(StringComparer.Ordinal);
        var wrong = new List<string>();
        foreach (WorkloadModel workload in model.Workloads)
        {
            try
            {
                if (WorkloadTrace.Check(workload) is { } statistics)
                    traces.Add(workload.Name, statistics);
            }
            catch (TraceException error)
            {
                wrong.Add(error.Message);
            }
        }

        if (wrong.Count > 0)
            throw new UserErrorException(ExitCode.BadFile, string.Join(Environment.NewLine + Environment.NewLine, wrong));
        using var experiment = Experiment.Prepare(model with { Workloads = [], Expectations = [] }, new ExperimentOptions());
        experiment.Run();
        return new BootedTopology(model, traces, [.. DecodersOf(experiment.Built)], FunctionsOf(experiment.Built), [.. CoherentOf(experiment.Built)], Reports.Of(experiment).FirmwareProblems);
    }

    private static Dictionary<(string Endpoint, int Function), Bdf> FunctionsOf(BuiltTopology built)
    {
        var places = new Dictionary<(string Endpoint, int Function), Bdf>();
        var several = built.Model.Endpoints.Where(e => e.Functions.Count > 0).Select(e => e.Name).ToHashSet(StringComparer.Ordinal);
        foreach (HostModel host in several.Count == 0 ? [] : built.Model.Hosts)
        {
            foreach ((Bdf bdf, Simulation.ComponentActor owner, _) in Dump.FunctionsOf(built, host))
            {
                if (owner is Endpoint && several.Contains(owner.Name))
                    places[(owner.Name, bdf.Function)] = bdf;
            }
        }

        return places;
    }

    private static IEnumerable<CoherentDevice> CoherentOf(BuiltTopology built) => built.Model.Endpoints
        .Select(e => new CoherentDevice(e.Name, built.Endpoints[e.Name].BackInvalidateWay, built.Endpoints[e.Name].CacheWay))
        .Where(d => d.BackInvalidate is not null || d.Cache is not null);

    private static IEnumerable<CommittedDecoder> DecodersOf(BuiltTopology built)
    {
        foreach (HostModel host in built.Model.Hosts)
        {
            foreach (BridgeModel bridge in host.Bridges)
            {
                string path = host.Name + "/" + bridge.Name;
                IEnumerable<CommittedDecoder> own = built.Bridges[host.Name + "." + bridge.Name].Decoders is { } decoders ? Committed(path, decoders, bridge.Ports) : [];
                foreach (CommittedDecoder decoder in own.Concat(Below(built, path, bridge.Ports)))
                    yield return decoder;
            }
        }
    }

    private static IEnumerable<CommittedDecoder> Below(BuiltTopology built, string path, IReadOnlyList<PortModel> ports)
    {
        foreach (PortModel port in ports)
        {
            IEnumerable<CommittedDecoder> found = [];
            if (port.Switch is { } below)
            {
                string at = $"{path}/{port.Name}/{below.Name}";
                found = Committed(at, built.Switches[below.Name].Upstream.Decoders, below.Ports).Concat(Below(built, at, below.Ports));
            }
            else if (port.Endpoint is { } endpoint)
            {
                found = Committed($"{path}/{port.Name}/{endpoint.Name}", built.Endpoints[endpoint.Name].Decoders, []);
            }

            foreach (CommittedDecoder decoder in found)
                yield return decoder;
        }
    }

    private static IEnumerable<CommittedDecoder> Committed(string path, HdmDecoderCapability capability, IReadOnlyList<PortModel> ports)
    {
        foreach (HdmDecoder decoder in capability.Touched)
        {
            HdmDecoderSettings settings = decoder.Settings;
            if (!settings.Committed)
                continue;
            int slots = capability.Kind == ComponentKind.Endpoint ? 0 : Math.Min(HdmDecoderRegisters.TargetSlots, settings.Interleave?.Ways ?? 0);
            yield return new CommittedDecoder(
                path,
                "decoder" + decoder.Index,
                settings,
                [.. Enumerable.Range(0, slots).Select(slot => settings.TargetAt(slot)).Select(number => ((int)number, ports.FirstOrDefault(p => p.Number == number)?.Name))],
                capability.Kind == ComponentKind.Endpoint ? new Dpa(decoder.DpaBase) : null);
        }
    }
}
