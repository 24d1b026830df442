using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>How long messages take on the wire: one slot for a header, four more for a line, exact to the femtosecond.</summary>
public sealed class SerializationTests
{
    private static readonly SimTime start = SimTime.Zero + SimDuration.FromMicroseconds(1);

    public static TheoryData<int, int, FlitMode> Speeds => new()
    {
        { 32, 16, FlitMode.Flit68 }, { 32, 8, FlitMode.Flit68 }, { 32, 4, FlitMode.Flit68 }, { 8, 1, FlitMode.Flit68 },
        { 64, 16, FlitMode.Flit256 }, { 64, 8, FlitMode.Flit256 }, { 64, 4, FlitMode.Flit256 }, { 32, 2, FlitMode.Flit256 },
    };

    [Theory]
    [InlineData(32, 16, FlitMode.Flit68, 1_062_500L)]
    [InlineData(32, 8, FlitMode.Flit68, 2_125_000L)]
    [InlineData(64, 16, FlitMode.Flit256, 2_000_000L)]
    [InlineData(64, 8, FlitMode.Flit256, 4_000_000L)]
    public void Flit_LastsAsPublished(int rate, int width, FlitMode mode, long femtoseconds) =>
        Assert.Equal(femtoseconds, new LinkSpeed(rate, width, mode).FlitFemtoseconds);

    [Theory]
    [MemberData(nameof(Speeds))]
    public void Lines_BackToBack_LeaveEveryFiveSlotsWithoutDrift(int rate, int width, FlitMode mode) => CheckStream(rate, width, mode, MessageKind.M2SRwD, 5);

    [Theory]
    [MemberData(nameof(Speeds))]
    public void Headers_BackToBack_LeaveEverySlotWithoutDrift(int rate, int width, FlitMode mode) => CheckStream(rate, width, mode, MessageKind.M2SReq, 1);

    [Theory]
    [MemberData(nameof(Speeds))]
    public void Header_BehindALine_WaitsForIt(int rate, int width, FlitMode mode)
    {
        var options = new LinkOptions { Speed = new LinkSpeed(rate, width, mode) };
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(options);
        upper.Poke(simulation, start, TestPort.Line(MessageKind.M2SRwD, 0), TestPort.Line(MessageKind.M2SReq, 1));
        simulation.Run();

        Assert.Equal([Arrival(options, 5), Arrival(options, 6)], lower.Arrived.Select(a => a.At));
    }

    [Fact]
    public void Line_OnAnIdleLinkX16_TakesFiveQuartersOfAFlitAndTheLatency()
    {
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(new LinkOptions());
        upper.Poke(simulation, start, TestPort.Line(MessageKind.M2SRwD));
        simulation.Run();

        Assert.Equal(start + SimDuration.FromNanoseconds(51) + new SimDuration(1_328_125), Assert.Single(lower.Arrived).At);
    }

    [Fact]
    public void Remainder_OfAnIdlePeriod_IsNotCarried()
    {
        // 5/15 of 2,000,000 fs is no whole number; whoever finds the link idle starts from zero again.
        var options = new LinkOptions { Speed = new LinkSpeed(64, 16, FlitMode.Flit256) };
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(options);
        for (int i = 0; i < 3; i++)
        {
            upper.Poke(simulation, start + SimDuration.FromMicroseconds(i), TestPort.Line(MessageKind.M2SRwD));
            simulation.Run();
        }

        Assert.Equal(Enumerable.Range(0, 3).Select(i => Arrival(options, 5) + SimDuration.FromMicroseconds(i)), lower.Arrived.Select(a => a.At));
    }

    [Fact]
    public void Directions_OfALink_DoNotShareTheWire()
    {
        var options = new LinkOptions();
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(options);
        upper.Poke(simulation, start, Stream(MessageKind.M2SRwD, 20));
        lower.Poke(simulation, start, Stream(MessageKind.S2MDrs, 20));
        simulation.Run();

        Assert.Equal(Arrival(options, 100), lower.Arrived[^1].At);
        Assert.Equal(Arrival(options, 100), upper.Arrived[^1].At);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void Retimers_AddToTheLatency(int retimers)
    {
        var options = new LinkOptions { Retimers = SimDuration.FromNanoseconds(10) * retimers };
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(options);
        upper.Poke(simulation, start, TestPort.Line(MessageKind.M2SReq));
        simulation.Run();

        Assert.Equal(start + SimDuration.FromNanoseconds(51 + 10 * retimers) + new SimDuration(265_625), lower.Arrived[0].At);
    }

    [Theory]
    [MemberData(nameof(Speeds))]
    public void Burst_OfLines_OccupiesTheWireAsLongAsTheLinesWould(int rate, int width, FlitMode mode)
    {
        var options = new LinkOptions { Speed = new LinkSpeed(rate, width, mode) };
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(options);
        upper.Poke(simulation, start, TestPort.Line(MessageKind.M2SRwD, 0, 64), TestPort.Line(MessageKind.M2SRwD, 1));
        simulation.Run();

        Assert.Equal([Arrival(options, 5), Arrival(options, 65 * 5)], lower.Arrived.Select(a => a.At));
        Assert.Equal(65, upper.LinesSent);
        Assert.Equal(65 * 5, upper.SlotsSent);
    }

    private static void CheckStream(int rate, int width, FlitMode mode, MessageKind kind, int slots)
    {
        const int Count = 100;
        var options = new LinkOptions { Speed = new LinkSpeed(rate, width, mode) };
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(options);
        upper.Poke(simulation, start, Stream(kind, Count));
        simulation.Run();

        Assert.Equal(Enumerable.Range(1, Count).Select(i => Arrival(options, i * slots)), lower.Arrived.Select(a => a.At));
        Assert.Equal(Count * slots, upper.SlotsSent);
    }

    private static IEnumerable<Message> Stream(MessageKind kind, int count) => Enumerable.Range(0, count).Select(i => TestPort.Line(kind, (uint)i));

    // So many slots after the start, cut to a whole femtosecond once and not at every message.
    private static SimTime Arrival(LinkOptions options, int slots) =>
        start + options.Latency + new SimDuration(slots * options.Speed.FlitFemtoseconds / options.Speed.SlotsPerFlit);
}
