using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A program on a host that reads and writes registers: configuration and MMIO requests and memory transactions that travel the fabric.</summary>
/// <remarks>
/// A program may consist of several flows, each with an access or a wait at a time: 4,096 accesses may be under way.
/// An agent of a host. What nothing answers reads as all ones; so does what was lost on the way, when the root port gives up, or after 20 ms. A
/// completion that comes later still is dropped, and counted.
/// </remarks>
public abstract partial class BusProgram : SoftwareActor, IConfigurationBus, IMmioBus, IMemoryBus, IHostCaches, ISoftwareClock, IInterruptBus
{
    private const int LineBytes = 64;
    private const int AccessesMax = 4096;
    private const uint WatchTag = uint.MaxValue;
    private const uint WaitTag = uint.MaxValue - 2;
    private const uint AccessTags = 1 << 19; // tags of accesses are these many, from this number on: below what a host leaves to an agent, and not used up
    private static readonly SimDuration completionTimeout = SimDuration.FromMilliseconds(20); // the root port gives up after 10, unless it is told otherwise
    private readonly Dictionary<uint, IAccess> pending = []; // accesses under way, by tag
    private readonly Queue<(SimTime Time, uint Tag)> deadlines = []; // of accesses, also of some that are over
    private readonly Dictionary<ulong, TaskCompletionSource> waits = [];
    private readonly InterruptHandlers interrupts = new();
    private IAccess? done;
    private Message completion;
    private Action? complete;
    private ulong waited;
    private uint accesses;
    private TimerHandle watch;
    private bool watching;

    /// <summary>What the host adds to the tags of this agent.</summary>
    public uint TagBase { get; set; }

