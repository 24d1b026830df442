using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The part of a host that keeps lines coherent with devices: its home agent, and the ways to devices that cache.</summary>
public sealed partial class Host
{
    private byte[] routes = [];

    /// <summary>The home agent; null of a host without caches, its own or devices'.</summary>
    public HomeAgent? Home { get; private set; }

    /// <summary>Gives the host a home agent; before it is added to a simulation.</summary>
    public void AddCoherence(HostCoherenceOptions coherence)
    {
        if (Home is not null)
            throw new WiringException($"{Path} has a home agent already.");
        Home = new HomeAgent(coherence, options, memory, Options);
        Home.TagBase = AddAgent("home", Home);
    }

    /// <summary>The home agent forgets what a device held, as the device is reset or gone.</summary>
    internal void ForgetDevice(int cacheId) => Home?.ForgetDevice(cacheId);

    // What answers a device's own request has the device's tag.
    private bool IsOfHome(in Message message) => CoherenceFields.IsCoherent(message) || message.Tag >> TagBits == Home!.TagBase >> TagBits;

    /// <summary>Whether a completion answers a message that asks for none: the device's own request, resolved, did not reach it.</summary>
    private static bool IsForNobody(in Message message) =>
        message.Kind == (byte)MessageKind.S2MDrs && CoherenceFields.IsForward(message);

    /// <summary>What devices send to the home agent.</summary>
    private void OnCoherence(ref Message message)
    {
        if (Home is null)
        {
            CountUnclaimed(AccessStatus.NoDevice);
            DropPayload(ref message);
            return;
        }

        if (message.Kind is (byte)MessageKind.S2MBISnp or (byte)MessageKind.D2HReq)
        {
            int id = CoherenceFields.Id(message);
            if (id >= routes.Length)
                Array.Resize(ref routes, Math.Min(CoherenceRoutes.IdsMax, Math.Max(16, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)id + 1))));
            routes[id] = (byte)message.Port; // bridges are numbered from 1
        }

        HandOver(Home, ref message);
    }

    /// <summary>What the home agent sends to a device.</summary>
    private void ToDevice(ref Message message)
    {
        int id = CoherenceFields.Id(message);
        int bridge = id < routes.Length ? routes[id] - 1 : -1;
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
