using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Poison On Decode Error: where the component is capable of it and software has asked for it, reads that no decoder claims are poisoned, whatever the policy.</summary>
public sealed class DecodeErrorTests
{
    private const uint Capable = 1 << 10;
    private const int GlobalControl = 4;

    public static TheoryData<DecoderLevel> Levels => [DecoderLevel.HostBridge, DecoderLevel.Switch, DecoderLevel.SecondSwitch, DecoderLevel.Type3];

    [Theory]
    [MemberData(nameof(Levels))]
    public void Miss_WithPoisonOnDecodeError_IsPoisonedWhateverThePolicy(DecoderLevel level)
    {
        LevelBench bench = MissAt(level, LevelBench.CapabilityOf(level) | Capable);
        Probe plain = bench.Run(Probe.Read(LevelBench.Base));
        bench.Write(level, GlobalControl, 3);
        Probe poisoned = bench.Run(Probe.Read(LevelBench.Base));

        Assert.Equal((3u, false, true), (bench.Read(level, GlobalControl), plain.Answer.Poisoned, poisoned.Answer.Poisoned));
        Assert.All(plain.Answer.Data, b => Assert.Equal(0xFF, b));
        Assert.Equal(plain.Status, poisoned.Status);
    }

    [Theory]
    [MemberData(nameof(Levels))]
    public void Miss_OfAComponentThatIsNotCapable_GoesByThePolicy(DecoderLevel level)
    {
        LevelBench bench = MissAt(level, LevelBench.CapabilityOf(level));
        bench.Write(level, GlobalControl, 3);

        Assert.Equal(2u, bench.Read(level, GlobalControl));
        Assert.False(bench.Run(Probe.Read(LevelBench.Base)).Answer.Poisoned);
    }

    /// <summary>A bench in which an address gets as far as a level, and no decoder there claims it. Its policy is all ones.</summary>
    private static LevelBench MissAt(DecoderLevel level, uint capability)
    {
        var bench = new LevelBench(new FabricOptions { Unclaimed = UnclaimedPolicy.AllOnes }, level, capability);
        for (DecoderLevel above = DecoderLevel.HostBridge; above < level; above++)
            bench.Program(above, new Programming(LevelBench.Quarter, 0x1200));
        EnableMemory(bench);
        return bench;
    }

    private static void EnableMemory(LevelBench bench)
    {
        (Bdf function, int dvsec) = (bench.Where(DecoderLevel.Type3).Function!.Value, bench.Where(DecoderLevel.Type3).DeviceDvsec);
        bench.Run(Probe.WriteRegister(function.ConfigurationAddress(dvsec + 0x0C), 6, 2, IoFlags.Configuration));
        bench.Write(DecoderLevel.Type3, GlobalControl, 2);
    }
}
