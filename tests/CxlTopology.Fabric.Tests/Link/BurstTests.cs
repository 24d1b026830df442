using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Fabric.Tests;

/// <summary>Bursts: a page's lines in one message, split by decoders, each line keeping its data and its time.</summary>
public sealed class BurstTests
{
    private const ulong Base = FabricBench.Base;
    private const ulong Quarter = FabricBench.Quarter;
    private const ulong AllLines = ulong.MaxValue;

    [Fact]
    public void Burst_OfAWholePageSplitTwoWays_IsReadBackLineByLine()
    {
        FabricBench bench = TwoWay();
        byte[] page = Pattern(64, 1);
        Probe write = bench.Run(Probe.WriteBurst(Base, AllLines, page));

        Assert.Equal(2, write.Answers.Count);
        Assert.Equal(AllLines, write.Answers.Aggregate(0UL, (all, a) => all | a.Lines));
        for (int line = 0; line < 64; line++)
            Assert.Equal(page.AsSpan(line * 64, 64).ToArray(), bench.Run(Probe.Read(Base + 64 * (ulong)line)).Answer.Data);
    }

    [Fact]
    public void Burst_SplitTwoWays_LandsWhereArithmeticSays()
    {
        FabricBench bench = TwoWay();
        byte[] page = Pattern(64, 2);
        bench.Run(Probe.WriteBurst(Base + 0x3000, AllLines, page));
        byte[] found = new byte[64];
        for (int line = 0; line < 64; line++)
        {
            ulong offset = 0x3000 + 64 * (ulong)line;
            ulong granule = offset / 256;
            bench.Devices[(int)(granule % 2)].Media.Peek(new Dpa(granule / 2 * 256 + offset % 256), found);
            Assert.Equal(page.AsSpan(line * 64, 64).ToArray(), found);
        }

        Assert.All(bench.Devices, d => Assert.Equal(32, d.Media.LinesWritten));
    }

    [Fact]
    public void Burst_ReadBack_CarriesTheLinesOfItsParts()
    {
        FabricBench bench = TwoWay();
        byte[] page = Pattern(64, 3);
        bench.Run(Probe.WriteBurst(Base, AllLines, page));
        Probe read = bench.Run(Probe.ReadBurst(Base, AllLines));

        Assert.Equal(2, read.Answers.Count);
        Assert.Equal(page, Assemble(read));
        Assert.Equal(bench.Devices.Select(d => d.Id).Order(), read.Answers.Select(a => a.Completer).Order());
    }

    [Fact]
    public void Burst_OfAnyLines_MovesExactlyThose() =>
        Prop.ForAll(
            (from low in ArbMap.Default.GeneratorFor<uint>() from high in ArbMap.Default.GeneratorFor<uint>() select ((ulong)high << 32 | low) | 1).ToArbitrary(),
            lines =>
            {
                FabricBench bench = TwoWay();
                byte[] before = Pattern(64, 4);
                bench.Run(Probe.WriteBurst(Base, AllLines, before));
                byte[] data = Pattern(BitOperations.PopCount(lines), 5);
                Probe write = bench.Run(Probe.WriteBurst(Base, lines, data));
                byte[] expected = [.. before];
                int next = 0;
                for (ulong rest = lines; rest != 0; rest &= rest - 1)
                    data.AsSpan(64 * next++, 64).CopyTo(expected.AsSpan(64 * BitOperations.TrailingZeroCount(rest)));
                return write.Answers.Aggregate(0UL, (all, a) => all | a.Lines) == lines
                    && write.Answers.Sum(a => BitOperations.PopCount(a.Lines)) == BitOperations.PopCount(lines)
                    && Assemble(bench.Run(Probe.ReadBurst(Base, AllLines))).AsSpan().SequenceEqual(expected)
                    && Assemble(bench.Run(Probe.ReadBurst(Base, lines))).AsSpan().SequenceEqual(data);
            })
            .QuickCheckThrowOnFailure();

    [Fact]
    public void Burst_PartlyUnclaimed_IsAnsweredForEveryLine()
    {
        // The second port is empty.
        var bench = new FabricBench(ports: 2, attached: 1);
        bench.Enable(0);
        bench.Program(FabricBench.ToBridge, 0, Base, 2 * Quarter, 0x1210, 0x0100);
        bench.Program(FabricBench.ToDevice(), 0, Base, 2 * Quarter, 0x1210);
        Probe read = bench.Run(Probe.ReadBurst(Base, AllLines));

        Assert.Equal([AccessStatus.Ok, AccessStatus.NoDevice], read.Answers.Select(a => (AccessStatus)a.Status).Order());
        Assert.Equal(AllLines, read.Answers.Aggregate(0UL, (all, a) => all | a.Lines));
        Assert.Equal(32, BitOperations.PopCount(read.Answers[0].Lines));
    }

