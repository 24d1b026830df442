using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>A program on a host that reads and writes registers: configuration and MMIO requests that travel the fabric, one at a time.</summary>
/// <remarks>
/// An agent of a host. What nothing answers reads as all ones; so does, after a completion timeout of 10 ms, what was lost on the way. A
/// completion that comes later still is dropped, and counted.
/// </remarks>
public abstract class BusProgram : SoftwareActor, IConfigurationBus, IMmioBus
{
    private const uint WatchTag = uint.MaxValue;
    private static readonly SimDuration completionTimeout = SimDuration.FromMilliseconds(10);
    private uint awaited; // the tag of the access under way; 0 without one
    private SimTime deadline;
    private TimerHandle watch;
    private bool watching;

    /// <summary>What the host adds to the tags of this agent.</summary>
    public uint TagBase { get; set; }

    /// <inheritdoc/>
    public async Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4) =>
        (uint)await Access(IoFlags.Configuration, function.ConfigurationAddress(offset), 0, bytes);

    /// <inheritdoc/>
    public Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4) =>
        Access(IoFlags.Configuration | IoFlags.Write, function.ConfigurationAddress(offset), value, bytes);

    /// <inheritdoc/>
    public Task<ulong> ReadMmio(ulong address, int bytes = 4) => Access(IoFlags.None, address, 0, bytes);

    /// <inheritdoc/>
    public Task WriteMmio(ulong address, ulong value, int bytes = 4) => Access(IoFlags.Write, address, value, bytes);

    /// <summary>The program.</summary>
    protected abstract Task RunProgramAsync();

    /// <inheritdoc/>
    protected sealed override async Task RunAsync()
    {
        await RunProgramAsync();
        if (watching)
            Cancel(watch);
        watching = false;
    }

    /// <inheritdoc/>
    protected override void OnRestart()
    {
        Cancel(watch);
        (watching, awaited) = (false, 0);
        base.OnRestart();
    }

    /// <summary>Completions that came after their timeout.</summary>
    public int LateCompletions { get; private set; }

    /// <inheritdoc/>
    protected override void OnMessage(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.AgentTimer && message.Tag == WatchTag)
            OnWatch();
        else if (message.Kind == (byte)MessageKind.IoCompletion)
            LateCompletions++;
        else if (message.Kind != (byte)MessageKind.Booted)
            base.OnMessage(ref message);
    }

    private async Task<ulong> Access(IoFlags flags, ulong address, ulong value, int bytes)
    {
        uint tag = NewTag();
        var message = new Message
        {
            Kind = (byte)MessageKind.IoRequest,
            Tag = TagBase | tag,
            Length = 1,
            Address = address,
            Argument = value & IoWidth.AllOnes(bytes),
            Flags = (ushort)(flags | IoWidth.Of(bytes)),
            Payload = -1,
            Time = Now.Femtoseconds,
        };
        Task<Message> answer = Answer(tag);
        (awaited, deadline) = (tag, Now + completionTimeout);
        if (!watching)
            Watch();
        HandOver(Parent!, ref message);
        Message completion = await answer;
        awaited = 0;
        return completion.Argument & IoWidth.AllOnes(bytes);
    }

    // One timer for all accesses, looked after when it is due: one each would have to be cancelled each time.
    private void Watch()
    {
        var due = new Message { Kind = (byte)MessageKind.AgentTimer, Tag = WatchTag, Payload = -1 };
        watch = Schedule(ref due, deadline - Now);
        watching = true;
    }

    private void OnWatch()
    {
        watching = false;
        if (awaited == 0)
            return;
        if (Now < deadline)
        {
            Watch();
            return;
        }

        var late = new Message
        {
            Kind = (byte)MessageKind.IoCompletion,
            Tag = awaited,
            Argument = ulong.MaxValue,
            Status = (byte)IoStatus.Timeout,
            Payload = -1,
        };
        SendInside(this, ref late, SimDuration.Zero);
    }
}
