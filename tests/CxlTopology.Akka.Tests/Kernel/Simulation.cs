using CxlTopology.Akka;
using CxlTopology.Akka.Tests.Kernel;

namespace CxlTopology.Simulation.Tests;

/// <summary>
/// Stands in for the kernel's type of this name in the kernel's own tests: with one worker the actors run on Akka.NET, with several they
/// are called directly, so that tests which compare workers compare the two.
/// </summary>
internal sealed class Simulation
{
    private readonly CxlTopology.Simulation.Simulation inner;

    public Simulation(SimulationOptions? options = null)
    {
        options ??= new SimulationOptions();
        inner = new CxlTopology.Simulation.Simulation(options.Workers == 1 ? options with { Host = Hosts.New() } : options);
    }

    public static SimDuration LatencyMin => CxlTopology.Simulation.Simulation.LatencyMin;

    public SimulationOptions Options => inner.Options;

    public int ActorCount => inner.ActorCount;

    public SimDuration Bucket => inner.Bucket;

    public SimTime Progress => inner.Progress;

    public long EventsSoFar => inner.EventsSoFar;

    public void Add(string name, ComponentActor actor, ComponentActor? parent = null) => inner.Add(name, actor, parent);

    public Connection Connect(ComponentActor from, ComponentActor to, int port, SimDuration latency) => inner.Connect(from, to, port, latency);

    public void Post(ComponentActor to, Message message, SimTime at) => inner.Post(to, message, at);

    public void Stop() => inner.Stop();

    public RunResult Run(SimTime? until = null) => inner.Run(until);

    public ComponentActor? Find(string path) => inner.Find(path);
}
