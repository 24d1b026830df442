using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Supervision;

/// <summary>
/// A top, a parent below it, and a child that fails on messages of tag 13: in the parent's component or in a component below. A friend
/// far away sends the child what a test wants.
/// </summary>
internal sealed class Household
{
    /// <summary>The tag that the child cannot stand.</summary>
    public const uint Bad = 13;

    /// <summary>How long every connection takes; so does a report or a directive from one component to another.</summary>
    public static readonly SimDuration Latency = SimDuration.FromNanoseconds(10);

    public Household(bool below, int workers = 1)
    {
        Simulation = new Simulation(
            new SimulationOptions { Workers = workers, MessagesPerWindowMin = 0, OwnerOf = place => place % workers });
        Simulation.Add("top", Top);
        if (!below)
            Parent.Adopt("child", Child);
        Child.Adopt("limb", Limb);
        Simulation.Add("parent", Parent, Top);
        if (below)
            Simulation.Add("child", Child, Parent);
        Simulation.Add("friend", Friend);
        ToChild = Simulation.Connect(Friend, Child, 0, Latency);
        ToParent = Simulation.Connect(Friend, Parent, 0, Latency);
        Simulation.Connect(Parent, Top, 0, Latency);
        Child.OnMessage = (Probe _, ref Message m) =>
        {
            if (m.Tag == Bad)
                throw new InvalidOperationException("thirteen");
        };
    }

    public Simulation Simulation { get; }

    public Probe Top { get; } = new();

    public Probe Parent { get; } = new();

    public Probe Child { get; } = new();

    public Probe Limb { get; } = new();

    public Probe Friend { get; } = new();

    public Connection ToChild { get; }

    public Connection ToParent { get; }

    /// <summary>Has the friend send tags to the child, a nanosecond apart, from time zero.</summary>
    public void Feed(params uint[] tags) => Friend.OnStarted = p =>
    {
        for (int i = 0; i < tags.Length; i++)
            p.SendTag(ToChild, tags[i], SimDuration.FromNanoseconds(i));
    };

    /// <summary>What every actor handled, the same on any number of workers.</summary>
    public static ulong DigestOf(bool below, int workers, Action<Household> arrange)
    {
        var household = new Household(below, workers);
        arrange(household);
        return household.Simulation.Run().Digest;
    }
}
