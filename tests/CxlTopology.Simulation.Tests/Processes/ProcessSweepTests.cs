using CxlTopology.Simulation.Tests.Determinism;
using CxlTopology.Simulation.Tests.Determinism.Toys;

namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>However a run is spread over processes: what comes out is what one process with one worker gives, and every process hears it.</summary>
public sealed class ProcessSweepTests
{
    public static TheoryData<string> Toys => ["ring", "phold", "hub", "timers", "families", "cargo", "resets", "tide", "failures"];

    [Theory]
    [MemberData(nameof(Toys))]
    public void Run_OnAnyNumberOfProcesses_GivesTheResultOfOne(string name)
    {
        RunResult reference = Sweep.Run(name, new SimulationOptions());
        foreach (int count in new[] { 1, 2, 3, 5 })
        {
            foreach ((string cut, Func<int, int>? ownerOf) in Cuts(count))
            {
                int? shift = cut == "in turn" ? 19 : null;
                RunResult[] results = Company.Run(count, peers => Sweep.Run(name, Options(peers) with { OwnerOf = ownerOf, BucketShift = shift }));

                Assert.All(results, result => Assert.True(
                    Sweep.Same(reference, result),
                    $"{name} on {count} processes, {cut}, gave {Sweep.Summary(result)}, on one {Sweep.Summary(reference)}"));
                Assert.All(results, result => Assert.Null(result.Broken));
            }
        }
    }

    [Theory]
    [InlineData("ring", 2)]
    [InlineData("timers", 3)]
    [InlineData("families", 2)]
    [InlineData("cargo", 3)]
    [InlineData("failures", 2)]
    [InlineData("failures", 3)]
    public void Run_InManyParts_GivesTheResultOfOne(string name, int count)
    {
        RunResult reference = Sweep.Run(name, new SimulationOptions());
        foreach ((string cut, Func<int, int>? ownerOf) in Cuts(count))
        {
            RunResult[] results = Company.Run(count, peers => InParts(name, Options(peers) with { OwnerOf = ownerOf }));

            Assert.All(results, result => Assert.True(
                Sweep.Same(reference, result),
                $"{name} in parts on {count} processes, {cut}, gave {Sweep.Summary(result)}, in one on one {Sweep.Summary(reference)}"));
        }
    }

    [Fact]
    public void Run_WithoutTheTieRule_DependsOnTheProcesses()
    {
        ulong[] digests =
        [
            .. new[] { 1, 2, 3 }.SelectMany(count =>
                Cuts(count).Select(cut => Company.Run(count, peers => Sweep.Run("ring", Options(peers) with { OwnerOf = cut.OwnerOf, IgnoreTieRule = true }))[0].Digest)),
        ];

        Assert.True(digests.Distinct().Count() > 2, "the sweep would not notice another order");
    }

    internal static SimulationOptions Options(IPeers peers) => new() { Peers = peers, RecordCodecs = [new PapersCodec()] };

    internal static (string Name, Func<int, int>? OwnerOf)[] Cuts(int count) =>
    [
        ("planned", null),
        ("in turn", place => place % count),
        ("random", place => (int)(StableHash.Of("process of " + place) % (ulong)count)),
    ];

    private static RunResult InParts(string name, SimulationOptions options)
    {
        var toy = Toy.Named(name);
        var simulation = new Simulation(options);
        toy.Build(simulation);
        RandomStream random = new(1, "parts");
        SimTime until = SimTime.Zero;
        long longest = (toy.Until?.Femtoseconds ?? 1_000_000_000) / 12;
        for (int part = 0; part < 20; part++)
        {
            until += new SimDuration((long)random.Next((ulong)longest));
            if (toy.Until is null || until < toy.Until)
                simulation.Run(until);
        }

        return simulation.Run(toy.Until);
    }
}
