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
        EmitCoherent(ref message);
    }

    // A flit of 68 bytes has no room for a cache id: what crosses the link has none.
    private void EmitCoherent(ref Message message)
    {
        if (Link!.Speed.FlitMode == FlitMode.Flit68)
            CoherenceFields.Renumber(ref message, 0);
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
            EmitCoherent(ref message);
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

    /// <inheritdoc/>
    internal sealed override CoherencePath? Routing => function?.Components.Path;

    /// <summary>Of a port that faces down: who has the route tables of its component. Null of one that faces up.</summary>
    internal virtual FabricActor? RouteTables => null;

    /// <summary>What the cache ID decoder says, and the id that it assigns; of a component that ran in another process, what it told when it ended.</summary>
    internal (CacheIdMode Mode, int Local) CacheIdDecoder => elsewhere ?? (Routing?.CacheId ?? CacheIdMode.Off, Routing?.LocalCacheId ?? 0);

    private (CacheIdMode Mode, int Local)? elsewhere;

    /// <summary>The buses that back-invalidates come from through this port, which faces down; null if none may.</summary>
    internal (byte First, byte Last)? BusesBelow() => Routing?.BackInvalidate switch
    {
        BackInvalidateMode.Enabled => (function!.SecondaryBus, function.SecondaryBus),
        BackInvalidateMode.Forwarded => function!.BusesBelow,
        _ => null,
    };

    /// <summary>Whether what goes down by the id of a device may leave by this port: its decoder says so now.</summary>
    internal bool LeadsTo(in Message message) => Routing is { } path
        && (message.Kind == (byte)MessageKind.M2SBIRsp ? path.BackInvalidate != BackInvalidateMode.Off : path.LeadsTo(CoherenceFields.Id(message)));

    /// <summary>
    /// Whether a message from below may go further up, past this port: its decoder lets it, and the route table of the component leads back here. What may not is answered, or told as lost.
    /// </summary>
    /// <param name="message">Any message on its way up; of CXL.cache and back-invalidates the id becomes what it is above this port.</param>
    /// <param name="above">Who has the component's route tables: the upstream port, or the host bridge.</param>
    private protected bool PassesUp(ref Message message, FabricActor? above) => !MessageKinds.MayBeCoherent(message.Kind) || Passes(ref message, above?.Routing);

    private bool Passes(ref Message message, CoherencePath? routes)
    {
        CoherencePath? path = Routing;
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.S2MBISnp:
                if (path is not null && IsKnownBus(ref message, path) && ReferenceEquals(routes?.PortOfBus(CoherenceFields.Id(message)), this))
                    return true;
                SendBack(ref message);
                return false;
            case MessageKind.D2HReq or MessageKind.D2HRsp or MessageKind.D2HData:
                if (path is not null && IsKnownCache(ref message, path) && ReferenceEquals(routes?.PortOfCacheId(CoherenceFields.Id(message)), this))
                    return true;
                RefuseCache(ref message);
                return false;
            case MessageKind.DeviceLost when message.Argument != 0 && (path is null || !IsKnownCache(ref message, path)):
                message.Argument = 0; // whose grant it was cannot be told
                return true;
            default:
                return true;
        }
    }

    private bool IsKnownBus(ref Message message, CoherencePath path)
    {
        (byte first, byte last) = function!.BusesBelow;
        switch (path.BackInvalidate)
        {
            case BackInvalidateMode.Enabled:
                CoherenceFields.Renumber(ref message, first);
                return first != 0;
            case BackInvalidateMode.Forwarded:
                int bus = CoherenceFields.Id(message);
                return first != 0 && bus >= first && bus <= last;
            default:
                return false;
        }
    }

    private static bool IsKnownCache(ref Message message, CoherencePath path)
    {
        if (path.CacheId == CacheIdMode.Off || (!path.HdmDPresent && message.Kind == (byte)MessageKind.D2HReq && CoherenceFields.IsOwnMemory(message)))
            return false;
        if (path.CacheId == CacheIdMode.Assigned)
            CoherenceFields.Renumber(ref message, path.LocalCacheId);
        return true;
    }

    /// <summary>Ends a message of CXL.cache that may not pass: a request with GO-Err; of an answer the host hears that something was lost.</summary>
    private void RefuseCache(ref Message message)
    {
        CountUnclaimed(AccessStatus.NoCacheId);
        if (message.Kind != (byte)MessageKind.D2HReq)
        {
            Lose(ref message);
            TellLoss();
            return;
        }

        message.Kind = (byte)MessageKind.H2DRsp;
        CoherenceFields.SetOpcode(ref message, (int)H2DResponse.Go);
        message.Argument = (ulong)GoState.Error | (ulong)AccessStatus.NoCacheId << 8;
        message.Status = (byte)AccessStatus.Ok;
        Transmit(ref message);
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
        to.WriteByte((byte)CacheIdDecoder.Mode);
        to.WriteByte((byte)CacheIdDecoder.Local);
        to.WriteBool(channels is not null);
        for (int i = 0; channels is not null && i < MessageKinds.CoherenceClasses; i++)
        {
            to.WriteInt32(channels.Credits[i]);
            to.WriteInt32(channels.Owed[i]);
        }
    }

    private void LoadCoherence(ref WireReader from)
    {
        elsewhere = ((CacheIdMode)from.ReadByte(), from.ReadByte());
        if (!from.ReadBool())
            return;
        for (int i = 0; i < MessageKinds.CoherenceClasses; i++)
        {
            Channels.Credits[i] = from.ReadInt32();
            Channels.Owed[i] = from.ReadInt32();
        }
    }
}
