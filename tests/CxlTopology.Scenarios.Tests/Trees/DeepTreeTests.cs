using CxlTopology.Fabric.Tests;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests;

/// <summary>Reads and writes through three, four and five levels of switches, checked against the arithmetic of interleaving alone.</summary>
public sealed class DeepTreeTests
{
    private const int Accesses = 400;

    public static TheoryData<int[], int> Trees => new()
    {
        { [2, 2, 2], 256 },
        { [2, 4, 2], 512 },
        { [4, 1, 4], 1024 },
        { [1, 2, 1, 2], 4096 },
        { [2, 2, 2, 2], 256 },
        { [1, 4, 2, 1], 2048 },
        { [2, 2, 1, 2, 2], 512 },
        { [1, 1, 1, 1, 2], 16384 },
        { [2, 1, 4, 1, 2], 256 },
    };

    [Theory]
    [MemberData(nameof(Trees))]
    public void Writes_ThroughEveryLevel_LandWhereArithmeticSaysAndAreReadBack(int[] fanouts, int granularity)
    {
        var tree = new DeepTree(fanouts, granularity);
        Machine machine = Machine.Boot(tree.Yaml);
        ulong[] addresses = Addresses(tree);
        IReadOnlyList<Probe> writes = machine.Run([.. addresses.Select(a => Probe.WriteWord(a, a ^ 0x5555))]);
        IReadOnlyList<Probe> reads = machine.Run([.. addresses.Select(a => Probe.Read(a & ~63UL))]);

        for (int i = 0; i < addresses.Length; i++)
        {
            (string device, ulong dpa) = tree.Predict(addresses[i]);
            Assert.Equal((AccessStatus.Ok, AccessStatus.Ok), (writes[i].Status, reads[i].Status));
            Assert.Equal((device, device), (machine.CompleterOf(writes[i]), machine.CompleterOf(reads[i])));
            Assert.Equal((dpa & ~63UL, dpa & ~63UL), (writes[i].Answer.Address, reads[i].Answer.Address));
            Assert.Equal(addresses[i] ^ 0x5555, machine.Peek(device, dpa));
            Assert.Equal(addresses[i] ^ 0x5555, reads[i].Answer.WordAt(addresses[i]));
        }

        Assert.Equal(tree.Ways, writes.Select(machine.CompleterOf).Distinct().Count());
        Assert.Empty(machine.Unclaimed());
        machine.AssertCreditsConserved();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(5)]
    public void IdleLatency_OfALevel_IsItsPortsItsCrossbarAndItsDecoder(int levels)
    {
        SimDuration less = IdleLatency(levels);
        SimDuration more = IdleLatency(levels + 1);

        // Both ways: two ports and a wire, the crossbar, one slot down and five up; the decoder on the way down.
        SimDuration expected = SimDuration.FromNanoseconds(2 * (25 + 1 + 25) + 2 * 25 + 2) + new SimDuration(6 * 265_625);
        Assert.Equal(expected, more - less);
    }

    [Fact]
    public void Burst_ThroughFiveLevels_IsSplitAndReadBackLineByLine()
    {
        var tree = new DeepTree([2, 2, 1, 2, 2], 256);
        Machine machine = Machine.Boot(tree.Yaml);
        byte[] page = [.. Enumerable.Range(0, 4096).Select(i => (byte)StableHash.Mix((ulong)i))];
        Probe write = machine.Run(Probe.WriteBurst(DeepTree.Base + 0x7000, ulong.MaxValue, page));

        Assert.Equal(16, write.Answers.Count);
        for (int line = 0; line < 64; line++)
        {
            Probe read = machine.Run(Probe.Read(DeepTree.Base + 0x7000 + 64 * (ulong)line));
            Assert.Equal(tree.Predict(read.Address), (machine.CompleterOf(read), read.Answer.Address));
            Assert.Equal(page.AsSpan(64 * line, 64).ToArray(), read.Answer.Data);
        }
    }

    [Theory]
    [InlineData(new[] { 2 }, true)]
    [InlineData(new[] { 2 }, false)]
    [InlineData(new[] { 1, 4 }, false)]
    [InlineData(new[] { 2, 2, 2 }, true)]
    [InlineData(new[] { 2, 2, 2 }, false)]
    public void Burst_SplitBehindALink_TakesAsLongAsItsLines(int[] fanouts, bool reads)
    {
        double bursts = MeanNs(fanouts, page => [reads ? Probe.ReadBurst(page, ulong.MaxValue) : Probe.WriteBurst(page, ulong.MaxValue, new byte[4096])]);
        double lines = MeanNs(fanouts, page =>
            [.. Enumerable.Range(0, 64).Select(i => reads ? Probe.Read(page + 64 * (ulong)i) : Probe.Write(page + 64 * (ulong)i, new byte[64]))]);

        Assert.InRange(bursts / lines, 0.99, 1.01);
    }

    [Fact]
    public void Decoders_OnEveryLevel_RouteAllOfTheRegionsAccesses()
    {
        var tree = new DeepTree([2, 2, 2, 2], 256);
        Machine machine = Machine.Boot(tree.Yaml);
        machine.Run([.. Addresses(tree).Select(a => Probe.Read(a & ~63UL))]);
        var routed = machine.Built.Capabilities().GroupBy(c => c.Path.Split('/').Length, c => c.Decoders.Touched.Sum(d => d.Routed));

        // The bridge passes through; then four levels of switches, then the devices.
        Assert.Equal(5, routed.Count());
        Assert.All(routed, level => Assert.Equal(Accesses, level.Sum()));
    }

    /// <summary>The mean time from a page's request to its last line, a page each 120 ns: the same open loop however a page travels.</summary>
    private static double MeanNs(int[] fanouts, Func<ulong, Probe[]> page)
    {
        Machine machine = Machine.Boot(new DeepTree(fanouts, 256).Yaml);
        TestAgent agent = machine.Agents.Values.Single();
        agent.Outstanding = int.MaxValue;
        Probe[][] pages = [.. Enumerable.Range(0, 50).Select(i => page(DeepTree.Base + 4096 * (ulong)i))];
        SimTime from = agent.RunOn(machine.Built.Simulation).End + SimDuration.FromMicroseconds(1);
        agent.QueuePaced(machine.Built.Simulation, from, SimDuration.FromNanoseconds(120), pages);
        agent.RunOn(machine.Built.Simulation);
        return pages.Average(probes => probes.SelectMany(p => p.Answers).Max(a => (a.At - probes[0].Issued).TotalNanoseconds));
    }

    private static SimDuration IdleLatency(int levels)
    {
        Machine machine = Machine.Boot(new DeepTree([.. Enumerable.Repeat(1, levels)], 256).Yaml);
        return machine.Run(Probe.Read(DeepTree.Base)).Latency;
    }

    /// <summary>Words in as many different lines, the first and the last of the region among them.</summary>
    private static ulong[] Addresses(DeepTree tree)
    {
        ulong lines = (ulong)tree.Ways * DeepTree.DeviceBytes / 64;
        var random = new RandomStream(5, "addresses");
        var chosen = new HashSet<ulong> { 0, lines - 1 };
        while (chosen.Count < Accesses)
            chosen.Add(random.Next(lines));
        return [.. chosen.Order().Select((line, i) => DeepTree.Base + 64 * line + 8 * (ulong)(i % 8))];
    }
}
