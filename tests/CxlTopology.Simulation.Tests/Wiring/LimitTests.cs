using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Wiring;

public sealed class LimitTests
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    [Theory]
    [InlineData(0)]
    [InlineData(65)]
    [InlineData(-1)]
    public void Workers_OutOfRange_AreRefused(int workers) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new Simulation(new SimulationOptions { Workers = workers }));

    [Fact]
    public void Messages_PastTheLimit_EndTheRunAndNameTheOption()
    {
        RunResult result = RunAlone(new SimulationOptions { MessagesMax = 2_000 }, (Probe self, ref Message _) =>
        {
            while (true)
                self.Timer(1, Five);
        });

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        ActorFailure failure = Assert.Single(result.Failures);
        Assert.True(failure.Is<SimulationLimitException>());
        Assert.Equal(
            "More than 2,000 messages are in use at once. Raise MessagesMax, or find what sends without waiting for answers.",
            failure.Reason);
    }

    [Fact]
    public void Messages_FromOutsidePastTheLimit_AreRefusedToTheCaller()
    {
        var simulation = new Simulation(new SimulationOptions { MessagesMax = 512 });
        var probe = new Probe();
        simulation.Add("probe", probe);

        Assert.Throws<SimulationLimitException>(() =>
        {
            for (uint i = 0; i < 600; i++)
                simulation.Post(probe, Probe.Make(i), SimTime.Zero + Five);
        });
    }

    [Fact]
    public void PayloadLines_PastTheLimit_EndTheRunAndNameTheOption()
    {
        RunResult result = RunAlone(new SimulationOptions { PayloadLinesMax = 1_024 }, (Probe self, ref Message m) =>
        {
            while (true)
                self.Load(ref m);
        });

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains("1,024 payload lines", result.Failures[0].Reason, StringComparison.Ordinal);
        Assert.Contains("Raise PayloadLinesMax", result.Failures[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Records_PastTheLimit_EndTheRunAndNameTheOption()
    {
        int attached = 0;
        RunResult result = RunAlone(new SimulationOptions { RecordsMax = 100 }, (Probe self, ref Message _) =>
        {
            for (; ; attached++)
            {
                Message message = Probe.Make(9);
                self.Attach(ref message, "a record");
                self.Later(ref message, Five);
            }
        });

        Assert.Equal(100, attached);
        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal("More than 100 control records are in use at once. Raise RecordsMax.", result.Failures[0].Reason);
    }

    [Fact]
    public void Records_GivenBack_MayBeUsedAgain()
    {
        int rounds = 0;
        RunResult result = RunAlone(new SimulationOptions { RecordsMax = 2 }, (Probe self, ref Message m) =>
        {
            if (++rounds == 500)
                return;
            Message next = Probe.Make(9);
            self.Attach(ref next, "a record");
            self.Later(ref next, Five);
        });

        Assert.Equal((RunOutcome.Idle, 500), (result.Outcome, rounds));
    }

    [Fact]
    public void MessagesMax_OfAHundred_AllowsOne()
    {
        var simulation = new Simulation(new SimulationOptions { MessagesMax = 100 });
        var probe = new Probe();
        simulation.Add("probe", probe);
        simulation.Post(probe, Probe.Make(1), SimTime.Zero);

        Assert.Equal(RunOutcome.Idle, simulation.Run().Outcome);
    }

    [Fact]
    public void Limit_ReachedByAChildAtTheStart_IsAFailedRun()
    {
        var simulation = new Simulation(new SimulationOptions { MessagesMax = 512 });
        var parent = new Probe();
        var child = new Probe
        {
            OnStarted = p =>
            {
                while (true)
                    p.Timer(1, Five);
            },
        };
        parent.Adopt("child", child);
        simulation.Add("parent", parent);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.True(result.Failures[0].Is<SimulationLimitException>());
    }

    [Fact]
    public void Limit_ReachedByTheReportOfAFailure_IsAFailedRun()
    {
        var simulation = new Simulation(new SimulationOptions { RecordsMax = 1 });
        var parent = new Probe { Decide = _ => SupervisionDirective.Restart };
        var child = new Probe
        {
            OnStarted = p =>
            {
                Message letter = Probe.Make(1);
                p.Attach(ref letter, "the only record");
                p.Later(ref letter, Five);
                throw new FormatException("bad");
            },
        };
        parent.Adopt("child", child);
        simulation.Add("parent", parent);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Equal(
            ["bad", "More than 1 control records are in use at once. Raise RecordsMax."],
            result.Failures.Select(f => f.Reason));
    }

    private static RunResult RunAlone(SimulationOptions options, ProbeHandler onMessage)
    {
        var simulation = new Simulation(options);
        simulation.Add("probe", new Probe { OnStarted = p => p.Timer(1, Five), OnMessage = onMessage });
        return simulation.Run();
    }
}
