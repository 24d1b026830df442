using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The engines of an accelerator: agents that read and write memory by host addresses, its own and the host's, through the device's coherence engine.</summary>
/// <remarks>Its agents start when the host has booted and told its devices so. A reset of the device, of whatever kind, stops those that can be stopped (<see cref="IStoppableEngine"/>). At most 4,095 agents, each with at most 1,048,576 requests under way, as in a host.</remarks>
public sealed partial class Accelerator : FabricActor
{
    private const int TagBits = 20;
    private const int AgentsMax = 1 << (32 - TagBits);
    private const uint OfFlip = (1 << TagBits) - 1; // no agent has so many requests
    private const ulong PageBytes = 4096;
    private const int FlipsAtOnce = 8;
    private readonly List<ComponentActor> agents = [];
    private readonly List<(BiasRequest? Bias, ulong Next, int UnderWay)> preparations = [];
    private readonly DeviceCoherence coherence;

    internal Accelerator(DeviceCoherence coherence, FabricOptions options)
        : base(options)
    {
        this.coherence = coherence;
        coherence.Attach(this);
    }

    /// <summary>Adds an agent.</summary>
    /// <returns>What the agent adds to its own tags in what it hands over.</returns>
    public uint AddAgent(string name, ComponentActor agent) => AddAgent(name, agent, null);

    /// <summary>Adds an agent that starts when pages have been asked for.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="agent">The agent.</param>
    /// <param name="bias">Pages that are brought into a bias before it starts; null for none. Pages that the host is at meanwhile keep the host's.</param>
    /// <returns>What the agent adds to its own tags in what it hands over.</returns>
    public uint AddAgent(string name, ComponentActor agent, BiasRequest? bias)
    {
        if (agents.Count == AgentsMax - 1) // the last number is that of accesses by translations
            throw new WiringException($"{Path} has {AgentsMax - 1:N0} agents already.");
        agents.Add(agent);
        preparations.Add((bias, bias is null ? 0 : bias.Base.Value & ~(PageBytes - 1), 0));
        AddChild(name, agent);
        return (uint)(agents.Count - 1) << TagBits;
    }

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.M2SReq or MessageKind.M2SRwD:
                OnAccess(ref message);
                break;
            case MessageKind.CoherenceStep:
                HandOver(coherence, ref message);
                break;
            case MessageKind.S2MNdr when (message.Tag & OfFlip) == OfFlip && preparations[(int)(message.Tag >> TagBits)].Bias is not null:
                OnFlipped((int)(message.Tag >> TagBits));
                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr when message.Tag >= OfTranslated && !TryEndTranslated(ref message):
                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr:
                OnAnswer(ref message);
                break;
            case MessageKind.DmaTranslated:
                OnTranslated(ref message);
                break;
            case MessageKind.DmaInvalidate:
                OnInvalidate(ref message);
                break;
            case MessageKind.DmaData or MessageKind.DmaDone:
                OnHostAnswer(ref message);
                break;
            case MessageKind.EngineDone:
                OnEngineDone(message.Tag);
                break;
            case MessageKind.HostReady:
                Start();
                break;
            default:
                throw Unexpected(message);
        }
    }

    /// <summary>Asks for the next pages of an agent, or lets it start.</summary>
    private void Prepare(int agent)
    {
        (BiasRequest? bias, ulong next, int underWay) = preparations[agent];
        ulong end = bias is null ? 0 : bias.Base.Value + bias.Size.Bytes;
        while (next < end && underWay < FlipsAtOnce)
        {
            var flip = new Message { Kind = (byte)MessageKind.CoherenceStep, Address = next, Argument = (ulong)bias!.Bias, Tag = (uint)agent << TagBits | OfFlip, Payload = -1 };
            next += PageBytes;
            underWay++;
            HandOver(coherence, ref flip);
        }

        preparations[agent] = (bias, next, underWay);
        if (underWay > 0)
            return;
        var booted = new Message { Kind = (byte)MessageKind.Booted, Payload = -1 };
        SendInside(agents[agent], ref booted, SimDuration.Zero);
    }

    private void OnFlipped(int agent)
    {
        (BiasRequest? bias, ulong next, int underWay) = preparations[agent];
        preparations[agent] = (bias, next, Math.Max(0, underWay - 1));
        if (running)
            Prepare(agent);
    }

    private void OnAccess(ref Message message)
    {
        message.Flags |= (ushort)AccessFlags.Local;
        message.Time = Now.Femtoseconds;
        if (!Has(message, AccessFlags.Burst))
        {
            if (!TryJob(ref message))
                HandOver(coherence, ref message);
            return;
        }

        int line = (message.Flags & Message.HasLines) != 0 ? message.Payload : -1;
        message.Flags &= unchecked((ushort)~(Message.HasLines | (ushort)AccessFlags.Burst));
        message.Payload = -1;
        for (ulong rest = message.Argument; rest != 0; rest &= rest - 1)
        {
            int bit = BitOperations.TrailingZeroCount(rest);
            Message single = message;
            LineOfBurst.Mark(ref single, bit);
            if (line >= 0)
            {
                int following = NextLine(line);
                NextLine(line) = -1;
                single.Payload = line;
                single.Flags |= Message.HasLines;
                line = following;
            }

            if (!TryJob(ref single))
                HandOver(coherence, ref single);
        }
    }

    private void OnAnswer(ref Message message)
    {
        LineOfBurst.Restore(ref message);
        message.Flags &= unchecked((ushort)~(ushort)AccessFlags.Local);
        NoteAnswer(message);
        int agent = (int)(message.Tag >> TagBits);
        message.Tag &= (1 << TagBits) - 1;
        HandOver(agents[agent], ref message);
    }
}
