using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Three generations and a friend, each a component of its own: the friend sends the child what it cannot stand. Who runs where is chosen.</summary>
internal sealed class Kin
{
    private static readonly SimDuration Latency = SimDuration.FromNanoseconds(10);

    /// <param name="options">What all processes share.</param>
    /// <param name="owners">The processes of grandparent, parent, child and friend.</param>
    public Kin(SimulationOptions options, int[] owners)
    {
        Simulation = new Simulation(options with { OwnerOf = place => owners[place] });
        Child.Adopt("limb", Limb);
        Simulation.Add("grandparent", Grandparent);
        Simulation.Add("parent", Parent, Grandparent);
        Simulation.Add("child", Child, Parent);
        Simulation.Add("friend", Friend);
        Connection toChild = Simulation.Connect(Friend, Child, 0, Latency);
        Connection toParent = Simulation.Connect(Friend, Parent, 0, Latency);
        Friend.OnStarted = friend =>
        {
            for (uint tag = 1; tag <= 40; tag++)
            {
                friend.SendTag(toChild, tag, SimDuration.FromNanoseconds(tag));
                friend.SendTag(toParent, tag, SimDuration.FromNanoseconds(tag));
            }
        };
        Child.OnMessage = (Probe child, ref Message message) =>
        {
            if (message.Tag % 13 == 0)
                throw new FormatException("unlucky " + message.Tag);
            child.SendTagInside(Limb, message.Tag, SimDuration.Zero);
        };
    }

    public Simulation Simulation { get; }

    public Probe Grandparent { get; } = new();

    public Probe Parent { get; } = new();

    public Probe Child { get; } = new();

    public Probe Limb { get; } = new();

    public Probe Friend { get; } = new();
}
