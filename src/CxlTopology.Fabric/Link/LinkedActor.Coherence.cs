using System.Runtime.CompilerServices;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The part of a port that carries coherence: classes with credits of their own, so that responses always get through.</summary>
public abstract partial class LinkedActor
{
    private CoherenceChannels? channels;

    /// <summary>Credits of the coherence classes: held here, owed to the other end, and room in the other end's buffer; empty while none was sent.</summary>
    public IEnumerable<(int Held, int Owed, int Far)> CoherenceCredits
    {
        get
        {
            for (int i = 0; channels is not null && i < MessageKinds.CoherenceClasses; i++)
                yield return (channels.Credits[i], channels.Owed[i], channels.Far[i]);
        }
    }

    private CoherenceChannels Channels => channels ?? MakeChannels();

    private CoherenceChannels MakeChannels() => channels = new CoherenceChannels((ownBuffer[0], ownBuffer[1]), (farBuffer[0], farBuffer[1]));

    private void TransmitCoherent(ref Message message, int trafficClass)
    {
        int index = CoherenceChannels.IndexOf(trafficClass);
        CoherenceChannels all = Channels;
        if (all.MustWait(index, message.Kind))
        {
            Waited++;
            all.Wait(index, ref message);
            return;
        }

        all.Credits[index]--;
        Emit(ref message);
    }

    private void GiveBackCoherent(int trafficClass)
    {
        if (Channels.GiveBack(CoherenceChannels.IndexOf(trafficClass)) && IsUp)
            SendCoherentCredits();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SendCoherentCredits()
    {
        var message = new Message { Kind = (byte)MessageKind.LinkCredit, Payload = -1, Argument = Channels.Collect() };
        Send(ref message, peer);
    }

    private void TakeCoherentCredits(ulong packed)
    {
        if (!Channels.Add(packed))
            throw new InvariantException($"{Path} holds more credits for coherence than the other end has buffers at {Now}.");
        if (!Channels.HasWaiting)
            return;
        // Requests last: what they must not pass goes first.
        SendWaitingCoherent(CoherenceChannels.Response);
        SendWaitingCoherent(CoherenceChannels.Data);
        SendWaitingCoherent(CoherenceChannels.BackInvalidate);
        SendWaitingCoherent(CoherenceChannels.Request);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void SendWaitingCoherent(int index)
    {
        while (IsUp && Channels.TryTake(index, out Message message))
        {
            message.Time = Math.Max(message.Time, Now.Femtoseconds);
            Emit(ref message);
        }
    }

    private void FailWaitingCoherent()
    {
        for (int i = 0; channels is not null && i < MessageKinds.CoherenceClasses; i++)
        {
            while (channels.TryGiveUp(i, out Message message))
            {
                message.Time = Now.Femtoseconds;
                OnCannotSend(ref message, AccessStatus.LinkDown);
            }
        }
    }

    /// <summary>Notes where a device's coherence messages come from; false if a back-invalidate cannot pass this port.</summary>
    private protected bool LearnRoute(in Message message, CoherenceRoutes routes)
    {
        var kind = (MessageKind)message.Kind;
        if (kind == MessageKind.S2MBISnp)
        {
            routes.Learn(CoherenceFields.Id(message), this);
            return Link?.Speed.FlitMode == FlitMode.Flit256;
        }

        if (kind == MessageKind.D2HReq)
            routes.Learn(CoherenceFields.Id(message), this);
        return true;
    }

    /// <summary>Answers a back-invalidate snoop that cannot pass: the device's access fails.</summary>
    private protected void SendBack(ref Message message)
    {
        CountUnclaimed(AccessStatus.NoBackInvalidate);
        message.Kind = (byte)MessageKind.M2SBIRsp;
        CoherenceFields.SetOpcode(ref message, CoherenceFields.Opcode(message) & (int)M2SBIResponse.BIRspIBlk); // nothing, of the line or of the block
        message.Status = (byte)AccessStatus.NoBackInvalidate;
        Transmit(ref message);
    }

    /// <summary>Whether a completion must not pass data that waits: an acknowledged conflict is behind all completions of the line.</summary>
    private bool IsBehindData(in Message message) =>
        message.Kind == (byte)MessageKind.S2MNdr && CoherenceFields.IsConflictAck(message) && waiting[1] is { Count: > 0 };

    private void SaveCoherence(WireBuffer to)
    {
        to.WriteBool(channels is not null);
        for (int i = 0; channels is not null && i < MessageKinds.CoherenceClasses; i++)
        {
            to.WriteInt32(channels.Credits[i]);
            to.WriteInt32(channels.Owed[i]);
        }
    }

    private void LoadCoherence(ref WireReader from)
    {
        if (!from.ReadBool())
            return;
        for (int i = 0; i < MessageKinds.CoherenceClasses; i++)
        {
            Channels.Credits[i] = from.ReadInt32();
            Channels.Owed[i] = from.ReadInt32();
        }
    }
}
