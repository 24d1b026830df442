using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The part of a host that keeps lines coherent with devices: its home agent, and the ways to devices that cache.</summary>
public sealed partial class Host
{
    private const int CacheIds = CacheIdRouteTableRegisters.TargetsMax;
    private readonly byte[] bridgeOfCache = new byte[CacheIds]; // numbered from 1; 0: none of its messages has come

    /// <summary>The home agent; null of a host without caches, its own or devices'.</summary>
    public HomeAgent? Home { get; private set; }

    /// <summary>Gives the host a home agent; before it is added to a simulation.</summary>
    public void AddCoherence(HostCoherenceOptions coherence)
    {
        if (Home is not null)
            throw new WiringException($"{Path} has a home agent already.");
        Home = new HomeAgent(coherence, options, Options);
        Home.TagBase = AddAgent("home", Home);
    }

    /// <inheritdoc/>
    protected override bool ReadsAhead => Home is not null;

    /// <inheritdoc/>
    protected override void ReadAhead(in Message message) => Home!.FetchFor(message.Address);

    /// <summary>The home agent forgets what a device held, as the device is reset or gone.</summary>
    internal void ForgetDevice(int cacheId) => Home?.ForgetDevice(cacheId);

    // What answers a device's own request has the device's tag.
    private bool IsOfHome(in Message message) => CoherenceFields.IsCoherent(message) || message.Tag >> TagBits == Home!.TagBase >> TagBits;

    /// <summary>Whether a completion answers a message that asks for none: the device's own request, resolved, did not reach it.</summary>
    private static bool IsForNobody(in Message message) =>
        message.Kind == (byte)MessageKind.S2MDrs && (CoherenceFields.IsForward(message) || CoherenceFields.IsHint(message));

    /// <summary>What devices send to the home agent.</summary>
    private void OnCoherence(ref Message message)
    {
        if (Home is null)
        {
            CountUnclaimed(AccessStatus.NoDevice);
            DropPayload(ref message);
            return;
        }

        if (message.Kind == (byte)MessageKind.S2MBISnp)
            message.Agent = message.Port; // bus numbers are a host bridge's own, so the answer goes to where the snoop came from
        else
            bridgeOfCache[CoherenceFields.Id(message) % CacheIds] = (byte)message.Port;
        HandOver(Home, ref message);
    }

    /// <summary>What the home agent sends to a device.</summary>
    private void ToDevice(ref Message message)
    {
        int bridge = (message.Kind == (byte)MessageKind.M2SBIRsp ? message.Agent : bridgeOfCache[CoherenceFields.Id(message) % CacheIds]) - 1;
        if (bridge >= 0 && connections[bridge].IsWired)
            Send(ref message, connections[bridge], new SimTime(message.Time));
        else if (AnswerForLost(ref message))
            SendInside(this, ref message, options.FabricLatency * 2);
        else
            DropPayload(ref message);
    }

    /// <summary>Software wants a range in no cache any more.</summary>
    private void OnFlush(ref Message message)
    {
        if (Home is not null)
        {
            HandOver(Home, ref message);
            return;
        }

        message.Kind = (byte)MessageKind.S2MNdr;
        message.Status = (byte)AccessStatus.Ok;
        SendInside(this, ref message, SimDuration.Zero);
    }

    private void TellDevices()
    {
        if (Home is null)
            return;
        foreach (Connection bridge in connections)
        {
            var ready = new Message { Kind = (byte)MessageKind.HostReady, Payload = -1 };
            if (bridge.IsWired)
                Send(ref ready, bridge);
        }
    }
}
