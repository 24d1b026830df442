using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>An agent that sends one traced read for each timer message it gets, and keeps the answer.</summary>
internal sealed class ProbeAgent(FabricOptions fabric) : FabricActor(fabric)
{
    /// <summary>What the host adds to the tags of this agent.</summary>
    public uint TagBase { get; set; }

    /// <summary>The last answer: status, completing actor, device address.</summary>
    public (AccessStatus Status, int Completer, ulong Dpa)? Last { get; private set; }

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.AgentTimer:
                Last = null;
                var read = new Message
                {
                    Kind = (byte)MessageKind.M2SReq,
                    Tag = TagBase,
                    Address = message.Address & ~63UL,
                    Length = 1,
                    Flags = (ushort)(AccessFlags.Traced | AccessFlags.TimingOnly),
                    Payload = -1,
                    Time = Now.Femtoseconds,
                };
                HandOver(Parent!, ref read);
                break;
            case MessageKind.S2MDrs:
                Last = ((AccessStatus)message.Status, message.Agent, message.Address);
                break;
            case MessageKind.Booted:
                break;
            default:
                throw Unexpected(message);
        }
    }
}
