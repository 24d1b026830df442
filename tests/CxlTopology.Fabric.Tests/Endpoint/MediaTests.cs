using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>What memory holds: bytes, and which lines are poisoned.</summary>
public sealed class MediaTests
{
    private const ulong Base = FabricBench.Base;

    [Fact]
    public void Read_OfWhatWasNeverWritten_IsZero()
    {
        FabricBench bench = FabricBench.Direct();
        Probe read = bench.Run(Probe.Read(Base + 0x12340));

        Assert.Equal(AccessStatus.Ok, read.Status);
        Assert.Equal(new byte[64], read.Answer.Data);
    }

    [Fact]
    public void Read_BesideAWrittenLine_IsZero()
    {
        FabricBench bench = FabricBench.Direct();
        bench.Run(Probe.Write(Base + 0x40, Filled(0x5A)));

        Assert.Equal(new byte[64], bench.Run(Probe.Read(Base)).Answer.Data);
        Assert.Equal(Filled(0x5A), bench.Run(Probe.Read(Base + 0x40)).Answer.Data);
    }

    [Fact]
    public void PartialWrites_OfOneLine_Merge()
    {
        FabricBench bench = FabricBench.Direct();
        bench.Run(Probe.Write(Base, Filled(0x11)));
        bench.Run(Probe.WriteWord(Base + 8, 0x2222_2222_2222_2222));
        bench.Run(Probe.WriteWord(Base + 56, 0x3333_3333_3333_3333));
        byte[] expected = Filled(0x11);
        expected.AsSpan(8, 8).Fill(0x22);
        expected.AsSpan(56, 8).Fill(0x33);

        Assert.Equal(expected, bench.Run(Probe.Read(Base)).Answer.Data);
    }

    [Fact]
    public void PartialWrite_OfUnwrittenMemory_LeavesTheRestZero()
    {
        FabricBench bench = FabricBench.Direct();
        bench.Run(Probe.WriteWord(Base + 16, ulong.MaxValue));
        byte[] expected = new byte[64];
        expected.AsSpan(16, 8).Fill(0xFF);

        Assert.Equal(expected, bench.Run(Probe.Read(Base)).Answer.Data);
    }

    [Fact]
    public void Poison_Written_TravelsWithTheRead()
    {
        FabricBench bench = FabricBench.Direct();
        Probe write = bench.Run(Probe.Write(Base, Filled(1), AccessFlags.Poison));
        Probe read = bench.Run(Probe.Read(Base));

        Assert.Equal((AccessStatus.Ok, false), (write.Status, write.Answer.Poisoned));
        Assert.Equal((AccessStatus.Poisoned, true), (read.Status, read.Answer.Poisoned));
        Assert.Equal(AccessStatus.Ok, bench.Run(Probe.Read(Base + 64)).Status);
        Assert.True(bench.Devices[0].Media.Peek(new Dpa(0), new byte[64]));
    }

    [Fact]
    public void Poison_UnderAPartialWrite_Stays()
    {
        FabricBench bench = FabricBench.Direct();
        bench.Run(Probe.Write(Base, Filled(1), AccessFlags.Poison));
        bench.Run(Probe.WriteWord(Base, 7));

        Assert.Equal(AccessStatus.Poisoned, bench.Run(Probe.Read(Base)).Status);
    }

    [Fact]
    public void Poison_UnderAFullWrite_IsCleared()
    {
        FabricBench bench = FabricBench.Direct();
        bench.Run(Probe.Write(Base, Filled(1), AccessFlags.Poison));
        bench.Run(Probe.Write(Base, Filled(2)));
        Probe read = bench.Run(Probe.Read(Base));

        Assert.Equal((AccessStatus.Ok, false), (read.Status, read.Answer.Poisoned));
        Assert.Equal(Filled(2), read.Answer.Data);
    }

    [Fact]
    public void Poison_OfOneLine_PoisonsABurstThatTouchesIt()
    {
        FabricBench bench = FabricBench.Direct();
        bench.Run(Probe.Write(Base + 64 * 5, Filled(1), AccessFlags.Poison));

        Assert.Equal(AccessStatus.Poisoned, bench.Run(Probe.ReadBurst(Base, 0xFF)).Status);
        Assert.Equal(AccessStatus.Ok, bench.Run(Probe.ReadBurst(Base, 0x0F)).Status);
    }

    [Fact]
    public void TimingOnly_Accesses_CarryAndLeaveNothing()
    {
        FabricBench bench = FabricBench.Direct();
        bench.Run(Probe.Write(Base, Filled(9)));
        bench.Run(new Probe { Kind = MessageKind.M2SRwD, Address = Base, Flags = AccessFlags.TimingOnly });
        Probe read = bench.Run(Probe.Read(Base, AccessFlags.TimingOnly));

        Assert.Equal(AccessStatus.Ok, read.Status);
        Assert.Empty(read.Answer.Data);
        Assert.Equal(Filled(9), bench.Run(Probe.Read(Base)).Answer.Data);
    }

    [Fact]
    public void Channels_ServeTheirLinesSideBySide()
    {
        SimDuration one = Span(channels: 1);
        SimDuration four = Span(channels: 4);

        // 64 lines of 64 ns on each of one or four channels: the bandwidth is that of all together.
        Assert.Equal(SimDuration.FromNanoseconds(64 * 63), one);
        Assert.Equal(SimDuration.FromNanoseconds(4 * 64 * 15), four);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(16)]
    public void Queue_OfAnEndpoint_BoundsWhatIsInService(int queue)
    {
        FabricBench bench = FabricBench.Direct(endpoint: new EndpointOptions { Capacity = new ByteSize(FabricBench.Quarter), Queue = queue });
        Probe[] reads = [.. Enumerable.Range(0, 64).Select(i => Probe.Read(Base + 64 * (ulong)i))];
        bench.Run(reads);
        long[] at = [.. reads.Select(r => r.Answer.At.Femtoseconds).Order()];

        // Decoder 2 ns, controller 40 ns, medium 45 ns: in any such time no more than the queue holds is served.
        for (int i = queue; i < at.Length; i++)
            Assert.True(at[i] - at[i - queue] >= SimDuration.FromNanoseconds(87).Femtoseconds);
    }

    [Fact]
    public void Queue_ShorterThanABurst_TakesItAlone()
    {
        FabricBench bench = FabricBench.Direct(endpoint: new EndpointOptions { Capacity = new ByteSize(FabricBench.Quarter), Queue = 4 });
        IReadOnlyList<Probe> bursts = bench.Run([.. Enumerable.Range(0, 4).Select(i => Probe.ReadBurst(Base + 4096 * (ulong)i, ulong.MaxValue))]);

        Assert.All(bursts, b => Assert.Equal(AccessStatus.Ok, b.Status));
    }

    /// <summary>From the first to the last answer of 64 reads of a medium that moves one byte a nanosecond.</summary>
    private static SimDuration Span(int channels)
    {
        FabricBench bench = FabricBench.Direct(endpoint: new EndpointOptions
        {
            Capacity = new ByteSize(FabricBench.Quarter),
            Media = new MediaOptions { Channels = channels, BytesPerSecond = 1_000_000_000 },
        });
        Probe[] reads = [.. Enumerable.Range(0, 64).Select(i => Probe.Read(Base + 64 * (ulong)i))];
        bench.Run(reads);
        // The last of the first round of channels came when the medium had finished its own first line; the last of all in the last round.
        return reads[^1].Answer.At - reads[channels - 1].Answer.At;
    }

    private static byte[] Filled(byte value)
    {
        byte[] line = new byte[64];
        line.AsSpan().Fill(value);
        return line;
    }
}
