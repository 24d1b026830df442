using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Fabric.Tests;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests;

/// <summary>A topology text, built and booted, with an agent on each host that makes a test's accesses.</summary>
internal sealed class Machine
{
    private Machine(BuiltTopology built, Dictionary<string, TestAgent> agents)
    {
        Built = built;
        Agents = agents;
    }

    public BuiltTopology Built { get; }

    public Dictionary<string, TestAgent> Agents { get; }

    public TopologyModel Model => Built.Model;

    /// <summary>Builds and boots a text; firmware must find nothing wrong.</summary>
    public static Machine Boot(string yaml)
    {
        Machine machine = BootAnyway(yaml);
        Assert.Empty(machine.Built.Programs.Values.SelectMany(f => f.BootProblems));
        Assert.Empty(machine.Built.Programs.Values.SelectMany(f => f.Problems).Select(p => p.Write.Component + ": " + p.What));
        return machine;
    }

    /// <summary>Builds and boots a text whose firmware may meet problems.</summary>
    public static Machine BootAnyway(string yaml)
    {
        DescriptionResult read = TopologyFile.Parse(yaml, "test.yaml");
        Assert.Equal("", string.Join("\n", read.Errors));
        var agents = new Dictionary<string, TestAgent>(StringComparer.Ordinal);
        BuiltTopology built = TopologyBuilder.Build(read.Model!, new SimulationOptions(), addAgents: (model, host, _) => agents.Add(model.Name, TestAgent.AddTo(host)));
        var machine = new Machine(built, agents);
        agents.Values.First().RunOn(built.Simulation);
        return machine;
    }

    /// <summary>Makes accesses from the only host and runs until nothing is pending.</summary>
    public IReadOnlyList<Probe> Run(params IReadOnlyList<Probe> round)
    {
        TestAgent agent = Agents.Values.Single();
        agent.Run(Built.Simulation, round);
        Assert.Equal(0, agent.Strays);
        return round;
    }

    public Probe Run(Probe probe) => Run([probe])[0];

    /// <summary>The name of the endpoint that completed an access.</summary>
    public string CompleterOf(Probe probe) => Built.EndpointNames[probe.Answer.Completer];

    /// <summary>The eight bytes that a device holds at a device address.</summary>
    public ulong Peek(string endpoint, ulong dpa)
    {
        Span<byte> line = stackalloc byte[64];
        Built.Endpoints[endpoint].Media.Peek(new Dpa(dpa & ~63UL), line);
        return BitConverter.ToUInt64(line[(int)(dpa & 63)..]);
    }

    /// <summary>What the components refused: path, reason and count.</summary>
    public IEnumerable<(string Path, AccessStatus Reason, long Count)> Unclaimed() =>
        Built.FabricActors().SelectMany(a => a.Unclaimed.Select(u => (a.Path, u.Reason, u.Count)));

    /// <summary>Every credit of every link is with its owner or owed to it.</summary>
    public void AssertCreditsConserved()
    {
        foreach ((LinkedActor upper, LinkedActor lower) in Built.Links)
        {
            Assert.Equal(upper.FarBuffer, (upper.CreditsHeld.Header + lower.CreditsOwed.Header, upper.CreditsHeld.Data + lower.CreditsOwed.Data));
            Assert.Equal(lower.FarBuffer, (lower.CreditsHeld.Header + upper.CreditsOwed.Header, lower.CreditsHeld.Data + upper.CreditsOwed.Data));
        }
    }
}
