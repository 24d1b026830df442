using System.Globalization;
using CxlTopology.Mpi;
using CxlTopology.Simulation;
using CxlTopology.Simulation.Tests.Determinism.Toys;
using CxlTopology.Simulation.Tests.Processes;

namespace CxlTopology.Mpi.Program;

/// <summary>What the program can be asked to do, on the ranks of an MPI run or alone. Rank 0 prints what it came to, a value a line.</summary>
internal static class Modes
{
    private const int Failed = 70;

    /// <summary>Runs a mode; the exit code.</summary>
    public static int Run(string[] args, MpiPeers? peers)
    {
        switch (args)
        {
            case ["toy", var name]:
                return Toy(name, peers);
            case ["relay", var trouble]:
                return Print(Relay.Build(peers, trouble).Run(), peers);
            case ["large", var mebibytes]:
                return Print(Convoy.Build(peers, int.Parse(mebibytes, CultureInfo.InvariantCulture)).Run(), peers);
            case ["exchange", var times] when peers is not null:
                return Exchange(int.Parse(times, CultureInfo.InvariantCulture), peers);
            case ["differ"] when peers is not null:
                return Print(Relay.Build(peers, "none", seed: (ulong)peers.Self).Run(), peers);
            default:
                Console.Error.WriteLine("toy NAME | relay none|throw|break|endless | large MIB | exchange N | differ");
                return 2;
        }
    }

    private static int Toy(string name, MpiPeers? peers)
    {
        var toy = Simulation.Tests.Determinism.Toys.Toy.Named(name);
        var simulation = new Simulation.Simulation(new SimulationOptions { Peers = peers, RecordCodecs = [new PapersCodec()] });
        toy.Build(simulation);
        return Print(simulation.Run(toy.Until), peers);
    }

    private static int Exchange(int times, MpiPeers peers)
    {
        WireBuffer[] outgoing = [.. Enumerable.Range(0, peers.Count).Select(_ => new WireBuffer())];
        WireBuffer[] incoming = [.. Enumerable.Range(0, peers.Count).Select(_ => new WireBuffer())];
        for (int i = 0; i < times; i++)
        {
            foreach (WireBuffer buffer in outgoing)
            {
                buffer.Clear();
                if (i % 2 == 1)
                    buffer.WriteInt32(i + peers.Self);
            }

            peers.Exchange(outgoing, incoming);
            for (int peer = 0; peer < peers.Count; peer++)
            {
                int expected = i % 2 == 1 ? i + peer : 0;
                int got = peer == peers.Self ? expected : incoming[peer].Length == 0 ? 0 : new WireReader(incoming[peer].Written).ReadInt32();
                if (got != expected)
                    throw new InvalidOperationException($"exchange {i}: rank {peer} sent {got}, not {expected}");
            }
        }

        if (peers.Self == 0)
            Console.WriteLine($"exchanges {times}");
        return 0;
    }

    private static int Print(RunResult result, MpiPeers? peers)
    {
        if (peers is null or { Self: 0 })
        {
            Console.WriteLine($"outcome {result.Outcome}");
            Console.WriteLine($"digest {result.Digest:x16}");
            Console.WriteLine($"events {result.Events}");
            Console.WriteLine($"end {result.End}");
            Console.WriteLine($"deadLetters {result.DeadLetters}");
            foreach (ActorFailure failure in result.Failures)
                Console.WriteLine($"failure {failure} -> {failure.Directive}");
            if (result.Broken is { } broken)
                Console.WriteLine($"broken {broken.Split('\n')[0]}");
        }

        return result.Outcome == RunOutcome.Failed ? Failed : 0;
    }
}
