using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

public sealed class HostTests
{
    [Theory]
    [InlineData(UnclaimedPolicy.Poison, true, 64, 0x00)]
    [InlineData(UnclaimedPolicy.AllOnes, false, 64, 0xFF)]
    [InlineData(UnclaimedPolicy.Error, false, 0, 0x00)]
    public void Read_OutsideEveryWindow_CompletesAsThePolicySays(UnclaimedPolicy policy, bool poisoned, int bytes, int value)
    {
        var bench = new FabricBench(new FabricOptions { Unclaimed = policy });
        Probe read = bench.Run(Probe.Read(0x5000));

        Assert.Equal(AccessStatus.NoWindow, read.Status);
        Assert.Equal(poisoned, read.Answer.Poisoned);
        Assert.Equal(bytes, read.Answer.Data.Length);
        Assert.All(read.Answer.Data, b => Assert.Equal(value, b));
        Assert.Equal(bench.Host.Id, read.Answer.Completer);
        Assert.Equal((AccessStatus.NoWindow, 1), Assert.Single(bench.Host.Unclaimed));
    }

    [Theory]
    [InlineData(UnclaimedPolicy.Poison)]
    [InlineData(UnclaimedPolicy.AllOnes)]
    [InlineData(UnclaimedPolicy.Error)]
    public void Write_OutsideEveryWindow_IsDroppedAndTold(UnclaimedPolicy policy)
    {
        var bench = new FabricBench(new FabricOptions { Unclaimed = policy });
        Probe write = bench.Run(Probe.WriteWord(0x5000, 1));

        Assert.Equal(AccessStatus.NoWindow, write.Status);
        Assert.False(write.Answer.Poisoned);
        Assert.Empty(write.Answer.Data);
    }

    [Fact]
    public void OwnMemory_IsReadAndWrittenBesideTheWindows()
    {
        var bench = new FabricBench(host: new HostOptions { Memory = new ByteSize(1UL << 30) });
        bench.Run(Probe.WriteWord(0x1000, 42));
        Probe read = bench.Run(Probe.Read(0x1000));

        Assert.Equal(42UL, read.Answer.WordAt(0));
        Assert.Equal(AccessStatus.NoWindow, bench.Run(Probe.Read(1UL << 30)).Status);
    }

    [Fact]
    public void OwnMemory_AtItsIdleLatency_TakesAboutTheMeasured97Ns()
    {
        var bench = new FabricBench(host: new HostOptions { Memory = new ByteSize(1UL << 30) });

        Assert.InRange(bench.Run(Probe.Read(0x1000)).Latency.TotalNanoseconds, 97 * 0.95, 97 * 1.05);
    }

    [Fact]
    public void Window_WhoseTargetIsNotThere_CompletesWithTargetMissing()
    {
        var bench = new FabricBench(bridge: new HostBridgeOptions { Uid = 8 });

        Assert.Equal(AccessStatus.TargetMissing, bench.Run(Probe.Read(FabricBench.Base)).Status);
        Assert.Equal((AccessStatus.TargetMissing, 1), Assert.Single(bench.Host.Unclaimed));
    }
}
