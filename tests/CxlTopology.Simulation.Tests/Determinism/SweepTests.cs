using CxlTopology.Simulation.Tests.Determinism.Toys;

namespace CxlTopology.Simulation.Tests.Determinism;

public sealed class SweepTests
{
    [Theory]
    [InlineData("ring")]
    [InlineData("phold")]
    [InlineData("hub")]
    [InlineData("timers")]
    [InlineData("families")]
    [InlineData("cargo")]
    [InlineData("resets")]
    [InlineData("tide")]
    [InlineData("failures")]
    public void Run_OnAnyWorkersPartitionAndBucket_GivesOneDigest(string name)
    {
        RunResult reference = Sweep.Run(name, Configurations.Reference);
        Assert.InRange(reference.Events, 3_000, 300_000);
        foreach ((string configuration, SimulationOptions options) in Configurations.All(Toy.Named(name).ShiftMax))
        {
            RunResult result = Sweep.Run(name, options);
            Assert.True(
                Sweep.Same(reference, result),
                $"{name} on {configuration} gave {Sweep.Summary(result)}, on the reference {Sweep.Summary(reference)}");
            if (options is { Workers: > 1, MessagesPerWindowMin: 0 })
                Assert.True(result.ParallelWindows > 0, $"{name} on {configuration} did not run in parallel");
        }
    }

    [Theory]
    [InlineData("ring")]
    [InlineData("phold")]
    [InlineData("hub")]
    [InlineData("timers")]
    [InlineData("families")]
    [InlineData("cargo")]
    [InlineData("resets")]
    [InlineData("tide")]
    [InlineData("failures")]
    public void Run_OnThePlainQueue_GivesTheSameDigest(string name)
    {
        RunResult reference = Sweep.Run(name, Configurations.Reference);
        RunResult plain = Sweep.Run(name, new SimulationOptions { Engine = EngineKind.PlainQueue });

        Assert.True(
            Sweep.Same(reference, plain),
            $"{name} on the plain queue gave {Sweep.Summary(plain)}, on the reference {Sweep.Summary(reference)}");
    }

    [Fact]
    public void Run_OfFailures_MeetsEveryDirective()
    {
        RunResult result = Sweep.Run("failures", Configurations.Reference);

        Assert.Equal(
            [SupervisionDirective.Escalate, SupervisionDirective.Restart, SupervisionDirective.Stop],
            result.Failures.Select(f => f.Directive!.Value).Distinct().Order());
        Assert.True(result.DeadLetters > 0);
    }

    [Theory]
    [InlineData("phold")]
    [InlineData("resets")]
    public void Run_WithAnotherSeed_GivesAnotherDigest(string name) =>
        Assert.NotEqual(
            Sweep.Run(name, Configurations.Reference).Digest,
            Sweep.Run(name, Configurations.Reference with { Seed = 2 }).Digest);

    [Theory]
    [InlineData("ring", 1)]
    [InlineData("tide", 2)]
    [InlineData("failures", 2)]
    [InlineData("timers", 3)]
    [InlineData("families", 2)]
    public void Run_InManyParts_GivesTheDigestOfOne(string name, int workers)
    {
        RunResult reference = Sweep.Run(name, Configurations.Reference);
        var toy = Toy.Named(name);
        var simulation = new Simulation(new SimulationOptions { Workers = workers });
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

        RunResult result = simulation.Run(toy.Until);

        Assert.True(Sweep.Same(reference, result), $"{name} in parts gave {Sweep.Summary(result)}, in one {Sweep.Summary(reference)}");
    }
}
