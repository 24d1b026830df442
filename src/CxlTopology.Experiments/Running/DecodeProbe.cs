using System.Globalization;
using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>Asks a booted topology where addresses go, by sending real reads that every actor on the way explains.</summary>
public sealed class DecodeProbe
{
    private const string DpaPrefix = "DPA 0x"; // as endpoints' decoders explain themselves
    private readonly Dictionary<string, ProbeAgent> agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, GuestAgent> guests = new(StringComparer.Ordinal);
    private readonly DecodeTrace trace = new();

    private DecodeProbe(TopologyModel model)
    {
        Built = TopologyBuilder.Build(model, new SimulationOptions { Seed = model.Seed }, trace, addAgents: (host, actor, built) =>
        {
            foreach (GuestAgent guest in HostGuests.AddTo(host, actor, built)?.Agents ?? [])
                guests.Add(guest.Model.Name, guest);
            var agent = new ProbeAgent(built.Fabric);
            agent.TagBase = actor.AddAgent("probe", agent);
            agents.Add(host.Name, agent);
        });
        RunResult boot = Built.Simulation.Run();
        if (boot.Failures.Count > 0)
            throw new InvariantException("The topology failed to boot: " + boot.Failures[0]);
    }

    /// <summary>The booted topology.</summary>
    public BuiltTopology Built { get; }

    /// <summary>Builds a topology and boots it, without its workloads.</summary>
    public static DecodeProbe Boot(TopologyModel model) => new(model);

    /// <summary>Where an address goes.</summary>
    /// <param name="on">The host, or the guest, whose address it is.</param>
    /// <param name="address">The address; for a guest guest-physical.</param>
    public DecodeExplanation Explain(string on, Hpa address)
    {
        if (!guests.TryGetValue(on, out GuestAgent? guest))
            return ExplainHost(on, address);
        List<(string, Hpa)> passed = [];
        List<DecodeHop> hops = [];
        Hpa at = address;
        while (true)
        {
            passed.Add((guest.Model.Name, at));
            (DecodeHop hop, Hpa? next) = GuestDecode.Explain(guest, at);
            hops.Add(hop);
            if (next is not { } target)
                return new DecodeExplanation(address, null, null, hop.Arithmetic, hops) { Guests = passed, HostAddress = default };
            at = target;
            if (guest.Model.Outer is not { } outer)
                break;
            guest = guests[outer];
        }

        DecodeExplanation below = ExplainHost(guest.Model.Host.Name, at);
        return below with { Hpa = address, HostAddress = at, Hops = [.. hops, .. below.Hops], Guests = passed };
    }

