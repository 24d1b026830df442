using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The IOMMU of a host: it translates what devices ask for by CXL.io, has it read or written coherently, and answers; or refuses it.</summary>
/// <remarks>
/// An agent of its host. A requester without an address space, an address that is not mapped and an access that is not allowed are answered with <see cref="AccessStatus.TranslationFault"/>
/// (unsupported request), counted, and never reach memory; the last 64 are kept. The translation buffer, direct-mapped, only saves walks: every request is translated by the address space as it
/// is when it goes to memory. A device that keeps translations (ATS) is told first when some are void. An invalidation is answered when what went to memory before is done. 65,536 requests are under way at once; others wait in their order.
/// </remarks>
public sealed class Iommu : FabricActor
{
    /// <summary>Requests under way to memory at once.</summary>
    public const int UnderWayMax = 65_536;

    private const int FaultsMax = 64;
    private const byte Walked = 1;
    private readonly IommuOptions settings;
    private readonly ulong[] buffer; // requester and page, by place; 0 is empty
    private readonly Dictionary<uint, IDeviceAddressSpace> spaces = []; // for look-up alone
    private readonly SortedDictionary<uint, IommuCounters> counters = [];
    private readonly Queue<IommuFault> faults = new();
    private readonly List<Invalidation> invalidations = [];
    private readonly Dictionary<uint, ushort> keepers = []; // who keeps translations, and the port to it; for look-up alone
    private readonly MessageQueue waiting = new(int.MaxValue);
    private readonly Stack<int> free = new();
    private Request[] requests = new Request[16];
    private int used;
    private uint asked; // invalidations sent to devices
    private long order;

    /// <summary>An IOMMU that knows no requester.</summary>
    public Iommu(IommuOptions settings, FabricOptions fabric)
        : base(fabric)
    {
        if (settings.Entries is < 1 or > 65_536 || !BitOperations.IsPow2(settings.Entries))
            throw new WiringException($"A translation buffer has a power of two of entries up to 65,536, and not {settings.Entries}.");
        this.settings = settings;
        buffer = new ulong[settings.Entries];
    }

    /// <summary>What the host adds to the tags of this agent.</summary>
    public uint TagBase { get; set; }

    /// <summary>What was counted, by requester (<see cref="MessageInterrupt.RequesterOf"/>).</summary>
    public IReadOnlyDictionary<uint, IommuCounters> Counters => counters;

    /// <summary>The last requests that were refused.</summary>
    public IReadOnlyCollection<IommuFault> Faults => faults;

    /// <summary>Requests that went to memory and were not answered yet.</summary>
    public int UnderWay => used - free.Count;

    /// <summary>A requester goes by an address space from now on.</summary>
    public void Attach(uint requester, IDeviceAddressSpace space) => spaces[requester] = space;

    /// <summary>A requester has no address space any more.</summary>
    public void Detach(uint requester) => spaces.Remove(requester);

