using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Processes that do not run the same thing say so before anything is handled, each of them.</summary>
public sealed class GreetingTests
{
    [Fact]
    public void Run_WithAnotherSeed_IsRefusedOnEveryProcess() =>
        Refused(self => Ring(self, seed: self == 2 ? 6u : 5u), "actors with seed 6", "here 3 with seed 5", "All processes must read the same file");

    [Fact]
    public void Run_WithAnotherNumberOfActors_IsRefusedOnEveryProcess() =>
        Refused(self => Ring(self, size: self == 0 ? 4 : 3), ": 4 actors with seed", "here 3 with seed", "All processes must read the same file");

    [Fact]
    public void Run_WithAnotherWiring_IsRefusedOnEveryProcess() =>
        Refused(self => Ring(self, latency: self == 1 ? 6 : 5), "3 actors with seed 5, wiring", "here 3 with seed 5, wiring", "All processes must read the same file");

    [Fact]
    public void Run_WithOtherOwners_IsRefusedOnEveryProcess() =>
        Refused(self => Ring(self, ownerOf: self == 1 ? place => place % 2 : place => place), "wiring", "All processes must read the same file");

    [Fact]
    public void Run_WithAnotherBucket_IsRefusedOnEveryProcess() =>
        Refused(self => Ring(self, bucket: self == 1 ? 20 : 21), "wiring", "All processes must read the same file");

    [Fact]
    public void Run_WithAnotherVersion_IsRefusedOnEveryProcess()
    {
        // Process 2 is of a build that writes version 9; what it reads is version 1, as that build would say of version 1.
        Ending<RunResult>[] endings = Company.Try(3, peers => Ring(0)(peers).Run(), (from, to, exchange, batch) =>
        {
            if (from == 2 || to == 2)
                batch.At(0, 1)[0] = (byte)(from == 2 ? 9 : 8);
        });

        Assert.All(endings, ending => Assert.Matches(
            @"^Process \d writes version [89] of the batches, this one version 1: all must run the same build\.$", Assert.IsType<WireException>(ending.Exception).Message));
    }

    [Fact]
    public void Run_WithAHelloThatIsSomethingElse_IsRefused()
    {
        Ending<RunResult>[] endings = Company.Try(2, peers => Ring(0)(peers).Run(), (_, _, exchange, batch) =>
        {
            if (exchange == 0)
                batch.At(1, 1)[0] = 77;
        });

        Assert.All(endings, ending => Assert.Contains(
            "sent a batch of kind 77 where one of kind 2 was due", Assert.IsType<WireException>(ending.Exception).Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Simulation_OfTooManyProcesses_IsRefused() => Assert.Contains(
        "Process 0 of 65: 1 to 64 processes are possible",
        Assert.Throws<WiringException>(() => new Simulation(new SimulationOptions { Peers = ThreadPeers.Join(65)[0] })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Simulation_OnThePlainQueue_IsRefused() => Assert.Contains(
        "each with the turn wheel",
        Assert.Throws<WiringException>(() => new Simulation(new SimulationOptions { Peers = ThreadPeers.Join(2)[0], Engine = EngineKind.PlainQueue })).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Codecs_OfOneNumber_AreRefused() => Assert.Contains(
        "the number 7 or the type of another",
        Assert.Throws<WiringException>(() => Ring(0, codecs: [new PapersCodec(), new PapersCodec()])(ThreadPeers.Join(1)[0]).Run()).Message,
        StringComparison.Ordinal);

    private static void Refused(Func<int, Func<IPeers, Simulation>> build, params string[] says)
    {
        Ending<RunResult>[] endings = Company.Try(3, peers => build(peers.Self)(peers).Run());

        for (int self = 0; self < endings.Length; self++)
        {
            string message = Assert.IsType<WiringException>(endings[self].Exception).Message;
            Assert.Matches($"^Process [^{self}] runs something else than process {self}: ", message);
        }

        Assert.All(says, words => Assert.Contains(endings, ending => ending.Exception!.Message.Contains(words, StringComparison.Ordinal)));
    }

    private static Func<IPeers, Simulation> Ring(
        int self, ulong seed = 5, int size = 3, long latency = 5, Func<int, int>? ownerOf = null, int? bucket = null, RecordCodec[]? codecs = null) => peers =>
    {
        Assert.InRange(self, 0, 2);
        var simulation = new Simulation(
            new SimulationOptions { Peers = peers, Seed = seed, OwnerOf = ownerOf, BucketShift = bucket, RecordCodecs = codecs ?? [] });
        Probe[] probes = [.. Enumerable.Range(0, size).Select(_ => new Probe { OnStarted = _ => throw new InvalidOperationException("it started") })];
        for (int i = 0; i < size; i++)
            simulation.Add("probe" + i, probes[i]);
        for (int i = 0; i < size; i++)
            simulation.Connect(probes[i], probes[(i + 1) % size], 0, SimDuration.FromNanoseconds(latency));
        return simulation;
    };
}
