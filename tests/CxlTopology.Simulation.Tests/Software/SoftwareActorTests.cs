using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Software;

public sealed class SoftwareActorTests
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    [Fact]
    public void Await_OfAnAnswer_CompletesWhenItArrives()
    {
        (Program program, RunResult result) = RunWithServer(async p =>
        {
            p.Note("asks");
            p.Note("got " + await p.Ask(20));
            p.Note("got " + await p.Ask(30));
        });

        Assert.Equal(["0ns asks", "10ns got 21", "20ns got 31"], program.Log);
        Assert.True(program.Completed);
        Assert.Equal(RunOutcome.Idle, result.Outcome);
    }

    [Fact]
    public void Await_OfSeveralAtOnce_CompletesInTheOrderOfTheAnswers()
    {
        (Program program, _) = RunWithServer(async p =>
        {
            async Task One(ulong question)
            {
                ulong answer = await p.Ask(question);
                p.Note($"{question}->{answer}");
            }

            await Task.WhenAll(One(3), One(1), One(2));
            p.Note("all");
        });

        Assert.Equal(["10ns 3->4", "10ns 1->2", "10ns 2->3", "10ns all"], program.Log);
    }

    [Fact]
    public void Continuation_RunsWithinTheTurnOfTheMessage()
    {
        var threads = new HashSet<int>();
        RunWithServer(async p =>
        {
            for (ulong i = 0; i < 20; i++)
            {
                await p.Ask(i);
                threads.Add(Environment.CurrentManagedThreadId);
                await p.Wait(1);
                await Task.Yield();
                threads.Add(Environment.CurrentManagedThreadId);
            }
        });

        Assert.Equal([Environment.CurrentManagedThreadId], threads);
    }

    [Fact]
    public void Delay_CompletesAtItsTime()
    {
        (Program program, _) = RunWithServer(async p =>
        {
            await p.Wait(0);
            p.Note("a");
            await p.Wait(7);
            p.Note("b");
            await p.Wait(2_000_000);
            p.Note("c");
        });

        Assert.Equal(["0ns a", "7ns b", "2000007ns c"], program.Log);
    }

    [Fact]
    public void WhenAny_OfAnAnswerAndADelay_IsATimeout()
    {
        (Program program, RunResult result) = RunWithServer(async p =>
        {
            Task timeout = p.Wait(4);
            Task<ulong> answer = p.Ask(1);
            Task first = await Task.WhenAny(timeout, answer);
            p.Note(first == timeout ? "timeout" : "answer");
            p.Note("late " + await answer);
        });

        Assert.Equal(["4ns timeout", "10ns late 2"], program.Log);
        Assert.Equal(RunOutcome.Idle, result.Outcome);
    }

    [Fact]
    public void NewTag_WhileOthersWait_IsUnused()
    {
        var tags = new List<uint>();
        RunWithServer(p =>
        {
            for (int i = 0; i < 100; i++)
            {
                uint tag = p.FreshTag();
                tags.Add(tag);
                _ = p.Await(tag);
            }

            return Task.CompletedTask;
        });

        Assert.Equal(100, tags.Distinct().Count());
    }

    [Fact]
    public void Answer_WithARecord_CanBeReadUntilTheNextAwait()
    {
        var simulation = new Simulation();
        string? read = null;
        var program = new Program(async p => read = p.Text(await p.Await(p.Request(0))));
        var server = new Probe();
        Connect(simulation, program, server, (Connection back) => server.OnMessage = (Probe self, ref Message m) =>
        {
            self.Attach(ref m, "a record");
            self.Forward(ref m, back);
        });

        simulation.Run();

        Assert.Equal("a record", read);
    }

    [Fact]
    public void Message_ThatNothingAwaits_GoesToOnMessage()
    {
        var simulation = new Simulation();
        var seen = new List<uint>();
        var program = new Program(_ => Task.CompletedTask) { OnOther = m => seen.Add(m.Tag) };
        simulation.Add("program", program);
        simulation.Post(program, Probe.Make(12), SimTime.Zero + Five);

        RunResult result = simulation.Run();

        Assert.Equal([12u], seen);
        Assert.Equal(RunOutcome.Idle, result.Outcome);
    }

    [Fact]
    public void Message_ThatNothingAwaits_IsRefusedByDefault()
    {
        var simulation = new Simulation();
        var program = new Program(_ => Task.CompletedTask);
        simulation.Add("program", program);
        simulation.Post(program, Probe.Make(12), SimTime.Zero + Five);

        RunResult result = simulation.Run();

        Assert.Equal(RunOutcome.Failed, result.Outcome);
        Assert.Contains("which it does not handle", result.Failures[0].Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Completed_OfAProgramThatWaitsForEver_IsFalse()
    {
        (Program program, RunResult result) = RunWithServer(p => p.Await(p.FreshTag()));

        Assert.False(program.Completed);
        Assert.Equal(RunOutcome.Idle, result.Outcome);
    }

    [Fact]
    public void SynchronizationContext_AfterTheRun_IsWhatItWas()
    {
        SynchronizationContext? before = SynchronizationContext.Current;

        RunWithServer(p => p.Wait(3));

        Assert.Same(before, SynchronizationContext.Current);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Programs_OnAnyWorkers_GiveOneLog(int workers)
    {
        var simulation = new Simulation(
            new SimulationOptions { Workers = workers, MessagesPerWindowMin = 0, OwnerOf = place => place % workers });
        var server = new Probe();
        simulation.Add("server", server);
        var backs = new Dictionary<int, Connection>();
        server.OnMessage = (Probe self, ref Message m) =>
        {
            m.Argument += (ulong)self.Tags.Count;
            self.Forward(ref m, backs[m.Source]);
        };
        var programs = new List<Program>();
        for (int i = 0; i < 4; i++)
        {
            var program = new Program(async p =>
            {
                for (ulong n = 0; n < 20; n++)
                {
                    p.Note((await p.Ask(n)).ToString(System.Globalization.CultureInfo.InvariantCulture));
                    await p.Wait((long)n % 3);
                }
            });
            simulation.Add("program" + i, program);
            program.Server = simulation.Connect(program, server, i, Five);
            backs.Add(program.Id, simulation.Connect(server, program, 0, Five));
            programs.Add(program);
        }

        simulation.Run();

        ulong log = 0;
        foreach (string line in programs.SelectMany(p => p.Log))
            log = StableHash.Chain(log, StableHash.Of(line));
        Assert.Equal(80, programs.Sum(p => p.Log.Count));
        Assert.Equal(0xC552E524AB369079UL, log);
    }

    private static (Program Program, RunResult Result) RunWithServer(Func<Program, Task> run)
    {
        var simulation = new Simulation();
        var program = new Program(run);
        var server = new Probe();
        Connect(simulation, program, server, back => server.OnMessage = (Probe self, ref Message m) =>
        {
            m.Argument++;
            self.Forward(ref m, back);
        });
        return (program, simulation.Run());
    }

    private static void Connect(Simulation simulation, Program program, Probe server, Action<Connection> wired)
    {
        simulation.Add("program", program);
        simulation.Add("server", server);
        program.Server = simulation.Connect(program, server, 0, Five);
        wired(simulation.Connect(server, program, 0, Five));
    }
}