    /// <summary>A requester keeps no translations any more: it was told to give up those it had, or was reset.</summary>
    public void Forget(uint requester)
    {
        keepers.Remove(requester);
        invalidations.RemoveAll(v => v.Requester == requester); // whoever asked has given up
    }

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.DmaRead or MessageKind.DmaWrite or MessageKind.DmaTranslate:
                OnRequest(ref message);
                break;
            case MessageKind.DmaInvalidated:
                OnDeviceInvalidated(message.Tag);
                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr:
                OnMemory(ref message);
                break;
            case MessageKind.TranslationInvalidate:
                OnInvalidate(ref message);
                break;
            case MessageKind.Booted:
                break;
            default:
                throw Unexpected(message);
        }
    }

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        base.AppendState(ref digest);
        foreach ((uint requester, IommuCounters counted) in counters)
        {
            digest.Add((ulong)requester);
            digest.Add(counted.Reads);
            digest.Add(counted.Writes);
            digest.Add(counted.Walks);
            digest.Add(counted.Faults);
            digest.Add(counted.Translations);
        }
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        to.WriteInt32(counters.Count);
        foreach ((uint requester, IommuCounters counted) in counters)
        {
            to.WriteUInt32(requester);
            foreach (long value in (ReadOnlySpan<long>)[counted.Reads, counted.Writes, counted.Walks, counted.Faults, counted.Translations])
                to.WriteInt64(value);
        }

        to.WriteInt32(faults.Count);
        foreach (IommuFault fault in faults)
        {
            to.WriteInt64(fault.At.Femtoseconds);
            to.WriteUInt32(fault.Requester);
            to.WriteUInt64(fault.Iova);
            to.WriteBool(fault.IsWrite);
            to.WriteBool(fault.HasSpace);
        }
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        counters.Clear();
        for (int left = from.ReadCount(ushort.MaxValue); left > 0; left--)
        {
            uint requester = from.ReadUInt32();
            counters[requester] = new IommuCounters { Reads = from.ReadInt64(), Writes = from.ReadInt64(), Walks = from.ReadInt64(), Faults = from.ReadInt64(), Translations = from.ReadInt64() };
        }

        faults.Clear();
        for (int left = from.ReadCount(FaultsMax); left > 0; left--)
            faults.Enqueue(new IommuFault(new SimTime(from.ReadInt64()), from.ReadUInt32(), from.ReadUInt64(), from.ReadBool(), from.ReadBool()));
    }

    private IommuCounters CountersOf(uint requester)
    {
        if (!counters.TryGetValue(requester, out IommuCounters? counted))
            counters.Add(requester, counted = new IommuCounters());
        return counted;
    }

    /// <summary>A request: the page is looked up, and walked if it has to be.</summary>
    private void OnRequest(ref Message message)
    {
        var requester = (uint)message.Agent;
        if (message.Status == Walked)
        {
            message.Status = 0;
            if (message.Kind == (byte)MessageKind.DmaTranslate)
                Grant(ref message);
            else
                Access(ref message);
            return;
        }

        SimDuration cost = settings.LookUp;
        ulong key = KeyOf(requester, message.Address);
        ref ulong place = ref buffer[(int)(StableHash.Mix(key) & (ulong)(buffer.Length - 1))];
        if (place != key && spaces.TryGetValue(requester, out IDeviceAddressSpace? space))
        {
            CountersOf(requester).Walks += space.Walks;
            cost += settings.WalkLatency * space.Walks;
            place = key;
        }

        message.Status = Walked;
        SendInside(this, ref message, cost);
    }

    /// <summary>Has a request done at the address that it has now.</summary>
    private void Access(ref Message message)
    {
        if (UnderWay >= settings.UnderWay || waiting.Count > 0)
            waiting.Enqueue(ref message);
        else
            Begin(ref message);
    }

    /// <summary>Sends a request to memory, or refuses it.</summary>
    private void Begin(ref Message message)
    {
        var requester = (uint)message.Agent;
        bool isWrite = message.Kind == (byte)MessageKind.DmaWrite;
        bool known = spaces.TryGetValue(requester, out IDeviceAddressSpace? space);
        if (!known || !space!.TryTranslate(message.Address, isWrite, out ulong hostAddress))
        {
            Refuse(ref message, requester, isWrite, known);
            return;
        }

        IommuCounters counted = CountersOf(requester);
        if (isWrite)
            counted.Writes++;
        else
            counted.Reads++;
        int slot = Take();
        requests[slot] = new Request { Tag = message.Tag, Requester = requester, Iova = message.Address, Port = message.Port, IsWrite = isWrite, Order = ++order };
        message.Kind = (byte)(isWrite ? MessageKind.M2SRwD : MessageKind.M2SReq);
        message.Address = hostAddress;
        message.Tag = TagBase | (uint)slot;
        message.Agent = 0;
        message.Port = NoPort;
        HandOver(Parent!, ref message);
    }

    /// <summary>Gives a device a translation to keep, as far as it may have it.</summary>
    private void Grant(ref Message message)
    {
        var requester = (uint)message.Agent;
        bool known = spaces.TryGetValue(requester, out IDeviceAddressSpace? space);
        ulong page = 0;
        ulong permissions = (known && space!.TryTranslate(message.Address, false, out page) ? IDeviceAddressSpace.MayRead : 0) | (known && space!.TryTranslate(message.Address, true, out page) ? IDeviceAddressSpace.MayWrite : 0);
        if (permissions == 0)
        {
            Refuse(ref message, requester, isWrite: false, known);
            return;
        }

        CountersOf(requester).Translations++;
        keepers[requester] = message.Port;
        message.Kind = (byte)MessageKind.DmaTranslated;
        message.Argument = page | permissions;
        HandOver(Parent!, ref message);
    }

    private void OnMemory(ref Message message)
    {
        var slot = (int)message.Tag;
        Request request = requests[slot];
        requests[slot] = default;
        free.Push(slot);
        bool hasData = (message.Flags & Message.HasLines) != 0;
        message.Kind = (byte)(hasData ? MessageKind.DmaData : MessageKind.DmaDone);
        message.Length = 1;
        message.Class = 0;
        message.Spacing = 0;
        message.Address = request.Iova;
        message.Tag = request.Tag;
        message.Agent = (int)request.Requester;
        message.Port = request.Port;
        message.Time = Now.Femtoseconds;
        HandOver(Parent!, ref message);
        Settle();
        while (waiting.Count > 0 && UnderWay < settings.UnderWay) // one that is refused goes to no memory, and the next takes its place
        {
            Message next = waiting.Dequeue();
            next.Time = Now.Femtoseconds;
            Begin(ref next);
        }
    }

    private void Refuse(ref Message message, uint requester, bool isWrite, bool hasSpace)
    {
        ((Host)Parent!).NoteRefusal(AccessStatus.TranslationFault);
        CountersOf(requester).Faults++;
        if (faults.Count == FaultsMax)
            faults.Dequeue();
        faults.Enqueue(new IommuFault(Now, requester, message.Address, isWrite, hasSpace));
        DropPayload(ref message);
        message.Kind = (byte)(message.Kind == (byte)MessageKind.DmaTranslate ? MessageKind.DmaTranslated : MessageKind.DmaDone);
        message.Status = (byte)AccessStatus.TranslationFault;
        message.Length = 1;
        HandOver(Parent!, ref message);
    }

    private void OnInvalidate(ref Message message)
    {
        Array.Clear(buffer); // of one requester it cannot be told by place
        ulong last = message.Argument - 1 > ulong.MaxValue - message.Address ? ulong.MaxValue : message.Address + (message.Argument - 1);
        var requester = (uint)message.Agent;
        bool isKept = keepers.TryGetValue(requester, out ushort port);
        invalidations.Add(new Invalidation(message.Tag, requester, message.Address, last, order, isKept ? ++asked : 0));
        if (isKept)
        {
            var taken = new Message { Kind = (byte)MessageKind.DmaInvalidate, Address = message.Address, Argument = message.Argument, Agent = (int)requester, Tag = asked, Port = port, Length = 1, Payload = -1, Time = Now.Femtoseconds };
            HandOver(Parent!, ref taken);
        }

        Settle();
    }

    /// <summary>A device has forgotten what it was to forget.</summary>
    private void OnDeviceInvalidated(uint tag)
    {
        int i = invalidations.FindIndex(v => v.Device == tag);
        if (i < 0)
            return; // software had given up
        invalidations[i] = invalidations[i] with { Device = 0 };
        Settle();
    }

    /// <summary>Answers the invalidations that nothing is under way for any more.</summary>
    private void Settle()
    {
        for (int i = 0; i < invalidations.Count;)
        {
            Invalidation waits = invalidations[i];
            if (waits.Device != 0 || IsUnderWay(waits))
            {
                i++;
                continue;
            }

            invalidations.RemoveAt(i);
            var done = new Message { Kind = (byte)MessageKind.IoCompletion, Tag = waits.Tag, Status = (byte)IoStatus.Ok, Payload = -1 };
            SendInside(Parent!, ref done, settings.LookUp);
        }
    }

    private bool IsUnderWay(in Invalidation invalidation)
    {
        for (int slot = 0; slot < used; slot++)
        {
            ref Request request = ref requests[slot];
            if (request.Order != 0 && request.Order <= invalidation.Order && request.Requester == invalidation.Requester && request.Iova >= invalidation.First && request.Iova <= invalidation.Last)
                return true;
        }

        return false;
    }

    private int Take()
    {
        if (free.TryPop(out int slot))
            return slot;
        if (used == requests.Length)
            Array.Resize(ref requests, 2 * used);
        return used++;
    }

    private static ulong KeyOf(uint requester, ulong iova) => StableHash.Mix((ulong)requester + 1) ^ iova / IDeviceAddressSpace.Page;

    private struct Request
    {
        public ulong Iova;
        public long Order; // 0 in a place that is free
        public uint Tag;
        public uint Requester;
        public ushort Port;
        public bool IsWrite;
    }

    private readonly record struct Invalidation(uint Tag, uint Requester, ulong First, ulong Last, long Order, uint Device);
}