    [Fact]
    public void Burst_WhoseLinesAreNotContiguousInTheDevice_GoesLineByLine()
    {
        // The port sends all of a page to one device whose decoder thinks it has every second granule of 256 B: two host granules, one device granule.
        FabricBench bench = new(bridge: new HostBridgeOptions { Uid = 7, PassThrough = true });
        bench.Enable(0);
        bench.Program(FabricBench.ToDevice(), 0, Base, 2 * Quarter, 0x1210);
        Probe write = bench.Run(Probe.WriteBurst(Base, AllLines, Pattern(64, 6)));

        Assert.Equal(AllLines, write.Answers.Aggregate(0UL, (all, a) => all | a.Lines));
        Assert.Equal(64, bench.Devices[0].Media.LinesWritten);
        Assert.All(write.Answers, a => Assert.Equal(AccessStatus.Ok, (AccessStatus)a.Status));
    }

    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(true, 2, 0)]
    [InlineData(true, 2, 2)]
    [InlineData(false, 1, 0)]
    [InlineData(false, 2, 0)]
    [InlineData(false, 2, 2)]
    public void Burst_OfAlignedPages_TakesAsLongAsItsLines(bool reads, int ways, uint granularityCode)
    {
        // A page each 120 ns is 34 GB/s, below what one link carries: the same open loop for both.
        double bursts = MeanNs(Bench(ways, granularityCode), page => [reads ? Probe.ReadBurst(page, AllLines) : Probe.WriteBurst(page, AllLines, new byte[4096])]);
        double lines = MeanNs(Bench(ways, granularityCode), page =>
            [.. Enumerable.Range(0, 64).Select(i => reads ? Probe.Read(page + 64 * (ulong)i) : Probe.Write(page + 64 * (ulong)i, new byte[64]))]);

        Assert.InRange(bursts / lines, 0.99, 1.01);
    }

    private static double MeanNs(FabricBench bench, Func<ulong, Probe[]> page)
    {
        const int Pages = 60;
        bench.Agent.Outstanding = int.MaxValue;
        SimTime from = bench.Agent.RunOn(bench.Simulation).End + SimDuration.FromMicroseconds(1);
        var accesses = new List<Probe[]>();
        for (int i = 0; i < Pages; i++)
            accesses.Add(page(Base + 4096 * (ulong)i));
        bench.Agent.QueuePaced(bench.Simulation, from, SimDuration.FromNanoseconds(120), accesses);
        bench.Agent.RunOn(bench.Simulation);
        return accesses.Average(probes => probes.SelectMany(p => p.Answers).Max(a => (a.At - probes[0].Issued).TotalNanoseconds));
    }

    private static FabricBench TwoWay() => Bench(2, 0);

    private static FabricBench Bench(int ways, uint granularityCode)
    {
        var bench = new FabricBench(ports: ways);
        uint control = 0x1200 | (ways == 2 ? 0x10u : 0) | granularityCode;
        bench.Program(FabricBench.ToBridge, 0, Base, (ulong)ways * Quarter, control, 0x0100);
        for (int i = 0; i < ways; i++)
        {
            bench.Enable(i);
            bench.Program(FabricBench.ToDevice(i), 0, Base, (ulong)ways * Quarter, control);
        }

        return bench;
    }

    private static byte[] Pattern(int lines, int seed) => [.. Enumerable.Range(0, lines * 64).Select(i => (byte)StableHash.Mix((ulong)(seed << 20 | i)))];

    /// <summary>The lines of all answers, in ascending order.</summary>
    private static byte[] Assemble(Probe read)
    {
        var lines = new SortedDictionary<int, byte[]>();
        foreach (ProbeAnswer answer in read.Answers)
        {
            int at = 0;
            for (ulong rest = answer.Lines; rest != 0; rest &= rest - 1, at += 64)
                lines.Add(BitOperations.TrailingZeroCount(rest), answer.Data.AsSpan(at, 64).ToArray());
        }

        return [.. lines.Values.SelectMany(l => l)];
    }
}
