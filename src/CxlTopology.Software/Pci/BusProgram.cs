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
    private static readonly SimDuration completionTimeout = SimDuration.FromMilliseconds(10);

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

    /// <summary>Completions that came after their timeout.</summary>
    public int LateCompletions { get; private set; }

    /// <inheritdoc/>
    protected override void OnMessage(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.IoCompletion)
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
        var late = new Message
        {
            Kind = (byte)MessageKind.IoCompletion, Tag = tag, Argument = ulong.MaxValue, Status = (byte)IoStatus.Timeout, Payload = -1,
        };
        Task<Message> answer = Answer(tag);
        TimerHandle timeout = Schedule(ref late, completionTimeout);
        HandOver(Parent!, ref message);
        Message completion = await answer;
        Cancel(timeout);
        return completion.Argument & IoWidth.AllOnes(bytes);
    }
}
