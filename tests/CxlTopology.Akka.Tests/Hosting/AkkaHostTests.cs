using CxlTopology.Akka.Tests.Kernel;
using CxlTopology.Simulation;
using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Akka.Tests.Hosting;

/// <summary>What a host is given and refuses.</summary>
public sealed class AkkaHostTests
{
    [Fact]
    public void Host_OfTwoSimulations_IsRefused()
    {
        AkkaHost host = Hosts.New();
        _ = new Simulation.Simulation(new SimulationOptions { Host = host });

        Assert.Throws<ArgumentException>(() => new Simulation.Simulation(new SimulationOptions { Host = host }));
    }

    [Fact]
    public void Host_WithTwoWorkers_IsRefused()
    {
        var refused = Assert.Throws<ArgumentException>(() => new Simulation.Simulation(new SimulationOptions { Host = Hosts.New(), Workers = 2 }));

        Assert.StartsWith("An actor host runs one worker; 2 were asked for.", refused.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData((1 << 20) + 1)]
    public void Options_OutOfRange_AreRefused(int outsideMax) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => new AkkaHost(new AkkaHostOptions { OutsideMax = outsideMax }));

    [Fact]
    public void ReferenceOf_BeforeTheRun_IsRefused()
    {
        AkkaHost host = Hosts.New();
        var run = new Simulation.Simulation(new SimulationOptions { Host = host });
        var probe = new Probe();
        run.Add("probe", probe);

        Assert.Throws<InvalidOperationException>(() => host.ReferenceOf(probe));
    }

    [Theory]
    [InlineData("decoder3.0", "decoder3.0")]
    [InlineData("a b", "a%20b")]
    [InlineData("$x", "%24x")]
    [InlineData("100%", "100%25")]
    [InlineData("", "%20")]
    [InlineData("ü", "%C3%BC")]
    public void Name_OfAComponent_IsOneThatAkkaTakes(string name, string expected)
    {
        AkkaHost host = Hosts.New();
        var run = new Simulation.Simulation(new SimulationOptions { Host = host });
        var probe = new Probe();
        run.Add(name, probe);
        run.Post(probe, Probe.Make(1), SimTime.Zero);

        run.Run();

        Assert.Equal([1u], probe.Tags);
        Assert.Equal(expected, host.ReferenceOf(probe).Path.Name);
    }

    [Fact]
    public void Log_OfAHost_GoesWhereTheOptionSays()
    {
        var log = new StringWriter();
        var host = new AkkaHost(new AkkaHostOptions { Log = TextWriter.Synchronized(log) });
        var run = new Simulation.Simulation(new SimulationOptions { Host = host });
        var parent = new Probe { Decide = _ => SupervisionDirective.Stop };
        var child = new Probe { OnStarted = _ => throw new FormatException("no") };
        parent.Adopt("child", child);
        run.Add("parent", parent);
        run.Run();

        host.Dispose();

        string line = Assert.Single(log.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        Assert.StartsWith("akka: warning: /user/simulation/parent/child: parent/child failed at 0ns", line);
        Assert.EndsWith(": Stop (FormatException: no)", line);
    }

    [Fact]
    public void Run_OnAnotherThread_Works()
    {
        var run = new Simulation.Simulation(new SimulationOptions { Host = Hosts.New() });
        var probe = new Probe { OnStarted = p => p.Timer(1, SimDuration.FromNanoseconds(1)) };
        run.Add("probe", probe);
        run.Run(SimTime.Zero);
        var other = new Thread(() => run.Run());

        other.Start();
        other.Join();

        Assert.Equal([1u], probe.Tags);
    }

    [Fact]
    public void Run_WhileAnotherThreadRuns_IsRefused()
    {
        var run = new Simulation.Simulation(new SimulationOptions { Host = Hosts.New() });
        Exception? met = null;
        var probe = new Probe { OnStarted = p => p.Timer(1, SimDuration.FromNanoseconds(1)) };
        probe.OnMessage = (Probe _, ref Message _) =>
        {
            var other = new Thread(() => met = Record.Exception(() => run.Run()));
            other.Start();
            other.Join();
        };
        run.Add("probe", probe);

        Assert.Equal(RunOutcome.Idle, run.Run().Outcome);

        Assert.IsType<InvalidOperationException>(met);
    }

    [Fact]
    public void Message_OnItsWay_AllocatesNothing()
    {
        AkkaHost host = Hosts.New();
        var run = new Simulation.Simulation(new SimulationOptions { Host = host });
        long handled = 0;
        Echo a = new(() => handled++), b = new(() => handled++);
        run.Add("a", a);
        run.Add("b", b);
        a.To = run.Connect(a, b, 0, SimDuration.FromNanoseconds(5));
        b.To = run.Connect(b, a, 0, SimDuration.FromNanoseconds(5));
        run.Post(a, Probe.Make(1), SimTime.Zero);
        SimTime warm = SimTime.Zero + SimDuration.FromMicroseconds(500);
        run.Run(warm);
        run.Run(warm + SimDuration.FromMicroseconds(1));
        long before = GC.GetAllocatedBytesForCurrentThread();
        handled = 0;

        run.Run(warm + SimDuration.FromMicroseconds(501));

        Assert.InRange(handled, 99_000, 101_000);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000); // what a run costs, whatever its length
    }

    private sealed class Echo(Action count) : ComponentActor
    {
        public Connection To { get; set; }

        protected override void Receive(ref Message message)
        {
            count();
            Send(ref message, To);
        }
    }
}
