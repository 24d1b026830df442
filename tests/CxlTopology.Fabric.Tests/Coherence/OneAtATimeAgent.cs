using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>An agent of a host or an accelerator that makes one access, and measures how long it takes.</summary>
internal sealed class OneAtATimeAgent : ComponentActor
{
    private SimTime issued;
    private Message next;
    private byte fill;
    private Action? action;

    public uint TagBase { get; set; }

    public SimDuration Latency { get; private set; }

    public AccessStatus Status { get; private set; }

    public bool Answered { get; private set; }

    /// <summary>Makes an access and runs until nothing is pending; with an opcode of CXL.cache it goes past the cache.</summary>
    public SimTime Access(Simulation.Simulation simulation, SimTime at, ulong line, bool isWrite, D2HRequest? request = null, bool isPartial = false, bool isPoisoned = false)
    {
        next = new Message { Kind = (byte)(isWrite ? MessageKind.M2SRwD : MessageKind.M2SReq), Address = line, Tag = TagBase, Length = 1, Payload = -1 };
        if (request is { } opcode)
            CoherenceFields.SetOpcode(ref next, (int)opcode);
        if (isPartial)
        {
            next.Flags |= (ushort)AccessFlags.Partial;
            next.Argument = 0xFF;
        }

        if (isPoisoned)
            next.Flags |= (ushort)AccessFlags.Poison;
        return Go(simulation, at);
    }

    /// <summary>Reads lines of a page at once: a bit each, counted from the address.</summary>
    public SimTime Burst(Simulation.Simulation simulation, SimTime at, ulong address, ulong lines)
    {
        next = new Message
        {
            Kind = (byte)MessageKind.M2SReq,
            Address = address & ~0xFFFUL,
            Argument = lines << (int)((address & 0xFFF) >> 6),
            Tag = TagBase,
            Length = (byte)System.Numerics.BitOperations.PopCount(lines),
            Payload = -1,
            Flags = (ushort)AccessFlags.Burst,
        };
        return Go(simulation, at);
    }

    /// <summary>Has the device write its cache back, and runs until nothing is pending.</summary>
    public void Flush(Simulation.Simulation simulation, SimTime at, DeviceCoherence cache)
    {
        action = () => cache.WriteBackAndInvalidate();
        simulation.Post(this, new Message { Kind = (byte)MessageKind.AgentTimer, Payload = -1 }, at);
        Assert.Empty(simulation.Run().Failures);
    }

    /// <summary>Has the host write a range back and give it up.</summary>
    public SimTime FlushRange(Simulation.Simulation simulation, SimTime at, ulong first, ulong bytes)
    {
        next = new Message { Kind = (byte)MessageKind.CacheFlush, Address = first, Argument = bytes, Tag = TagBase, Length = 1, Payload = -1 };
        return Go(simulation, at);
    }

    /// <summary>Has an access begin without waiting for it.</summary>
    public void Post(Simulation.Simulation simulation, SimTime at, ulong line, bool isWrite)
    {
        next = new Message { Kind = (byte)(isWrite ? MessageKind.M2SRwD : MessageKind.M2SReq), Address = line, Tag = TagBase, Length = 1, Payload = -1 };
        Answered = false;
        simulation.Post(this, new Message { Kind = (byte)MessageKind.AgentTimer, Payload = -1 }, at);
    }

    /// <summary>Asks for a page in a bias.</summary>
    public SimTime Flip(Simulation.Simulation simulation, SimTime at, ulong page, Bias bias)
    {
        next = new Message { Kind = (byte)MessageKind.CoherenceStep, Address = page, Argument = (ulong)bias, Tag = TagBase, Payload = -1 };
        return Go(simulation, at);
    }

    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.Booted:
                break;
            case MessageKind.AgentTimer:
                if (action is not null)
                {
                    action();
                    action = null;
                    break;
                }

                issued = Now;
                Message access = next;
                access.Time = Now.Femtoseconds;
                if (access.Kind == (byte)MessageKind.M2SRwD)
                    AddLine(ref access).Fill(++fill);
                HandOver(Parent!, ref access);
                break;
            default:
                Latency = Now - issued;
                Status = (AccessStatus)message.Status;
                Answered = true;
                break;
        }
    }

    private SimTime Go(Simulation.Simulation simulation, SimTime at)
    {
        Answered = false;
        simulation.Post(this, new Message { Kind = (byte)MessageKind.AgentTimer, Payload = -1 }, at);
        RunResult result = simulation.Run();
        Assert.Empty(result.Failures);
        Assert.True(Answered);
        return result.End + SimDuration.FromMicroseconds(1);
    }
}
