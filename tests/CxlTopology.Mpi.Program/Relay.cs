using System.Globalization;
using CxlTopology.Simulation;

namespace CxlTopology.Mpi.Program;

/// <summary>Two runners, on the first two ranks whatever their number, that pass a message to and fro; the second has the trouble that is asked for.</summary>
internal sealed class Relay : ComponentActor
{
    private const ulong Rounds = 5_000;
    private readonly string trouble;
    private ulong passed;

    private Relay(string trouble)
    {
        this.trouble = trouble;
    }

    public Connection Other { get; private set; }

    public static Simulation.Simulation Build(IPeers? peers, string trouble, ulong seed = 1)
    {
        var simulation = new Simulation.Simulation(new SimulationOptions { Peers = peers, Seed = seed, OwnerOf = place => place });
        Relay[] runners = [new(trouble == "endless" ? trouble : "none"), new(trouble)];
        simulation.Add("runner0", runners[0]);
        simulation.Add("runner1", runners[1]);
        for (int i = 0; i < 2; i++)
            runners[i].Other = simulation.Connect(runners[i], runners[1 - i], 0, SimDuration.FromNanoseconds(25));
        if (trouble == "endless")
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"process {peers?.Self ?? 0} {Environment.ProcessId}"));
        return simulation;
    }

    protected override void OnStart()
    {
        var baton = new Message { Kind = Message.FirstModelKind, Payload = -1 };
        Send(ref baton, Other);
    }

    protected override void Receive(ref Message message)
    {
        passed++;
        if (passed == Rounds / 2 && trouble == "throw")
            throw new InvalidOperationException("stumbled");
        if (passed == Rounds / 2 && trouble == "break")
            AttachRecord(ref message, new Version(1, 0)); // which nothing can write
        if (++message.Argument < Rounds || trouble == "endless")
            Send(ref message, Other);
    }

    protected override void AppendState(ref RunDigest digest) => digest.Add(passed);
}
