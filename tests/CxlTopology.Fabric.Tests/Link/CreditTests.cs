using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

public sealed class CreditTests
{
    private static readonly SimTime start = SimTime.Zero + SimDuration.FromMicroseconds(1);

    [Theory]
    [InlineData(MessageKind.M2SReq, 3)]
    [InlineData(MessageKind.M2SRwD, 5)]
    public void Messages_WithoutCredits_WaitInThePort(MessageKind kind, int buffer)
    {
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(Buffers(3, 5), holds: true);
        upper.Poke(simulation, start, Stream(kind, 10));
        simulation.Run();

        Assert.Equal(buffer, lower.Arrived.Count);
        Assert.Equal(10 - buffer, upper.Waited);
        Assert.Equal(0, kind == MessageKind.M2SReq ? upper.CreditsHeld.Header : upper.CreditsHeld.Data);
    }

    [Fact]
    public void Classes_HaveCreditsOfTheirOwn()
    {
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(Buffers(1, 1), holds: true);
        upper.Poke(simulation, start, [.. Stream(MessageKind.M2SRwD, 3), .. Stream(MessageKind.M2SReq, 3)]);
        simulation.Run();

        Assert.Equal([(byte)MessageKind.M2SRwD, (byte)MessageKind.M2SReq], lower.Arrived.Select(a => a.Message.Kind));
    }

    [Fact]
    public void Registers_NeedNoCredits()
    {
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(Buffers(1, 1), holds: true);
        upper.Poke(simulation, start, [.. Stream(MessageKind.M2SReq, 2), .. Stream(MessageKind.IoRequest, 5)]);
        simulation.Run();

        Assert.Equal(5, lower.Arrived.Count(a => a.Message.Kind == (byte)MessageKind.IoRequest));
    }

    [Fact]
    public void Waiting_Messages_GoInOrderWhenCreditsCome()
    {
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(Buffers(4, 4), holds: true);
        upper.Poke(simulation, start, Stream(MessageKind.M2SRwD, 12));
        SimTime at = simulation.Run().End;
        for (int round = 0; round < 3; round++)
        {
            lower.ToGiveBack.Enqueue((1, 4));
            lower.Poke(simulation, at + SimDuration.FromMicroseconds(1));
            at = simulation.Run().End + SimDuration.FromMicroseconds(1);
        }

        Assert.Equal(Enumerable.Range(0, 12).Select(i => (uint)i), lower.Arrived.Select(a => a.Message.Tag));
        Assert.Equal(upper.FarBuffer.Data, upper.CreditsHeld.Data + lower.CreditsOwed.Data);
    }

    [Fact]
    public void Credits_GivenBackTwice_BreakAnInvariantOfTheLink()
    {
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(Buffers(4, 4), holds: true);
        upper.Poke(simulation, start, Stream(MessageKind.M2SRwD, 4));
        SimTime at = simulation.Run().End + SimDuration.FromMicroseconds(1);
        lower.ToGiveBack.Enqueue((1, 4));
        lower.ToGiveBack.Enqueue((1, 4));
        lower.Poke(simulation, at);
        RunResult result = simulation.Run();

        ActorFailure failure = Assert.Single(result.Failures);
        Assert.Equal("upper", failure.Path);
        Assert.Contains("more credits", failure.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Burst_LargerThanTheOtherEndsBuffer_GoesInParts()
    {
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(Buffers(16, 16));
        Message burst = TestPort.Line(MessageKind.M2SRwD, 0, 40);
        burst.Argument = (1UL << 40) - 1;
        burst.Flags = (ushort)AccessFlags.Burst;
        upper.Poke(simulation, start, burst);
        RunResult result = simulation.Run();

        Assert.Empty(result.Failures);
        Assert.Equal([16, 16, 8], lower.Arrived.Select(m => (int)m.Message.Length));
        AssertConserved(upper, lower);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(128)]
    public void Stream_OverAnyBuffer_ArrivesWholeAndCreditsAreConserved(int buffer)
    {
        (Simulation.Simulation simulation, TestPort upper, TestPort lower) = TestPort.Pair(Buffers(buffer, buffer));
        upper.Poke(simulation, start, [.. Stream(MessageKind.M2SRwD, 300), .. Stream(MessageKind.M2SReq, 300)]);
        simulation.Run();

        Assert.Equal(600, lower.Arrived.Count);
        AssertConserved(upper, lower);
        AssertConserved(lower, upper);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 0)]
    [InlineData(4097, 1)]
    [InlineData(1, 4097)]
    public void Buffers_OutsideOneTo4096_AreRefusedAtWiring(int headers, int lines)
    {
        Assert.Throws<WiringException>(() => TestPort.Pair(new LinkOptions { LowerBuffer = (headers, lines) }));
        Assert.Throws<WiringException>(() => TestPort.Pair(new LinkOptions { UpperBuffer = (headers, lines) }));
    }

    [Fact]
    public void Join_OfAPortThatHasALink_IsRefused()
    {
        (Simulation.Simulation simulation, TestPort upper, _) = TestPort.Pair(new LinkOptions());
        var third = new TestPort();
        simulation.Add("third", third);

        Assert.Throws<WiringException>(() => LinkedActor.Join(simulation, upper, third, new LinkOptions()));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 128)]
    [InlineData(128, 1)]
    [InlineData(3, 2)]
    public void Fabric_WithFewCredits_StillDeliversEverything(int down, int up)
    {
        FabricBench bench = FabricBench.Direct(new LinkOptions { LowerBuffer = (down, down), UpperBuffer = (up, up) });
        bench.Agent.Outstanding = 200;
        Probe[] writes = [.. Enumerable.Range(0, 200).Select(i => Probe.WriteWord(FabricBench.Base + 64 * (ulong)i, (ulong)i + 1))];
        Probe[] reads = [.. Enumerable.Range(0, 200).Select(i => Probe.Read(FabricBench.Base + 64 * (ulong)i))];
        bench.Run(writes);
        bench.Run(reads);

        Assert.All(writes, w => Assert.Equal(AccessStatus.Ok, w.Status));
        Assert.Equal(Enumerable.Range(1, 200).Select(i => (ulong)i), reads.Select(r => r.Answer.WordAt(0)));
        AssertConserved(bench.Bridge.Ports[0], bench.Devices[0]);
        AssertConserved(bench.Devices[0], bench.Bridge.Ports[0]);
    }

    [Fact]
    public void Pressure_OfASlowDevice_ReachesTheRootPort()
    {
        FabricBench bench = FabricBench.Direct(
            new LinkOptions { LowerBuffer = (4, 4) },
            new EndpointOptions { Capacity = new ByteSize(FabricBench.Quarter), Queue = 2, Media = new MediaOptions { BytesPerSecond = 1_000_000_000 } });
        bench.Run([.. Enumerable.Range(0, 64).Select(i => Probe.Read(FabricBench.Base + 64 * (ulong)i))]);

        Assert.True(bench.Bridge.Ports[0].Waited > 0);
    }

    private static void AssertConserved(LinkedActor near, LinkedActor far)
    {
        Assert.Equal(near.FarBuffer.Header, near.CreditsHeld.Header + far.CreditsOwed.Header);
        Assert.Equal(near.FarBuffer.Data, near.CreditsHeld.Data + far.CreditsOwed.Data);
    }

    private static LinkOptions Buffers(int headers, int lines) => new() { LowerBuffer = (headers, lines) };

    private static IEnumerable<Message> Stream(MessageKind kind, int count) => Enumerable.Range(0, count).Select(i => TestPort.Line(kind, (uint)i));
}
