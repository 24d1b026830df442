namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>A process that is gone: every other one ends, and says so.</summary>
public sealed class LostPeerTests
{
    private const int Count = 3;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Peer_LostAmongTheWindows_EndsEveryProcess(int who) => EndsAll(who, 20);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Peer_LostAtTheGreeting_EndsEveryProcess(int who) => EndsAll(who, 0);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void Peer_LostAtTheFirstWindow_EndsEveryProcess(int who) => EndsAll(who, 1);

    [Theory]
    [InlineData(0, 2)]
    [InlineData(1, 2)]
    [InlineData(2, 2)]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    public void Peer_LostWhileTheResultIsMade_EndsEveryProcess(int who, int beforeTheLast)
    {
        int exchanges = Company.Run(Count, peers =>
        {
            Determinism.Sweep.Run("ring", ProcessSweepTests.Options(peers));
            return peers.Exchanges;
        })[0];

        EndsAll(who, exchanges - beforeTheLast);
    }

    [Fact]
    public void Run_AfterAPeerWasLost_EndsAgain()
    {
        RunResult[] results = Company.Run(2, peers =>
        {
            peers.Before = number =>
            {
                if (number == 5 && peers.Self == 1)
                    peers.Lose();
            };
            var simulation = new Simulation(ProcessSweepTests.Options(peers));
            Determinism.Toys.Toy.Named("ring").Build(simulation);
            simulation.Run();
            return simulation.Run();
        });

        Assert.All(results, result => Assert.Equal(RunOutcome.Failed, result.Outcome));
    }

    private static void EndsAll(int who, int exchange)
    {
        RunResult[] results = Company.Run(Count, peers =>
        {
            peers.Before = number =>
            {
                if (number == exchange && peers.Self == who)
                    peers.Lose();
            };
            return Determinism.Sweep.Run("ring", ProcessSweepTests.Options(peers));
        });

        Assert.All(results, result =>
        {
            Assert.Equal(RunOutcome.Failed, result.Outcome);
            Assert.Contains($"Process {who} is gone", result.Broken!, StringComparison.Ordinal);
        });
        if (exchange > 1)
            Assert.All(results, result => Assert.True(result.Events > 0, "nothing is known of what this process did"));
    }
}
