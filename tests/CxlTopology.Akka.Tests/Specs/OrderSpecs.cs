using CxlTopology.Akka.Tests.Kernel;
using CxlTopology.Simulation;
using CxlTopology.Simulation.Tests.Actors;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Akka.Tests.Specs;

/// <summary>The dispatcher's order: time, then source, then the source's sequence.</summary>
public sealed class OrderSpecs
{
    [Fact]
    public void Dispatcher_OfAnySends_DeliversByTimeSourceAndSequence()
    {
        // Few times and few senders: nearly every message has ties.
        Gen<(int From, int At)[]> sends = Gen.Choose(0, 4).SelectMany(_ => Gen.Choose(0, 5), (from, at) => (from, at)).ArrayOf(60);

        Prop.ForAll(sends.ToArbitrary(), OrderHolds).Check(Config.QuickThrowOnFailure.WithMaxTest(40));
    }

    [Fact]
    public void Dispatcher_OfMessagesWithoutDelay_DeliversThemAfterThoseThatWaited()
    {
        var run = new Simulation.Simulation(new SimulationOptions { Host = Hosts.New() });
        var inner = new Probe();
        var outer = new Probe();
        outer.Adopt("inner", inner);
        outer.OnMessage = (Probe self, ref Message m) =>
        {
            if (m.Tag < 10)
                self.SendTagInside(inner, m.Tag + 10, SimDuration.Zero);
        };
        run.Add("outer", outer);
        for (uint tag = 1; tag <= 3; tag++)
            run.Post(outer, Probe.Make(tag), SimTime.Zero + SimDuration.FromNanoseconds(5));

        run.Run();

        Assert.Equal([1u, 2u, 3u], outer.Tags);
        Assert.Equal([11u, 12u, 13u], inner.Tags);
        Assert.All(inner.Times, t => Assert.Equal(SimTime.Zero + SimDuration.FromNanoseconds(5), t));
    }

    private static bool OrderHolds((int From, int At)[] sends)
    {
        using AkkaHost host = Hosts.New();
        var run = new Simulation.Simulation(new SimulationOptions { Host = host });
        var hub = new Probe();
        var senders = new Probe[5];
        for (int i = 0; i < senders.Length; i++)
            run.Add("sender" + i, senders[i] = new Probe());
        run.Add("hub", hub);
        for (int i = 0; i < senders.Length; i++)
        {
            int self = i;
            Connection toHub = run.Connect(senders[i], hub, i, SimDuration.FromNanoseconds(3));
            senders[i].OnStarted = p =>
            {
                for (int n = 0; n < sends.Length; n++)
                {
                    if (sends[n].From == self)
                        p.SendTag(toHub, (uint)n, SimDuration.FromNanoseconds(sends[n].At));
                }
            };
        }

        run.Run();

        IEnumerable<uint> expected = Enumerable.Range(0, sends.Length).OrderBy(n => sends[n].At).ThenBy(n => sends[n].From).ThenBy(n => n).Select(n => (uint)n);
        return hub.Tags.SequenceEqual(expected);
    }
}
