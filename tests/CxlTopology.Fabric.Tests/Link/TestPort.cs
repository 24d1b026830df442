using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>A bare end of a link: it sends what a test gives it and keeps what arrives, and gives places in its buffer back when told.</summary>
internal sealed class TestPort(bool holds = false) : LinkedActor(new FabricOptions())
{
    private readonly Queue<Message> outgoing = new();

    /// <summary>What arrived, and when.</summary>
    public List<(SimTime At, Message Message)> Arrived { get; } = [];

    /// <summary>What the link could not carry.</summary>
    public List<AccessStatus> Returned { get; } = [];

    /// <summary>Places to give back at the next poke.</summary>
    public Queue<(int TrafficClass, int Lines)> ToGiveBack { get; } = new();

    /// <summary>Two ends of one link, added and joined.</summary>
    public static (Simulation.Simulation Simulation, TestPort Upper, TestPort Lower) Pair(LinkOptions options, bool holds = false)
    {
        var simulation = new Simulation.Simulation(new SimulationOptions());
        var upper = new TestPort();
        var lower = new TestPort(holds);
        simulation.Add("upper", upper);
        simulation.Add("lower", lower);
        Join(simulation, upper, lower, options);
        return (simulation, upper, lower);
    }

    /// <summary>Has these messages handed to the transmitter, in order, at once.</summary>
    public void Poke(Simulation.Simulation simulation, SimTime at, params IEnumerable<Message> messages)
    {
        foreach (Message message in messages)
            outgoing.Enqueue(message);
        simulation.Post(this, new Message { Kind = (byte)MessageKind.AgentTimer, Payload = -1 }, at);
    }

    public static Message Line(MessageKind kind, uint tag = 0, byte lines = 1) => new() { Kind = (byte)kind, Length = lines, Tag = tag, Payload = -1, Port = NoPort };

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.AgentTimer)
        {
            while (ToGiveBack.TryDequeue(out (int TrafficClass, int Lines) place))
                GiveBack(place.TrafficClass, place.Lines);
            while (outgoing.TryDequeue(out Message next))
            {
                next.Time = Now.Femtoseconds;
                Transmit(ref next);
            }
        }
        else if (!HandleLinkMessage(ref message))
        {
            TakeCredits(ref message);
            Arrived.Add((Now, message));
            if (!holds)
                GiveBack(MessageKinds.ClassOf(message.Kind), message.Length);
        }
    }

    /// <inheritdoc/>
    protected override LinkedActor? PortAt(int index) => null;

    /// <inheritdoc/>
    protected override void OnCannotSend(ref Message message, AccessStatus status) => Returned.Add(status);
}
