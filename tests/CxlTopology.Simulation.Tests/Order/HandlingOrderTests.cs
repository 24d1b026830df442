using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Order;

public sealed class HandlingOrderTests
{
    private static readonly SimDuration Five = SimDuration.FromNanoseconds(5);

    [Theory]
    [InlineData(EngineKind.TurnWheel)]
    [InlineData(EngineKind.PlainQueue)]
    public void Receive_AtOneTime_FollowsSourceThenSequence(EngineKind engine)
    {
        var simulation = new Simulation(new SimulationOptions { Engine = engine });
        var sink = new Probe();
        var second = new Probe();
        var first = new Probe();
        simulation.Add("sink", sink);
        simulation.Add("first", first);
        simulation.Add("second", second);
        Connection fromSecond = simulation.Connect(second, sink, 0, Five);
        Connection fromFirst = simulation.Connect(first, sink, 0, Five);
        // All four arrive at 5 ns: only ids and sequences tell them apart.
        second.OnStarted = p => SendTwo(p, fromSecond, 20);
        first.OnStarted = p => SendTwo(p, fromFirst, 10);

        simulation.Run();

        Assert.Equal([10u, 11u, 20u, 21u], sink.Tags);
    }

    [Fact]
    public void Receive_InOneBucket_FollowsTimeBeforeSource()
    {
        var simulation = new Simulation();
        (Probe sink, Probe low, Probe high, Connection fromLow, Connection fromHigh) = TwoSenders(simulation);
        low.OnStarted = p => p.SendTag(fromLow, 1, SimDuration.FromPicoseconds(2));
        high.OnStarted = p => p.SendTag(fromHigh, 2, SimDuration.FromPicoseconds(1));

        simulation.Run();

        Assert.Equal([2u, 1u], sink.Tags);
    }

    [Fact]
    public void Receive_OneFemtosecondApart_IsTold()
    {
        var simulation = new Simulation();
        (Probe sink, Probe low, Probe high, Connection fromLow, Connection fromHigh) = TwoSenders(simulation);
        low.OnStarted = p => p.SendTag(fromLow, 1, new SimDuration(1));
        high.OnStarted = p => p.SendTag(fromHigh, 2);

        simulation.Run();

        Assert.Equal([2u, 1u], sink.Tags);
        Assert.Equal([SimTime.Zero + Five, SimTime.Zero + Five + new SimDuration(1)], sink.Times);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(10)]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(300)]
    public void Receive_ManyOfOneBucket_AreSorted(int count)
    {
        var simulation = new Simulation();
        (Probe sink, Probe low, Probe high, Connection fromLow, Connection fromHigh) = TwoSenders(simulation);
        // Departures fall and rise and tie: 7 steps of 100 ps, the same for both senders.
        low.OnStarted = p => SendScattered(p, fromLow, count, 0);
        high.OnStarted = p => SendScattered(p, fromHigh, count, 1000);

        simulation.Run();

        uint[] expected = [.. Enumerable.Range(0, 7).SelectMany(step => Of(count, step, 0).Concat(Of(count, step, 1000)))];
        Assert.Equal(expected, sink.Tags);
    }

    [Fact]
    public void Receive_InitialStimulus_HasASourceBelowEveryActor()
    {
        var simulation = new Simulation();
        var sink = new Probe { OnStarted = p => p.Timer(2, Five) };
        simulation.Add("sink", sink);

        simulation.Post(sink, Probe.Make(1), SimTime.Zero + Five);
        simulation.Run();

        Assert.Equal([1u, 2u], sink.Tags);
    }

    [Fact]
    public void Source_OfAMessage_IsTheSendersId()
    {
        var simulation = new Simulation();
        (Probe sink, _, Probe high, _, Connection fromHigh) = TwoSenders(simulation);
        int source = 0;
        sink.OnMessage = (Probe _, ref Message m) => source = m.Source;
        high.OnStarted = p => p.SendTag(fromHigh, 1);

        simulation.Run();

        Assert.Equal(high.Id, source);
    }

    [Fact]
    public void Message_AtTheFirstInstantOfABucket_BelongsToIt()
    {
        foreach (int shift in new[] { 19, 20, 22 })
        {
            var simulation = new Simulation(new SimulationOptions { BucketShift = shift });
            (Probe sink, Probe low, _, Connection fromLow, _) = TwoSenders(simulation);
            SimDuration bucket = new(1L << 22);
            low.OnStarted = p =>
            {
                p.SendTag(fromLow, 3, bucket * 2 - Five + new SimDuration(1));
                p.SendTag(fromLow, 2, bucket * 2 - Five);
                p.SendTag(fromLow, 1, bucket * 2 - Five - new SimDuration(1));
            };

            RunResult result = simulation.Run();

            Assert.Equal([1u, 2u, 3u], sink.Tags);
            Assert.Equal((1L << 23) + 1, result.End.Femtoseconds);
        }
    }

    private static (Probe Sink, Probe Low, Probe High, Connection FromLow, Connection FromHigh) TwoSenders(Simulation simulation)
    {
        var sink = new Probe();
        var low = new Probe();
        var high = new Probe();
        simulation.Add("sink", sink);
        simulation.Add("low", low);
        simulation.Add("high", high);
        return (sink, low, high, simulation.Connect(low, sink, 0, Five), simulation.Connect(high, sink, 1, Five));
    }

    private static void SendTwo(Probe probe, in Connection to, uint tag)
    {
        probe.SendTag(to, tag);
        probe.SendTag(to, tag + 1);
    }

    private static void SendScattered(Probe probe, in Connection to, int count, uint first)
    {
        for (int i = 0; i < count; i++)
            probe.SendTag(to, first + (uint)i, SimDuration.FromPicoseconds(100 * Step(i)));
    }

    private static IEnumerable<uint> Of(int count, int step, uint first) =>
        Enumerable.Range(0, count).Where(i => Step(i) == step).Select(i => first + (uint)i);

    private static int Step(int i) => i * 5 % 7;
}
