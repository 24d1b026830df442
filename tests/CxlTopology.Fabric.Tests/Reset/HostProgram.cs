using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Software on a host that a test writes. If it is given a host bridge it has numbered the buses when the test's part begins.</summary>
internal sealed class HostProgram(HostBridgeResources? bridge) : BusProgram
{
    private static readonly SimDuration loadTimeout = SimDuration.FromMilliseconds(1);

    /// <summary>What the test does; nothing unless stated.</summary>
    public Func<HostProgram, Task> Script { get; set; } = _ => Task.CompletedTask;

    /// <summary>The functions on the root bus, with what lies below.</summary>
    public IReadOnlyList<PciDevice> Roots { get; private set; } = [];

    /// <summary>Memory accesses that got no answer in time.</summary>
    public int Unanswered { get; private set; }

    /// <summary>Whether what the last load read is what a reset has left.</summary>
    public bool WasLost { get; private set; }

    /// <summary>What devices wrote as interrupts.</summary>
    public List<ulong> Interrupts { get; } = [];

    /// <summary>Answers to them that came later still.</summary>
    public int Late { get; private set; }

    public new SimTime Now => base.Now;

    /// <summary>Completes when the host tells its agents that it has booted.</summary>
    public Task Booted() => Answer(0);

    /// <summary>The function at the end of a path of indexes: the n-th root port, what is below it, …</summary>
    public PciDevice At(params ReadOnlySpan<int> path)
    {
        PciDevice at = Roots[path[0]];
        foreach (int index in path[1..])
            at = at.Children[index];
        return at;
    }

    /// <summary>The offset of a CXL DVSEC.</summary>
    public async Task<int> Dvsec(PciDevice device, uint id) => await new ComponentLocator(this, this).FindDvsec(device, id);

    /// <summary>Writes BARs and command anew, as after a reset.</summary>
    public async Task Restore(PciDevice device)
    {
        foreach (PciBar bar in device.Bars)
        {
            await WriteConfig(device.Bdf, 0x10 + 4 * bar.Index, (uint)bar.Base);
            await WriteConfig(device.Bdf, 0x14 + 4 * bar.Index, (uint)(bar.Base >> 32));
        }

        await WriteConfig(device.Bdf, 4, 6, 2);
    }

    /// <summary>Reads eight bytes of memory.</summary>
    public async Task<(AccessStatus Status, ulong Value)> Load(ulong address)
    {
        var message = new Message { Kind = (byte)MessageKind.M2SReq };
        Message answer = await Access(message, address);
        WasLost = (answer.Flags & (ushort)AccessFlags.Lost) != 0;
        bool data = (answer.Flags & Message.HasLines) != 0;
        return ((AccessStatus)answer.Status, data ? BitConverter.ToUInt64(Line(answer.Payload)[(int)(address & 63)..]) : 0);
    }

    /// <summary>Writes a line of memory that begins with eight bytes.</summary>
    public async Task<AccessStatus> Store(ulong line, ulong value)
    {
        var message = new Message { Kind = (byte)MessageKind.M2SRwD, Payload = -1 };
        Span<byte> data = AddLine(ref message);
        data.Clear();
        BitConverter.TryWriteBytes(data, value);
        return (AccessStatus)(await Access(message, line)).Status;
    }

    protected override async Task RunProgramAsync()
    {
        if (bridge is not null)
            Roots = await new PciEnumerator(this).Enumerate(bridge);
        await Script(this);
    }

    protected override void OnMessage(ref Message message)
    {
        if (message.Kind is (byte)MessageKind.S2MDrs or (byte)MessageKind.S2MNdr)
            Late++;
        else if (message.Kind == (byte)MessageKind.Interrupt)
            Interrupts.Add(message.Argument);
        else if (message.Kind != (byte)MessageKind.AgentTimer || message.Tag > Host.TagsMax)
            base.OnMessage(ref message);
    }

    private async Task<Message> Access(Message message, ulong address)
    {
        uint tag = NewTag();
        message.Tag = TagBase | tag;
        message.Length = 1;
        message.Address = address & ~63UL;
        message.Time = Now.Femtoseconds;
        if ((message.Flags & Message.HasLines) == 0)
            message.Payload = -1;
        var late = new Message { Kind = (byte)MessageKind.AgentTimer, Tag = tag, Status = (byte)AccessStatus.Timeout, Payload = -1 };
        Schedule(ref late, loadTimeout);
        Task<Message> pending = Answer(tag);
        HandOver(Parent!, ref message);
        Message answer = await pending;
        if (answer.Status == (byte)AccessStatus.Timeout)
            Unanswered++;
        return answer;
    }
}
