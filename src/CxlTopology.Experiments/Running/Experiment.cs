using System.Diagnostics;
using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>A topology file with its workloads, built and ready to run.</summary>
public sealed class Experiment : IDisposable
{
    private readonly List<IAccessSource> sources = [];
    private readonly SortedDictionary<string, HostGuests> guests = new(StringComparer.Ordinal);
    private readonly Stopwatch clock = new();

    private Experiment(TopologyModel model, ExperimentOptions options)
    {
        Options = options;
        Seed = options.Seed ?? model.Seed;
        var simulation = new SimulationOptions
        {
            Seed = Seed,
            Workers = options.Workers,
            Engine = options.Engine,
            OwnerOf = options.OwnerOf,
            BucketShift = options.BucketShift,
            Peers = options.Peers,
            Host = options.Host,
        };
        if (options.MessagesPerWindowMin is { } minimum)
            simulation = simulation with { MessagesPerWindowMin = minimum };
        Built = TopologyBuilder.Build(
            model,
            simulation,
            addAgents: (host, actor, built) => AddSoftware(model, host, actor, built),
            addEngines: (endpoint, engine, built) => AddWorkloads(model, endpoint, engine, built.Fabric));
        Coherence = CoherenceChecks.Of(Built);
    }

    /// <summary>How it is run.</summary>
    public ExperimentOptions Options { get; }

    /// <summary>The seed in force.</summary>
    public ulong Seed { get; }

    /// <summary>The actors.</summary>
    public BuiltTopology Built { get; }

    /// <summary>The file.</summary>
    public TopologyModel Model => Built.Model;

    /// <summary>The requester of each workload, in the order of the hosts and of the file.</summary>
    public List<(WorkloadModel Workload, Requester Requester)> Requesters { get; } = [];

    /// <summary>What the memory of each host, and of each guest, holds, by its own addresses; for those with a workload that verifies.</summary>
    public Dictionary<string, DataChecker> DataCheckers { get; } = new(StringComparer.Ordinal);

    /// <summary>The guests, in the order of the file.</summary>
    public IEnumerable<GuestAgent> Guests => Model.Guests.Select(g => guests[g.Host.Name].AgentOf(g.Name));

    /// <summary>What is known of the caches; null without caches, or if nothing is verified.</summary>
    public CoherenceChecks? Coherence { get; }

    /// <summary>What the last part of the run came to.</summary>
    public RunResult? Result { get; private set; }

    /// <summary>Wall-clock time spent running.</summary>
    public TimeSpan Wall => clock.Elapsed;

    /// <summary>Builds the actors of a file and its workloads.</summary>
    /// <exception cref="TraceException">A trace of the file cannot be replayed.</exception>
    public static Experiment Prepare(TopologyModel model, ExperimentOptions options)
    {
        foreach (WorkloadModel workload in model.Workloads)
            WorkloadTrace.Check(workload);
        return new Experiment(model, options);
    }

    /// <summary>Runs until all is done or the time limit.</summary>
    public RunResult Run()
    {
        clock.Start();
        Result = Coherence is null ? Built.Simulation.Run(Options.Until) : Coherence.Run(Built.Simulation, Options.Until);
        clock.Stop();
        return Result;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (IAccessSource source in sources)
            (source as IDisposable)?.Dispose();
    }

    private void AddSoftware(TopologyModel model, HostModel hostModel, Host host, BuiltTopology built)
    {
        if (HostGuests.AddTo(hostModel, host, built) is { } added)
            guests.Add(hostModel.Name, added);
        AddWorkloads(model, hostModel, host, built.Fabric);
    }

    private void AddWorkloads(TopologyModel model, HostModel hostModel, Host host, FabricOptions fabric)
    {
        foreach (WorkloadModel workload in model.Workloads)
        {
            if (workload.Engine is not null || workload.From.Name != hostModel.Name)
                continue;
            DataChecker? checker = null;
            // Where devices write as well, what was written last is for the coherence checker to say.
            if (workload is { Verify: true, Payloads: true } && host.Home is null && !DataCheckers.TryGetValue(workload.Source, out checker))
                DataCheckers.Add(workload.Source, checker = new DataChecker());
            Requester requester = MakeRequester(model, workload, checker, fabric);
            requester.TagBase = host.AddAgent(workload.Name, requester);
            Requesters.Add((workload, requester));
        }
    }

    private void AddWorkloads(TopologyModel model, EndpointModel endpoint, Accelerator engine, FabricOptions fabric)
    {
        foreach (WorkloadModel workload in model.Workloads.Where(w => w.Engine?.Name == endpoint.Name))
        {
            Requester requester = MakeRequester(model, workload, null, fabric);
            if (workload.Guest is { } guest)
            {
                int number = engine.AddJob(workload.Name, requester, out uint tagBase);
                requester.TagBase = tagBase;
                HostGuests on = guests[guest.Host.Name];
                int device = guest.Devices.Select((d, i) => (d, i)).First(d => d.d.Endpoints[0].Name == endpoint.Name).i;
                on.AgentOf(guest.Name).Add(new GuestJob(workload, number, device), on.Program);
                Requesters.Add((workload, requester));
                continue;
            }

            requester.TagBase = workload.Bias is { } bias
                ? engine.AddAgent(workload.Name, requester, new BiasRequest(workload.To.Base, workload.To.Size, bias))
                : engine.AddAgent(workload.Name, requester);
            Requesters.Add((workload, requester));
        }
    }

    private Requester MakeRequester(TopologyModel model, WorkloadModel workload, DataChecker? checker, FabricOptions fabric)
    {
        IAccessSource source = AccessSources.Create(workload, Seed);
        sources.Add(source);
        if (workload.To.Device is { Cached: false })
            source = new UncachedAccesses(source);
        return new Requester(
            new RequesterOptions
            {
                Base = workload.To.Base.Value,
                Outstanding = workload.Outstanding,
                Think = workload.Think,
                Start = workload is { Engine: not null, Guest: not null } ? SimDuration.Zero : workload.Start, // of a job that is its driver's to wait for
                IsJob = workload is { Engine: not null, Guest: not null },
                Timeout = model.Policy.Timeout,
                Payloads = workload.Payloads,
                Burst = workload.Burst,
                Checker = checker,
                Guest = workload is { Engine: null, Guest: { } guest } ? SpaceOf(guest, workload.To.Device, workload.To.Part) : null,
            },
            source,
            fabric);
    }

    private GuestAddressSpace SpaceOf(GuestModel guest, GuestDeviceModel? device, int part)
    {
        HostGuests on = guests[guest.Host.Name];
        return new GuestAddressSpace(on.AgentOf(guest.Name), on.Program, device, part);
    }
}
