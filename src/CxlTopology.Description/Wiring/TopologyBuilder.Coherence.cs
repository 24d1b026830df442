using CxlTopology.Fabric;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Home agents of hosts whose lines are cached, and coherence engines of the devices below them.</summary>
public sealed partial class TopologyBuilder
{
    private readonly HashSet<string> coherentDevices = new(StringComparer.Ordinal);
    private Action<EndpointModel, Accelerator, BuiltTopology>? addEngines;

    /// <summary>Whether a host keeps caches coherent: its own, or those of accelerators that cache or issue accesses.</summary>
    public static bool IsCoherent(TopologyModel model, HostModel host) =>
        host.Cache is not null
        || model.Workloads.Any(w => w.Engine is not null && w.From.Name == host.Name)
        || model.Places.Any(p => p.Value.Host.Name == host.Name && p.Value.Ports[^1].Endpoint is { Type: DeviceType.Type2, Cache: not null });

    /// <summary>Whether a guest that has a device gives its engine jobs.</summary>
    private bool IsGivenJobs(EndpointModel endpoint) => model.Workloads.Any(w => w.Guest is not null && w.Engine?.Name == endpoint.Name);

    private bool IsVerified => model.Workloads.Any(w => w is { Verify: true, Payloads: true });

    private void AddCoherence(HostModel host, Host actor)
    {
        if (!IsCoherent(model, host))
            return;
        actor.AddCoherence(new HostCoherenceOptions { Cache = CacheOf(host.Cache), SpeculativeReads = host.Cache?.SpeculativeReads ?? false, KeepsLog = IsVerified });
        foreach (EndpointModel endpoint in model.Endpoints.Where(e => model.Places[e.Name].Host.Name == host.Name))
        {
            if (endpoint.Type == DeviceType.Type2 || endpoint.Coherence == CoherenceModel.HdmDB)
                coherentDevices.Add(endpoint.Name);
        }
    }

    private void AddCoherence(EndpointModel endpoint, Endpoint actor)
    {
        if (!coherentDevices.Contains(endpoint.Name))
            return;
        CacheModel cache = endpoint.Cache ?? new CacheModel { Latency = endpoint.CacheLatency };
        actor.AddCoherence(new DeviceCoherenceOptions
        {
            HasCache = endpoint.Type == DeviceType.Type2,
            Cache = CacheOf(cache),
            BackInvalidate = endpoint.Coherence == CoherenceModel.HdmDB,
            Filter = CacheOf(endpoint.SnoopFilter)!,
            LookUp = endpoint.SnoopFilter.Latency,
            SnoopLines = endpoint.SnoopFilter.SnoopLines,
            Read = cache.TakesAny ? D2HRequest.RdAny : D2HRequest.RdShared,
            EngineLatency = endpoint.EngineLatency,
            Writes = cache.Writes,
            InitialBias = endpoint.InitialBias,
            FlipsOnAccess = endpoint.FlipsOnAccess,
            Memory = [.. model.Regions.SelectMany(r => r.Targets.Where(t => t.Endpoint.Name == endpoint.Name).Select(t => OwnRange(r, t.Position)))],
            KeepsLog = IsVerified,
            LearnsMemory = IsGivenJobs(endpoint),
        });
        if (actor.Accelerator is { } accelerator)
            addEngines?.Invoke(endpoint, accelerator, built);
    }

    private static OwnMemoryRange OwnRange(RegionModel region, int position) =>
        new(region.Base, region.Size, Interleave.Of(region.Ways, region.Granularity), position, MapsOf(region.Host, region.Window));

    private static CacheOptions? CacheOf(CacheModel? cache) => cache is null || cache.Size.Bytes == 0
        ? null
        : new CacheOptions
        {
            Size = cache.Size,
            Ways = cache.Ways,
            Latency = cache.Latency,
            Policy = cache.Policy switch
            {
                CachePolicy.Fifo => ReplacementPolicy.Fifo,
                CachePolicy.Random => ReplacementPolicy.Random,
                _ => ReplacementPolicy.Lru,
            },
        };
}
