using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The part of an endpoint that has its memory kept coherent with caches: its own, and the host's.</summary>
public abstract partial class Endpoint
{
    /// <summary>The coherence engine; null of a device whose memory only the host caches, and which caches nothing.</summary>
    public DeviceCoherence? Coherence { get; private set; }

    /// <summary>The engines of a type 2 device; null without a coherence engine.</summary>
    public Accelerator? Accelerator { get; private set; }

    /// <summary>Whether its BI decoder lets it send back-invalidate snoops. What ports above say of them is theirs.</summary>
    internal bool MayBackInvalidate => Routing?.BackInvalidate == BackInvalidateMode.Enabled;

    /// <summary>The cache id by which the host knows it, as the cache ID decoders above it say; null if CXL.cache does not pass them all. For people, tools and checkers that look from outside.</summary>
    public int? CacheId
    {
        get
        {
            int? id = null;
            foreach (LinkedActor port in PortsAbove())
            {
                (CacheIdMode mode, int local) = port.CacheIdDecoder;
                switch (mode)
                {
                    case CacheIdMode.Assigned:
                        id = local;
                        break;
                    case CacheIdMode.Forwarded:
                        id = port.Link?.Speed.FlitMode == FlitMode.Flit68 ? 0 : id;
                        break;
                    default:
                        return null;
                }
            }

            return id;
        }
    }

    /// <summary>The way of its back-invalidate snoops; null if its memory is not HDM-DB. For people and tools that look from outside.</summary>
    public CoherenceWay? BackInvalidateWay
    {
        get
        {
            if (!Decoders.BackInvalidate)
                return null;
            if (!MayBackInvalidate)
                return new CoherenceWay(null, Path);
            int id = 0;
            foreach (LinkedActor port in PortsAbove())
            {
                if (port.BusesBelow() is not var (first, last))
                    return new CoherenceWay(null, port.Path);
                id = port.Routing!.BackInvalidate == BackInvalidateMode.Enabled ? first : id;
                if (id == 0 || id < first || id > last)
                    return new CoherenceWay(null, port.Path);
                if (!ReferenceEquals(port.RouteTables?.Routing?.PortOfBus(id), port))
                    return new CoherenceWay(null, port.RouteTables?.Path ?? port.Path);
            }

            return new CoherenceWay(id, null);
        }
    }

    /// <summary>The way of its CXL.cache messages; null of a device that cannot cache. For people and tools that look from outside.</summary>
    public CoherenceWay? CacheWay
    {
        get
        {
            if (DeviceType != 2)
                return null;
            int id = 0;
            foreach (LinkedActor port in PortsAbove())
            {
                (CacheIdMode mode, int local) = port.CacheIdDecoder;
                if (mode == CacheIdMode.Off)
                    return new CoherenceWay(null, port.Path);
                id = mode == CacheIdMode.Assigned ? local : port.Link?.Speed.FlitMode == FlitMode.Flit68 ? 0 : id;
                if (!ReferenceEquals(port.RouteTables?.Routing?.PortOfCacheId(id), port))
                    return new CoherenceWay(null, port.RouteTables?.Path ?? port.Path);
            }

            return new CoherenceWay(id, null);
        }
    }

    private IEnumerable<LinkedActor> PortsAbove()
    {
        for (ComponentActor? above = Parent; above is not null; above = above.Parent)
        {
            if (above is LinkedActor port)
                yield return port;
        }
    }

    /// <summary>Gives the device a coherence engine, and a type 2 device an accelerator; before it is added to a simulation.</summary>
    public void AddCoherence(DeviceCoherenceOptions coherence)
    {
        if (Coherence is not null)
            throw new WiringException($"{Path} has a coherence engine already.");
        AddChild("dcoh", Coherence = new DeviceCoherence(coherence, Decoders, Options));
        AttachCache(Coherence);
        if (coherence.HasCache)
            AddChild("engine", Accelerator = new Accelerator(Coherence, Options));
    }

    /// <inheritdoc/>
    protected override bool ReadsAhead => Coherence is not null;

    /// <inheritdoc/>
    protected override void ReadAhead(in Message message) => Coherence!.FetchFor(message.Address);

    /// <summary>An access of the device's own engines found no decoder.</summary>
    internal void NoteRefusal(AccessStatus reason) => CountUnclaimed(reason);

    /// <summary>A request of the host. The coherence engine takes every one at once: how many there may be is bounded by the host's.</summary>
    private void OnCoherentRequest(ref Message message)
    {
        GiveBack(MessageKinds.ClassOf(message.Kind), message.Length);
        message.Port = NoPort;
        if (Has(message, AccessFlags.Poison))
            NotePoison(message);
        if (!IsUp || memoryOff)
        {
            Lose(ref message);
            return;
        }

        bool isForward = message.Kind == (byte)MessageKind.M2SReq
            ? CoherenceFields.IsForward(message)
            : CoherenceFields.IsCoherent(message) && CoherenceFields.Opcode(message) == (int)M2SWrite.BIConflict;
        if (!isForward && strict && ((Control & MemEnable) == 0 || !Decoders.Enabled))
        {
            RefuseCoherent(ref message, AccessStatus.MemoryDisabled);
            return;
        }

        if (!isForward && Decoders.Find(message.Address) is null)
        {
            RefuseCoherent(ref message, AccessStatus.NoEndpointDecoder);
            return;
        }

        HandOver(Coherence!, ref message);
    }

    private void RefuseCoherent(ref Message message, AccessStatus status)
    {
        message.Status = (byte)status;
        message.Class = 0;
        message.Spacing = 0;
        message.Credits = epoch;
        inService += message.Length;
        RefuseBack(ref message);
    }

    /// <summary>The memory, or the coherence engine, has answered.</summary>
    private void OnCoherentAnswer(ref Message message)
    {
        if (Has(message, AccessFlags.Local))
            HandOver(Coherence!, ref message);
        else
            Transmit(ref message);
    }

    /// <summary>No decoder serves an access of the coherence engine.</summary>
    private void RefuseLocal(ref Message message)
    {
        var reason = (AccessStatus)message.Status;
        AnswerUnclaimed(ref message, reason);
        message.Status = (byte)reason;
        HandOver(Coherence!, ref message);
    }

    /// <summary>What comes from the host by this device's id.</summary>
    private void OnCoherence(ref Message message)
    {
        TakeCredits(ref message);
        if (!IsUp)
        {
            Coherence?.NoteLost(message);
            Lose(ref message);
            return;
        }

        GiveBack(MessageKinds.ClassOf(message.Kind), message.Length);
        message.Port = NoPort;
        if (Coherence is null)
            Lose(ref message);
        else
            HandOver(Coherence, ref message);
    }
}
