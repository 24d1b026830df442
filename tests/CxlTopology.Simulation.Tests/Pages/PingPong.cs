// The program of docs/ping-pong.md. What stands between the two marks is the page's code, letter for letter, but for the name of
// Main: a test project has an entry point of its own.
// <page>
using CxlTopology.Simulation;

sealed class Player(uint serves) : ComponentActor
{
    private long hits;

    public Connection Opponent { get; set; }

    protected override void OnStart()
    {
        for (uint i = 0; i < serves; i++)
        {
            var ball = new Message { Kind = Message.FirstModelKind, Tag = i, Payload = -1 };
            Send(ref ball, Opponent);
        }
    }

    protected override void Receive(ref Message message)
    {
        hits++;
        Send(ref message, Opponent);
    }

    protected override void AppendState(ref RunDigest digest) => digest.Add(hits);
}

static class PingPong
{
    public static void Play()
    {
        var simulation = new Simulation();
        var ping = new Player(serves: 2);
        var pong = new Player(serves: 1);
        simulation.Add("ping", ping);
        simulation.Add("pong", pong);
        ping.Opponent = simulation.Connect(ping, pong, port: 0, SimDuration.FromNanoseconds(25));
        pong.Opponent = simulation.Connect(pong, ping, port: 0, SimDuration.FromNanoseconds(30));
        RunResult result = simulation.Run(until: SimTime.Zero + SimDuration.FromMicroseconds(1));
        Console.WriteLine($"{result.Outcome} at {result.End}: {result.Events} hits, digest {result.Digest:x16}");
    }
}
// </page>
