using System.Numerics;
using System.Runtime.InteropServices;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Experiments;

/// <summary>An agent of a host that issues memory requests from an access source, in a closed or an open loop, and measures what comes back.</summary>
/// <remarks>
/// It starts when the host's firmware has finished. An access beyond a line is one request: its lines go one by one, or as
/// one burst, and it is complete when the last has come back. The latency of a paced access counts from when it was due, so waiting
/// for a free place among the outstanding is part of it.
/// </remarks>
public sealed partial class Requester : FabricActor
{
    private const int SlotBits = 16;
    private const int LifeMask = 0xF; // what the host leaves of a tag above the slot
    private const uint IssueTimer = 1;
    private const uint TimeoutTimer = 2;
    private const uint StartTimer = 3;
    private const uint PreparedTimer = 4;
    private readonly RequesterOptions options;
    private readonly IAccessSource source;
    private readonly Pending[] pending;
    private readonly int[] free;
    private int freeCount;
    private Access current;
    private long due;
    private bool hasAccess;
    private bool exhausted;
    private bool waitingForTime;
    private TimerHandle timeout;
    private bool timeoutArmed;
    private long origin;
    private ulong start;
    private ulong completions;
    private ulong writeNumber;
    private ulong jobBase;
    private bool saidDone;

    /// <summary>A requester that takes its accesses from <paramref name="source"/>.</summary>
    public Requester(RequesterOptions options, IAccessSource source, FabricOptions fabric)
        : base(fabric)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Outstanding, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(options.Outstanding, 65_536);
        this.options = options;
        this.source = source;
        pending = new Pending[options.Outstanding];
        free = new int[options.Outstanding];
        for (int i = options.Outstanding - 1; i >= 0; i--)
            free[freeCount++] = i;
        options.Guest?.Register(this, PreparedTimer);
    }

    /// <summary>What the host adds to the tags of this agent.</summary>
    public uint TagBase { get; set; }

    /// <summary>What it measured.</summary>
    public RequesterStatistics Statistics { get; } = new();

    /// <summary>Requests without an answer.</summary>
    public int InFlight => pending.Length - freeCount;

    /// <summary>Whether every access of the source has been issued and answered.</summary>
    public bool Finished => exhausted && InFlight == 0;

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.S2MDrs or MessageKind.S2MNdr:
                OnResponse(ref message);
                break;
            case MessageKind.Booted:
                jobBase = message.Address;
                ScheduleTimer(StartTimer, options.Start);
                break;
            case MessageKind.AgentTimer when message.Tag == TimeoutTimer:
                OnTimeout();
                break;
            case MessageKind.AgentTimer when message.Tag == StartTimer:
                Begin();
                break;
            case MessageKind.AgentTimer when message.Tag == PreparedTimer:
                OnPrepared(message.Argument);
                break;
            case MessageKind.AgentTimer:
                waitingForTime &= message.Tag != IssueTimer;
                Issue();
                break;
            default:
                throw Unexpected(message);
        }
    }

    /// <inheritdoc/>
    protected override void AppendState(ref RunDigest digest)
    {
        digest.Add(completions);
        digest.Add(Statistics.Issued);
        digest.Add(Statistics.ReadCount);
        digest.Add(Statistics.WriteCount);
    }

    /// <inheritdoc/>
    protected override void SaveState(WireBuffer to)
    {
        base.SaveState(to);
        to.WriteBool(exhausted);
        to.WriteInt32(InFlight);
        Statistics.Save(to);
        options.Checker?.Save(to);
    }

    /// <inheritdoc/>
    protected override void LoadState(ref WireReader from)
    {
        base.LoadState(ref from);
        exhausted = from.ReadBool();
        freeCount = pending.Length - from.ReadCount(pending.Length);
        Statistics.Load(ref from);
        options.Checker?.Load(ref from);
    }

    private void ScheduleTimer(uint tag, SimDuration delay)
    {
        var timer = new Message { Kind = (byte)MessageKind.AgentTimer, Tag = tag, Payload = -1 };
        Schedule(ref timer, delay);
    }

    private void Issue()
    {
        while (freeCount > 0 && !waitingForTime && NextAccess())
        {
            if (due > Now.Femtoseconds)
            {
                waitingForTime = true;
                ScheduleTimer(IssueTimer, new SimTime(due) - Now);
                return;
            }

            IssueOne();
        }

        if (!Finished)
            return;
        if (timeoutArmed)
        {
            Cancel(timeout);
            timeoutArmed = false;
        }

        if (!options.IsJob || saidDone)
            return;
        saidDone = true;
        var done = new Message { Kind = (byte)MessageKind.EngineDone, Tag = TagBase, Payload = -1 };
        SendInside(Parent!, ref done, SimDuration.Zero);
    }

    /// <summary>Makes sure that there is an access to issue; false at the end of the source.</summary>
    private bool NextAccess()
    {
        if (hasAccess)
            return true;
        if (exhausted || !source.TryNext(out current))
        {
            exhausted = true;
            return false;
        }

        due = current.NotBefore == 0 ? 0 : current.NotBefore + origin; // a source's times count from its start
        return hasAccess = true;
    }

    private void IssueOne()
    {
        hasAccess = false;
        int slot = free[--freeCount];
        ref Pending request = ref pending[slot];
        int first = (int)(current.Offset >> 6) & 63;
        int count = (int)(((current.Offset & 63) + (ulong)current.Bytes + 63) >> 6);
        ulong line = start + (current.Offset & ~63UL);
        request.Start = due == 0 ? Now.Femtoseconds : due;
        request.Issued = Now.Femtoseconds;
        request.Lines = (byte)count;
        request.IsWrite = current.IsWrite;
        request.Status = AccessStatus.Ok;
        request.Bytes = current.Bytes;
        request.Enables = count == 1 && current.IsWrite && current.Bytes < 64 ? ((1UL << current.Bytes) - 1) << (int)(current.Offset & 63) : ulong.MaxValue;
        // Several lines go by their page and a mask, so that each answer says which it is for.
        request.Waiting = request.Mask = count == 1 ? 1 : (count == 64 ? ulong.MaxValue : (1UL << count) - 1) << first;
        request.Address = count == 1 ? line : line & ~0xFFFUL;
        Statistics.Issued++;
        if (Statistics.Issued == 1)
            Statistics.FirstIssue = Now.Femtoseconds;
        if (options.Checker is { } checker)
            request.Mark = checker.Mark;
        if (!timeoutArmed)
            ArmTimeout(options.Timeout);
        if (options.Guest is null)
            IssueRequest(slot, request.Address, SimDuration.Zero);
        else
            IssueInGuest(slot, mayPrepare: true);
    }

    /// <summary>Sends a request, or its lines, to where its address is in the host.</summary>
    private void IssueRequest(int slot, ulong hostAddress, SimDuration cost)
    {
        ref Pending request = ref pending[slot];
        int count = request.Lines;
        var message = new Message
        {
            Kind = (byte)(request.IsWrite ? MessageKind.M2SRwD : MessageKind.M2SReq),
            Time = Now.Femtoseconds,
            Address = hostAddress,
            Tag = TagBase | (uint)slot | (uint)request.Life << SlotBits,
            Flags = (ushort)(options.Payloads ? AccessFlags.None : AccessFlags.TimingOnly),
            Payload = -1,
        };
        if (count == 1)
        {
            if (request.IsWrite && request.Enables != ulong.MaxValue)
            {
                message.Argument = request.Enables;
                message.Flags |= (ushort)AccessFlags.Partial;
            }

            Issue(message, ref request, 1, cost);
            return;
        }

        message.Flags |= (ushort)AccessFlags.Burst;
        if (options.Burst)
        {
            Issue(message, ref request, request.Mask, cost);
            return;
        }

        // Its answers may all come before the last line is issued only if time passed: it does not.
        for (ulong rest = request.Mask; rest != 0; rest &= rest - 1)
            Issue(message, ref request, rest & (~rest + 1), cost);
    }

    /// <summary>Sends the lines of a request that <paramref name="lines"/> names.</summary>
    private void Issue(Message message, ref Pending request, ulong lines, SimDuration cost)
    {
        message.Length = (byte)BitOperations.PopCount(lines);
        if (request.Lines > 1)
            message.Argument = lines;
        if (options.Payloads && request.IsWrite)
        {
            if (request.Data == 0)
                request.Data = ++writeNumber;
            for (ulong rest = lines; rest != 0;)
            {
                // The chain is built from its end.
                int bit = 63 - BitOperations.LeadingZeroCount(rest);
                rest &= ~(1UL << bit);
                Fill(AddLine(ref message), request.Data, bit);
                options.Checker?.WriteIssued(request.LineAt(bit), request.Enables);
            }
        }

        if (cost == SimDuration.Zero)
            HandOver(Parent!, ref message);
        else
            SendInside(Parent!, ref message, cost);
    }

    private static void Fill(Span<byte> line, ulong number, int index)
    {
        Span<ulong> words = MemoryMarshal.Cast<byte, ulong>(line);
        for (int i = 0; i < words.Length; i++)
            words[i] = StableHash.Mix(number * 1024 + (ulong)(index * 8 + i));
    }

    private void OnResponse(ref Message message)
    {
        int slot = (int)message.Tag & ((1 << SlotBits) - 1);
        if (slot < pending.Length && pending[slot].Life != message.Tag >> SlotBits)
        {
            Statistics.Late++; // its request was given up, and the place is another's now
            return;
        }

        if (slot >= pending.Length || pending[slot].Lines == 0)
        {
            Statistics.Unexpected++;
            return;
        }

        ref Pending request = ref pending[slot];
        var status = (AccessStatus)message.Status;
        if (status == AccessStatus.Ok && Has(message, AccessFlags.Poison))
            status = AccessStatus.Poisoned;
        ulong part = Has(message, AccessFlags.Burst) ? message.Argument : 1;
        if ((part & ~request.Waiting) != 0)
        {
            Statistics.Unexpected++;
            return;
        }

        request.Waiting &= ~part;
        request.Poisoned |= Has(message, AccessFlags.Poison);
        request.HasData |= (message.Flags & Message.HasLines) != 0;
        if (request.Status == AccessStatus.Ok)
            request.Status = status;
        if (!request.IsWrite && status == AccessStatus.Ok && options.Checker is { } checker && (message.Flags & Message.HasLines) != 0)
        {
            int line = message.Payload;
            if (Has(message, AccessFlags.Lost))
                checker.ReadLost();
            for (ulong rest = Has(message, AccessFlags.Lost) ? 0 : part; rest != 0; rest &= rest - 1, line = NextLine(line))
                checker.ReadCompleted(request.LineAt(BitOperations.TrailingZeroCount(rest)), request.Mark, Line(line), Now);
        }

        if (request.Waiting == 0)
            Complete(slot, ref request);
    }

    private void Complete(int slot, ref Pending request)
    {
        Retire(slot, ref request);
        Continue();
    }

    /// <summary>Counts a request that has come to its end, and frees its place.</summary>
    private void Retire(int slot, ref Pending request)
    {
        long latency = Now.Femtoseconds - request.Start;
        ulong how = (ulong)request.Status | (request.Poisoned ? 0x100UL : 0) | (request.HasData ? 0x200UL : 0);
        completions = StableHash.Chain(StableHash.Chain(completions, (ulong)Now.Femtoseconds), request.Address ^ ((ulong)slot << 48) ^ (how << 52));
        Statistics.Complete(request.IsWrite, latency, request.Bytes, request.Status, Now.Femtoseconds);
        if (request.IsWrite && !request.Held && options.Payloads && options.Checker is { } checker)
        {
            Span<byte> line = stackalloc byte[64];
            for (ulong rest = request.Mask; rest != 0; rest &= rest - 1)
            {
                int bit = BitOperations.TrailingZeroCount(rest);
                Fill(line, request.Data, bit);
                checker.WriteCompleted(request.LineAt(bit), line, request.Enables, request.Status == AccessStatus.Ok);
            }
        }

        request = new Pending { Life = request.Life };
        free[freeCount++] = slot;
    }

    private void Continue()
    {
        if (options.Think > SimDuration.Zero)
            ScheduleTimer(0, options.Think);
        else
            Issue();
    }

    private struct Pending
    {
        public ulong Address;
        public ulong Waiting;
        public ulong Mask;
        public ulong Enables;
        public ulong Data;
        public long Start;
        public long Issued; // later than Start when a paced request had to wait for a place
        public long Mark;
        public int Bytes;
        public byte Lines;
        public bool IsWrite;
        public bool Poisoned;
        public bool HasData;
        public bool Held; // waits for its page, and is not issued yet
        public byte Life;
        public AccessStatus Status;

        public readonly ulong LineAt(int bit) => Address + 64 * (ulong)bit;
    }
}
