using Akka.Actor;
using Akka.Configuration;

namespace CxlTopology.Bench.Akka;

/// <summary>
/// The shape of a fabric workload in plain Akka tells: an actor per component, on an ordinary dispatcher, without time or order. What Akka
/// itself costs.
/// </summary>
internal sealed class PlainModel : IDisposable
{
    private const int Outstanding = 64;
    private readonly IActorRef[] hosts;
    private readonly IActorRef[][][] ways; // by host and endpoint
    private readonly CountdownEvent ended;

    /// <param name="system">The actor system.</param>
    /// <param name="dispatcher">The id of the dispatcher.</param>
    /// <param name="hostCount">Hosts, each with a bridge of four root ports.</param>
    /// <param name="fan">Endpoints below the switch of each root port; 0 for an endpoint there and no switch.</param>
    public PlainModel(ActorSystem system, string dispatcher, int hostCount, int fan)
    {
        Props props = Props.Create(() => new PlainActor(this)).WithDispatcher(dispatcher);
        hosts = new IActorRef[hostCount];
        ways = new IActorRef[hostCount][][];
        ended = new CountdownEvent(hostCount * Outstanding);
        for (int h = 0; h < hostCount; h++)
        {
            IActorRef host = hosts[h] = system.ActorOf(props);
            IActorRef bridge = system.ActorOf(props);
            var below = new List<IActorRef[]>();
            for (int port = 0; port < 4; port++)
            {
                IActorRef middle = fan == 0 ? ActorRefs.Nobody : system.ActorOf(props);
                for (int e = 0; e < Math.Max(1, fan); e++)
                {
                    IActorRef endpoint = system.ActorOf(props); // once for the request, once when its medium has finished
                    below.Add(fan == 0 ? [bridge, endpoint, endpoint, bridge, host] : [bridge, middle, endpoint, endpoint, middle, bridge, host]);
                }
            }

            ways[h] = [.. below];
        }
    }

    /// <summary>Transactions a second, after a warm-up.</summary>
    public static PlainCost Time(int hostCount, int fan, long requests, bool forkJoin)
    {
        Config config = ConfigurationFactory.ParseString("""
            akka { loglevel = OFF, stdout-loglevel = OFF }
            fork-join { type = ForkJoinDispatcher, throughput = 100, dedicated-thread-pool { thread-count = 2, threadtype = background } }
            """);
        using ActorSystem system = ActorSystem.Create("plain", config);
        string dispatcher = forkJoin ? "fork-join" : "akka.actor.default-dispatcher";
        using (var warm = new PlainModel(system, dispatcher, hostCount, fan))
            warm.Run(requests / 4);
        using var model = new PlainModel(system, dispatcher, hostCount, fan);
        var wall = RunClock.Start(wall: true);
        var processor = RunClock.Start(wall: false);
        model.Run(requests);
        var cost = new PlainCost(requests / processor.Seconds, requests / wall.Seconds);
        system.Terminate().Wait();
        return cost;
    }

    /// <summary>The way of a request that draws a number.</summary>
    public IActorRef[] WayOf(int host, ulong draw) => ways[host][draw % (ulong)ways[host].Length];

    /// <summary>A host has nothing left for a request to do.</summary>
    public void Ended() => ended.Signal();

    public void Dispose() => ended.Dispose();

    private void Run(long requests)
    {
        for (int h = 0; h < hosts.Length; h++)
            hosts[h].Tell(new PlainStart(h, Outstanding, requests / hosts.Length));
        ended.Wait();
    }
}