    private DecodeExplanation ExplainHost(string host, Hpa hpa)
    {
        ProbeAgent agent = agents[host];
        trace.Clear();
        Built.Simulation.Post(agent, new Message { Kind = (byte)MessageKind.AgentTimer, Address = hpa.Value, Payload = -1 }, Built.Simulation.Run().End + SimDuration.FromNanoseconds(1));
        Built.Simulation.Run();
        (AccessStatus status, int completer, ulong dpa) = agent.Last ?? (AccessStatus.Timeout, 0, 0);
        DecodeHop[] hops = [.. trace.Hops];
        if (status == AccessStatus.Ok && Built.EndpointNames.TryGetValue(completer, out string? device))
            return new DecodeExplanation(hpa, device, new Dpa(dpa + (hpa.Value & 63)), null, hops);
        // Where caches are coherent the home agent answers; the device has said on the way what it did.
        if (status == AccessStatus.Ok && hops.LastOrDefault() is { Target: { } last } end && last.StartsWith(DpaPrefix, StringComparison.Ordinal) && EndpointAt(end.Component) is { } behind)
            return new DecodeExplanation(hpa, behind, new Dpa(ulong.Parse(last.AsSpan(DpaPrefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) + (hpa.Value & 63)), null, hops);
        string reason = status == AccessStatus.Ok ? "the host's own memory answers, no CXL device" : $"{status}: {Describe(status)}";
        return new DecodeExplanation(hpa, null, null, reason, hops) { IsHostMemory = status == AccessStatus.Ok };
    }

    /// <summary>Which address of a host or guest reaches a device address; without one, the explanation has no device and says why.</summary>
    /// <param name="endpoint">The device.</param>
    /// <param name="dpa">The address in it.</param>
    /// <param name="on">The host or guest; null for the host that the device is below.</param>
    public DecodeExplanation Explain(EndpointModel endpoint, Dpa dpa, string? on)
    {
        DecodeExplanation host = Explain(endpoint, dpa);
        string below = Built.Model.Places[endpoint.Name].Host.Name;
        if (on is null || on == below || host.Device is null)
            return host;
        if (!guests.TryGetValue(on, out GuestAgent? guest))
            return new DecodeExplanation(default, null, null, $"{endpoint.Name} is below {below}: no address of {on} reaches it", []);
        Stack<GuestAgent> way = new();
        for (way.Push(guest); guest.Model.Outer is { } outer; way.Push(guest))
            guest = guests[outer];
        Hpa at = host.Hpa;
        foreach (GuestAgent next in way)
        {
            if (GuestDecode.AddressOf(next, at) is not { } inside)
                return new DecodeExplanation(default, null, null, $"device address {dpa} of {endpoint.Name} is {at} of {next.Model.Outer ?? next.Model.Host.Name}, and {next.Model.Name} has that nowhere", []);
            at = inside;
        }

        return Explain(on, at);
    }

    /// <summary>Which host address reaches a device address; without one, the explanation has no device and says why.</summary>
    public DecodeExplanation Explain(EndpointModel endpoint, Dpa dpa)
    {
        HostModel host = Built.Model.Places[endpoint.Name].Host;
        foreach (HdmDecoder decoder in Built.Endpoints[endpoint.Name].Decoders.Touched)
        {
            if (!decoder.Settings.Committed || decoder.Settings.Interleave is not { } interleave)
                continue;
            ulong offset = dpa.Value - decoder.DpaBase;
            if (dpa.Value < decoder.DpaBase || offset >= decoder.Settings.Size.Bytes / (ulong)interleave.Ways)
                continue;
            // The decoder does not know its own position: each is tried on the real fabric.
            foreach (Hpa candidate in Candidates(host, decoder.Settings.Base.Value, interleave, offset))
            {
                DecodeExplanation explained = ExplainHost(host.Name, candidate);
                if (explained.Device == endpoint.Name && explained.Dpa == dpa)
                    return explained;
            }
        }

        return new DecodeExplanation(default, null, null, $"no committed decoder maps device address {dpa} of {endpoint.Name} to a host address that is routed to it", []);
    }

    private string? EndpointAt(string path) => Built.Endpoints.Where(e => e.Value.Path == path).Select(e => e.Key).FirstOrDefault();

    private IEnumerable<Hpa> Candidates(HostModel host, ulong start, Interleave interleave, ulong deviceOffset)
    {
        for (int position = 0; position < interleave.Ways; position++)
        {
            ulong hpa = start + interleave.HostOffsetOf(position, deviceOffset);
            yield return new Hpa(hpa);
            if (Built.Hosts[host.Name].Windows.FirstOrDefault(w => w.Contains(hpa)) is { Arithmetic: InterleaveArithmetic.Xor, XorMaps: { } maps })
                yield return new Hpa(maps.Transform(hpa));
        }
    }

    private static string Describe(AccessStatus status) => status switch
    {
        AccessStatus.NoWindow => "no fixed memory window of the host covers the address",
        AccessStatus.NoDecoder => "no committed decoder of a host bridge or switch covers it",
        AccessStatus.TargetMissing => "the decoder's target list names a port that is not there",
        AccessStatus.NoDevice => "nothing is attached to the chosen port",
        AccessStatus.LinkDown => "a link on the way is down",
        AccessStatus.MemoryDisabled => "the endpoint's memory is not enabled",
        AccessStatus.NoEndpointDecoder => "no committed decoder of the endpoint covers it",
        AccessStatus.DpaOutOfRange => "the device address lies past the end of the endpoint's memory",
        AccessStatus.ReservedInterleave => "the decoder's interleave codes are reserved",
        AccessStatus.MediaNotReady => "the endpoint's memory is not up yet",
        AccessStatus.Isolated => "the root port is isolated and answers itself",
        AccessStatus.NoBackInvalidate => "a back-invalidate snoop of the device cannot get to the host",
        AccessStatus.NoCacheId => "CXL.cache cannot pass between the device and the host",
        _ => "no answer came",
    };
}