    /// <inheritdoc/>
    public Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4)
    {
        var access = new NarrowAccess(IoWidth.AllOnes(bytes));
        Transact(Request(IoFlags.Configuration, function.ConfigurationAddress(offset), 0, bytes), access);
        return access.Task;
    }

    /// <inheritdoc/>
    public Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4) =>
        Access(IoFlags.Configuration | IoFlags.Write, function.ConfigurationAddress(offset), value, bytes);

    /// <inheritdoc/>
    public Task<ulong> ReadMmio(ulong address, int bytes = 4) => Access(IoFlags.None, address, 0, bytes);

    /// <inheritdoc/>
    public Task WriteMmio(ulong address, ulong value, int bytes = 4) => Access(IoFlags.Write, address, value, bytes);

    /// <inheritdoc/>
    SimTime ISoftwareClock.Now => Now;

    /// <inheritdoc/>
    public Task Wait(SimDuration delay)
    {
        var due = new Message { Kind = (byte)MessageKind.AgentTimer, Tag = WaitTag, Argument = ++waited, Payload = -1 };
        var over = new TaskCompletionSource();
        waits.Add(waited, over);
        Schedule(ref due, delay);
        return over.Task;
    }

    /// <inheritdoc/>
    public async Task<AccessStatus> ReadMemory(ulong address, Memory<byte> into)
    {
        int offset = OffsetInLine(address, into.Length);
        await Transact(new Message { Kind = (byte)MessageKind.M2SReq, Address = address - (uint)offset, Length = 1, Payload = -1, Time = Now.Femtoseconds });
        if ((completion.Flags & Message.HasLines) != 0)
            Line(completion.Payload).Slice(offset, into.Length).CopyTo(into.Span);
        else
            into.Span.Fill(completion.Status == (byte)AccessStatus.Ok ? (byte)0 : byte.MaxValue);
        return StatusOf(completion);
    }

    /// <inheritdoc/>
    public async Task<AccessStatus> WriteMemory(ulong address, ReadOnlyMemory<byte> data)
    {
        int offset = OffsetInLine(address, data.Length);
        var message = new Message { Kind = (byte)MessageKind.M2SRwD, Address = address - (uint)offset, Length = 1, Payload = -1, Time = Now.Femtoseconds };
        if (data.Length < LineBytes)
        {
            message.Flags = (ushort)AccessFlags.Partial;
            message.Argument = ((1UL << data.Length) - 1) << offset;
        }

        Fill(ref message, data.Span, offset);
        await Transact(message);
        return StatusOf(completion);
    }

    /// <summary>Tells the host's IOMMU that a range was unmapped; completes when no request of the function to it is under way.</summary>
    public Task InvalidateTranslations(Bdf function, ulong iova, ulong length) => Transact(new Message
    {
        Kind = (byte)MessageKind.TranslationInvalidate,
        Address = iova,
        Argument = length,
        Agent = (int)MessageInterrupt.RequesterOf(function),
        Payload = -1,
        Time = Now.Femtoseconds,
    });

    /// <inheritdoc/>
    public ulong MessageAddress => MessageInterrupt.AddressOf(TagBase);

    /// <inheritdoc/>
    public long SpuriousInterrupts => interrupts.Spurious;

    /// <inheritdoc/>
    public void Connect(Bdf function, Action<uint> handler) => interrupts.Connect(function, handler);

    /// <inheritdoc/>
    public void Disconnect(Bdf function) => interrupts.Disconnect(function);

    /// <inheritdoc/>
    public Task Flush(ulong first, ulong bytes) =>
        Transact(new Message { Kind = (byte)MessageKind.CacheFlush, Address = first, Argument = bytes, Length = 1, Payload = -1, Time = Now.Femtoseconds });

    /// <summary>The program.</summary>
    protected abstract Task RunProgramAsync();

    /// <inheritdoc/>
    protected sealed override async Task RunAsync()
    {
        await RunProgramAsync();
        Rest();
    }

    /// <summary>No access will be made for a while: nothing is left to be watched.</summary>
    protected void Rest()
    {
        if (!watching || pending.Count > 0)
            return; // another flow waits for an access
        Cancel(watch);
        watching = false;
    }

    /// <inheritdoc/>
    protected override void OnRestart()
    {
        Cancel(watch);
        watching = false;
        waits.Clear();
        pending.Clear();
        deadlines.Clear();
        base.OnRestart();
    }

    /// <summary>Completions that came after their timeout.</summary>
    public int LateCompletions { get; private set; }

    /// <inheritdoc/>
    protected override void OnMessage(ref Message message)
    {
        if (pending.Remove(message.Tag, out done))
        {
            if (done is BurstAccess burst && !burst.Take(message))
            {
                pending.Add(message.Tag, done); // the other parts of its answer are to come
                return;
            }

            completion = message;
            InTurn(complete ??= Complete);
        }
        else if (message.Kind == (byte)MessageKind.AgentTimer && message.Tag == WatchTag)
            OnWatch();
        else if (message.Kind == (byte)MessageKind.AgentTimer && message.Tag == WaitTag)
            Wake(message.Argument);
        else if (message.Kind == (byte)MessageKind.Interrupt)
            Deliver((uint)message.Address, (uint)message.Argument);
        else if (message.Kind is (byte)MessageKind.IoCompletion or (byte)MessageKind.S2MDrs or (byte)MessageKind.S2MNdr)
            LateCompletions++;
        else if (message.Kind != (byte)MessageKind.Booted)
            base.OnMessage(ref message);
    }

    // Apart: what the step holds on to would be allocated on entry, for every message.
    private void Deliver(uint requester, uint data) => InTurn(() => interrupts.Deliver(requester, data));

    private Task<ulong> Access(IoFlags flags, ulong address, ulong value, int bytes)
    {
        var access = new WideAccess(IoWidth.AllOnes(bytes));
        Transact(Request(flags, address, value, bytes), access);
        return access.Task;
    }

    private Task<ulong> Transact(Message message)
    {
        var access = new WideAccess(0);
        Transact(message, access);
        return access.Task;
    }

    private Message Request(IoFlags flags, ulong address, ulong value, int bytes) => new()
    {
        Kind = (byte)MessageKind.IoRequest,
        Length = 1,
        Address = address,
        Argument = value & IoWidth.AllOnes(bytes),
        Flags = (ushort)(flags | IoWidth.Of(bytes)),
        Payload = -1,
        Time = Now.Femtoseconds,
    };

    /// <summary>Hands a request over to the host. The access is over with what completes it (<see cref="completion"/>), or the time-out.</summary>
    private void Transact(Message message, IAccess access)
    {
        if (pending.Count >= AccessesMax)
            throw new InvariantException($"{Path} has {AccessesMax:N0} accesses under way: that is the limit.");
        uint tag = AccessTags | (accesses++ & (AccessTags - 1));
        message.Tag = TagBase | tag;
        pending.Add(tag, access);
        ForgetDone();
        deadlines.Enqueue((Now + completionTimeout, tag));
        if (!watching)
            Watch();
        HandOver(Parent!, ref message);
    }

    private void ForgetDone()
    {
        while (deadlines.TryPeek(out (SimTime Time, uint Tag) first) && !pending.ContainsKey(first.Tag))
            deadlines.Dequeue();
    }

    private void Wake(ulong wait)
    {
        if (waits.Remove(wait, out TaskCompletionSource? over)) // else it was of a program before a restart
            InTurn(over.SetResult);
    }

    private void Complete() => done!.Complete(completion.Argument);

    private static AccessStatus StatusOf(in Message completion) =>
        completion.Kind == (byte)MessageKind.IoCompletion ? AccessStatus.Timeout
        : completion.Status == (byte)AccessStatus.Ok && (completion.Flags & (ushort)AccessFlags.Poison) != 0 ? AccessStatus.Poisoned
        : (AccessStatus)completion.Status;

    private void Fill(ref Message message, ReadOnlySpan<byte> data, int offset)
    {
        Span<byte> line = AddLine(ref message);
        line.Clear();
        data.CopyTo(line[offset..]);
    }

    private static int OffsetInLine(ulong address, int length)
    {
        int offset = (int)(address & (LineBytes - 1));
        return length is >= 1 and <= LineBytes && offset + length <= LineBytes
            ? offset
            : throw new ArgumentException(FormattableString.Invariant($"{length} bytes at 0x{address:x} are not 1 to {LineBytes} bytes inside of one {LineBytes}-byte line."), nameof(length));
    }

    // One timer for all accesses, looked after when it is due: one each would have to be cancelled each time.
    private void Watch()
    {
        var due = new Message { Kind = (byte)MessageKind.AgentTimer, Tag = WatchTag, Payload = -1 };
        watch = Schedule(ref due, deadlines.Peek().Time - Now);
        watching = true;
    }

    private void OnWatch()
    {
        watching = false;
        ForgetDone();
        if (deadlines.Count == 0)
            return;
        if (Now < deadlines.Peek().Time)
        {
            Watch();
            return;
        }

        var late = new Message
        {
            Kind = (byte)MessageKind.IoCompletion,
            Tag = deadlines.Dequeue().Tag,
            Argument = ulong.MaxValue,
            Status = (byte)IoStatus.Timeout,
            Payload = -1,
        };
        SendInside(this, ref late, SimDuration.Zero);
        if (deadlines.Count > 0)
            Watch();
    }

    private interface IAccess
    {
        void Complete(ulong value);
    }

    private sealed class WideAccess(ulong mask) : TaskCompletionSource<ulong>, IAccess
    {
        public void Complete(ulong value) => SetResult(value & mask);
    }

    private sealed class NarrowAccess(ulong mask) : TaskCompletionSource<uint>, IAccess
    {
        public void Complete(ulong value) => SetResult((uint)(value & mask));
    }
}
