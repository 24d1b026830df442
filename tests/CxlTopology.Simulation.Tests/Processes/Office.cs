using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Process 0 of two, that gets batches written by a test: a desk that takes what comes, a parent of an actor over there, a child of one.</summary>
internal sealed class Office
{
    /// <summary>How long every connection takes.</summary>
    public static readonly SimDuration Latency = SimDuration.FromNanoseconds(20);

    public Office(IPeers peers, int messagesMax = 1 << 24, int linesMax = 1 << 24)
    {
        Simulation = new Simulation(new SimulationOptions
        {
            Peers = peers,
            OwnerOf = place => place is 0 or 2 or 5 ? 0 : 1,
            RecordCodecs = [new PapersCodec()],
            MessagesMax = messagesMax,
            PayloadLinesMax = linesMax,
        });
        Desk.OnPlaced = desk => SetAside = desk.SetAside(1);
        Desk.OnMessage = Look;
        Simulation.Add("desk", Desk);
        Simulation.Add("sender", Sender);
        Simulation.Add("parent", Parent);
        Simulation.Add("child", Child, Parent);
        Simulation.Add("boss", Boss);
        Simulation.Add("minion", Minion, Boss);
        Parent.Decide = _ => SupervisionDirective.Restart;
        Boss.Decide = _ => SupervisionDirective.Restart;
        Minion.OnStarted = _ => throw new FormatException("late");
        Child.OnStarted = _ => throw new FormatException("ill");
        ToDesk = Simulation.Connect(Sender, Desk, 5, Latency);
        ToSender = Simulation.Connect(Desk, Sender, 6, Latency);
    }

    public Simulation Simulation { get; }

    /// <summary>Of process 0.</summary>
    public Probe Desk { get; } = new();

    /// <summary>Of process 1.</summary>
    public Probe Sender { get; } = new();

    /// <summary>Of process 0; its child is of process 1.</summary>
    public Probe Parent { get; } = new();

    /// <summary>Of process 1.</summary>
    public Probe Child { get; } = new();

    /// <summary>Of process 1; its child is of process 0.</summary>
    public Probe Boss { get; } = new();

    /// <summary>Of process 0.</summary>
    public Probe Minion { get; } = new();

    /// <summary>An id of the desk's component without an actor.</summary>
    public int SetAside { get; private set; }

    public Connection ToDesk { get; }

    public Connection ToSender { get; }

    /// <summary>Reads all that a message carries.</summary>
    private static void Look(Probe desk, ref Message message)
    {
        if ((message.Flags & Message.HasRecord) != 0)
            desk.Read<object>(message);
        for (int slot = (message.Flags & Message.HasLines) != 0 ? message.Payload : -1; slot >= 0; slot = desk.Following(slot))
            Assert.Equal(64, desk.Bytes(slot).Length);
    }
}
