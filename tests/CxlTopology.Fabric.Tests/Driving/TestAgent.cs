using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>An agent of a host that makes the accesses a test hands it, so many at a time, in order, and keeps what comes back.</summary>
/// <remarks>Driven from outside: <see cref="Run"/> gives it a round of accesses and runs the simulation until nothing is pending.</remarks>
public sealed class TestAgent : ComponentActor
{
    private readonly List<Probe> probes = [];
    private int next;
    private int inFlight;
    private int due;
    private SimTime reached;

    /// <summary>What the host adds to the tags of this agent.</summary>
    public uint TagBase { get; set; }

    /// <summary>Accesses under way at the most.</summary>
    public int Outstanding { get; set; } = 64;

    /// <summary>Answers that belong to no access.</summary>
    public int Strays { get; private set; }

    /// <summary>Interrupts that came, and what devices wrote.</summary>
    public List<(SimTime At, ulong Data)> Interrupts { get; } = [];

    /// <summary>What the last part of the run came to.</summary>
    public RunResult? Result { get; private set; }

    /// <summary>Adds a new agent to a host.</summary>
    public static TestAgent AddTo(Host host, string name = "test")
    {
        var agent = new TestAgent();
        agent.TagBase = host.AddAgent(name, agent);
        return agent;
    }

    /// <summary>Makes these accesses and runs until nothing is pending.</summary>
    public IReadOnlyList<Probe> Run(Simulation.Simulation simulation, params IReadOnlyList<Probe> round)
    {
        Queue(simulation, reached, round);
        RunOn(simulation);
        return round;
    }

    /// <summary>Has these accesses made from a time on, once the simulation runs on.</summary>
    public void Queue(Simulation.Simulation simulation, SimTime from, params IReadOnlyList<Probe> round)
    {
        probes.AddRange(round);
        simulation.Post(this, new Message { Kind = (byte)MessageKind.AgentTimer, Payload = -1 }, from);
    }

    /// <summary>Has several rounds made, each an interval after the one before, whatever is under way.</summary>
    public void QueuePaced(Simulation.Simulation simulation, SimTime from, SimDuration interval, IReadOnlyList<Probe[]> rounds)
    {
        for (int i = 0; i < rounds.Count; i++)
        {
            probes.AddRange(rounds[i]);
            simulation.Post(this, new Message { Kind = (byte)MessageKind.AgentTimer, Argument = (ulong)probes.Count, Payload = -1 }, from + interval * i);
        }
    }

    /// <summary>Runs on until nothing is pending.</summary>
    public RunResult RunOn(Simulation.Simulation simulation)
    {
        Result = simulation.Run();
        Assert.Empty(Result.Failures);
        Assert.Equal(RunOutcome.Idle, Result.Outcome);
        // Well after the last message that anyone handled.
        reached = Result.End + SimDuration.FromMicroseconds(1);
        return Result;
    }

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        switch ((MessageKind)message.Kind)
        {
            case MessageKind.AgentTimer:
                due = message.Argument == 0 ? int.MaxValue : (int)message.Argument;
                Issue();
                break;
            case MessageKind.S2MDrs or MessageKind.S2MNdr or MessageKind.IoCompletion:
                OnAnswer(ref message);
                break;
            case MessageKind.Booted:
                break;
            case MessageKind.Interrupt:
                Interrupts.Add((Now, message.Argument));
                break;
            default:
                throw Unexpected(message);
        }
    }

    private void Issue()
    {
        while (next < Math.Min(probes.Count, due) && inFlight < Outstanding)
        {
            Probe probe = probes[next];
            var message = new Message
            {
                Kind = (byte)probe.Kind,
                Time = Now.Femtoseconds,
                Address = probe.Address,
                Argument = probe.Lines,
                Flags = (ushort)probe.Flags,
                Tag = TagBase | (uint)next++,
                Length = (byte)Math.Max(1, BitOperations.PopCount(probe.Lines)),
                Payload = -1,
            };
            if (probe.Kind == MessageKind.IoRequest)
                (message.Flags, message.Argument) = ((ushort)probe.IoFlags, probe.Value);
            if ((probe.Flags & AccessFlags.Partial) != 0)
                message.Argument = probe.Enables;
            for (int at = probe.Data.Length - 64; at >= 0; at -= 64)
                probe.Data.AsSpan(at, 64).CopyTo(AddLine(ref message));
            probe.Issued = Now;
            inFlight++;
            HandOver(Parent!, ref message);
        }
    }

    private void OnAnswer(ref Message message)
    {
        if (message.Tag >= (uint)probes.Count)
        {
            Strays++;
            return;
        }

        Probe probe = probes[(int)message.Tag];
        var data = new List<byte>();
        if ((message.Flags & Message.HasLines) != 0)
        {
            for (int line = message.Payload; line >= 0; line = NextLine(line))
                data.AddRange(Line(line));
        }

        bool burst = (message.Flags & (ushort)AccessFlags.Burst) != 0;
        bool poisoned = (message.Flags & (ushort)AccessFlags.Poison) != 0;
        probe.Answers.Add(new ProbeAnswer(Now, message.Status, message.Agent, message.Address, burst ? message.Argument : 0, poisoned, [.. data], message.Argument));
        // A burst is over when all of its lines are.
        ulong answered = probe.Answers.Aggregate(0UL, (lines, answer) => lines | answer.Lines);
        if (answered == probe.Lines)
        {
            inFlight--;
            Issue();
        }
    }
}
