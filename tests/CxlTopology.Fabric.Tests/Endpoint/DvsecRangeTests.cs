using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Decoding by the ranges of the device DVSEC while HDM Decoder Enable is clear, and memory that takes time to come up.</summary>
public sealed class DvsecRangeTests
{
    private const ulong Base = FabricBench.Base;
    private const ulong Quarter = FabricBench.Quarter;
    private const int Control = 0x0C;
    private const int Range1SizeLow = 0x1C;
    private const int Range1Base = 0x20;
    private const int Range2SizeLow = 0x2C;
    private const int Range2Base = 0x30;
    private const ushort MemEnable = 6;

    [Fact]
    public void Access_InRange1_ReachesTheMemoryAtItsOffset()
    {
        FabricBench bench = Ranged();
        bench.Run(Probe.WriteWord(Base + Quarter + 8, 0x1122_3344));

        Assert.Equal(0x1122_3344UL, bench.Run(Probe.Read(Base + Quarter)).Answer.WordAt(8));
        byte[] line = new byte[64];
        bench.Devices[0].Media.Peek(new Dpa(Quarter), line);
        Assert.Equal(0x1122_3344UL, BitConverter.ToUInt64(line, 8));
    }

    [Fact]
    public void Access_InRange2_FollowsTheMemoryOfRange1()
    {
        FabricBench bench = Ranged();
        bench.Run(Probe.WriteWord(Base + 8 * Quarter, 7));

        byte[] line = new byte[64];
        bench.Devices[0].Media.Peek(new Dpa(3 * Quarter), line); // three quarters are range 1's
        Assert.Equal(7UL, BitConverter.ToUInt64(line));
    }

    [Theory]
    [InlineData(3UL)]
    [InlineData(7UL)]
    [InlineData(9UL)]
    public void Access_OutsideOfTheRanges_IsRefused(ulong quarters)
    {
        FabricBench bench = Ranged();

        Assert.Equal(AccessStatus.MemoryDisabled, bench.Run(Probe.Read(Base + quarters * Quarter)).Status);
    }

    [Fact]
    public void Access_InARange_WithoutMemEnable_IsRefused()
    {
        FabricBench bench = Ranged();
        bench.Write(FabricBench.ToDevice(), Control, 2, RegisterSpace.DeviceDvsec);

        Assert.Equal(AccessStatus.MemoryDisabled, bench.Run(Probe.Read(Base)).Status);
    }

    [Fact]
    public void Access_InARange_WithHdmDecodersEnabled_GoesByThese()
    {
        FabricBench bench = Ranged();
        bench.Write(FabricBench.ToDevice(), 4, 2);
        AccessStatus without = bench.Run(Probe.Read(Base)).Status;
        bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, 0x1200, Quarter);
        bench.Run(Probe.WriteWord(Base, 9));

        byte[] line = new byte[64];
        bench.Devices[0].Media.Peek(new Dpa(Quarter), line);
        Assert.Equal((AccessStatus.NoEndpointDecoder, 9UL), (without, BitConverter.ToUInt64(line)));
    }

    [Fact]
    public void BaseOfARange_HasAGranularityOf256MiB()
    {
        FabricBench bench = Ranged();
        WriteBase(bench, Range1Base, Base + 4 * Quarter + 0x123_4567);

        Assert.Equal(AccessStatus.Ok, bench.Run(Probe.Read(Base + 4 * Quarter)).Status);
        Assert.Equal(0u, ReadDvsec(bench, Range1Base + 4) & 0x0FFF_FFFF);
    }

    [Fact]
    public void ConfigLock_FreezesTheRanges()
    {
        FabricBench bench = Ranged();
        bench.Write(FabricBench.ToDevice(), 0x14, 1, RegisterSpace.DeviceDvsec);
        WriteBase(bench, Range1Base, Base + 4 * Quarter);

        Assert.Equal(AccessStatus.Ok, bench.Run(Probe.Read(Base)).Status);
        Assert.Equal(AccessStatus.MemoryDisabled, bench.Run(Probe.Read(Base + 4 * Quarter)).Status);
    }

    [Theory]
    [InlineData(0xFFUL)]
    [InlineData(0xF0F1UL)]
    public void Burst_InARange_ReadsWhatItWrote(ulong lines)
    {
        FabricBench bench = Ranged();
        byte[] data = [.. Enumerable.Range(0, 64 * System.Numerics.BitOperations.PopCount(lines)).Select(i => (byte)(i * 7))];
        bench.Run(Probe.WriteBurst(Base, lines, data));
        Probe read = bench.Run(Probe.ReadBurst(Base, lines));

        Assert.Equal(data, read.Answers.OrderBy(a => a.Lines).SelectMany(a => a.Data));
    }

    [Fact]
    public void Range_InPermissive_AnswersWhereNoDecoderDoes()
    {
        FabricBench bench = Ranged(fabric: new FabricOptions { Commit = CommitProfile.Permissive });

        Assert.Equal(AccessStatus.Ok, bench.Run(Probe.Read(Base)).Status);
        Assert.Equal(AccessStatus.NoEndpointDecoder, bench.Run(Probe.Read(Base + 3 * Quarter)).Status);
    }

    [Theory]
    [InlineData(500, 0b000, 0b11, 0b11)]
    [InlineData(3_000, 0b00, 0b01, 0b11)]
    public void Media_ThatTakesTime_RaisesValidWithinASecondAndActiveWhenItIsUp(int milliseconds, uint atFirst, uint afterOneSecond, uint afterFour)
    {
        // A scout of the bench would run on until memory is up: the device is looked at from outside.
        var readiness = new MediaReadiness(HardwareDelay.Of(SimDuration.FromMilliseconds(milliseconds)));
        (ulong Step, SimDuration After)[] steps = [.. readiness.Begin()];
        uint Bits() => (readiness.InfoValid ? 1u : 0) | (readiness.Active ? 2u : 0);
        uint first = Bits();
        foreach ((ulong step, SimDuration after) in steps)
        {
            if (after <= SimDuration.FromSeconds(1))
                Assert.True(readiness.Arrive(step));
        }

        uint second = Bits();
        Assert.True(readiness.Arrive(steps[^1].Step));

        Assert.Equal((atFirst, afterOneSecond, afterFour), (first, second, Bits()));
    }

    [Fact]
    public void Media_ThatStartsAnew_IgnoresStepsOfBefore()
    {
        var readiness = new MediaReadiness(HardwareDelay.Of(SimDuration.FromSeconds(2)));
        ulong old = readiness.Begin().Last().Step;
        Assert.Equal(2, readiness.Begin().Count());

        Assert.False(readiness.Arrive(old));
        Assert.False(readiness.InfoValid || readiness.Active);
    }

    [Fact]
    public void Media_ThatTakesTime_IsUpInTheRegistersAfterIt()
    {
        FabricBench bench = Bench(HardwareDelay.Of(SimDuration.FromSeconds(3)));

        Assert.Equal((3u, 3u), (ReadDvsec(bench, Range1SizeLow) & 3, ReadDvsec(bench, Range2SizeLow) & 3));
        Assert.True(bench.Agent.Result!.End >= SimTime.Zero + SimDuration.FromSeconds(3));
    }

    [Fact]
    public void Media_ThatIsNeverReady_IsValidAndNotActive()
    {
        FabricBench bench = Bench(HardwareDelay.Never);

        Assert.Equal(1u, ReadDvsec(bench, Range1SizeLow) & 3);
    }

    [Fact]
    public void Media_ThatIsNotReady_AnswersNoAccess()
    {
        FabricBench bench = Bench(HardwareDelay.Never);
        bench.Enable(0);
        bench.Program(FabricBench.ToBridge, 0, Base, 4 * Quarter, 0x1200);
        bench.Program(FabricBench.ToDevice(), 0, Base, 4 * Quarter, 0x1200);
        Probe read = bench.Run(Probe.Read(Base));

        Assert.Equal((AccessStatus.MediaNotReady, true), (read.Status, read.Answer.Poisoned));
        Assert.Equal([(AccessStatus.MediaNotReady, 1L)], bench.Devices[0].Unclaimed);
    }

    [Fact]
    public void Media_ThatIsReadyFromTheStart_IsActiveAtOnce() => Assert.Equal(3u, ReadDvsec(Bench(default), Range1SizeLow) & 3);

    /// <summary>A device whose ranges are 768 MiB at the window's base and 256 MiB eight quarters on, enabled, behind a bridge that sends it everything.</summary>
    private static FabricBench Ranged(FabricOptions? fabric = null)
    {
        FabricBench bench = Bench(default, fabric);
        WriteBase(bench, Range1Base, Base);
        WriteBase(bench, Range2Base, Base + 8 * Quarter);
        bench.Write(FabricBench.ToDevice(), Control, MemEnable, RegisterSpace.DeviceDvsec);
        bench.Program(FabricBench.ToBridge, 0, Base, 16 * Quarter, 0x1200);
        return bench;
    }

    private static FabricBench Bench(HardwareDelay ready, FabricOptions? fabric = null) => new(
        fabric,
        endpoint: new EndpointOptions
        {
            Capacity = new ByteSize(4 * Quarter),
            Volatile = new ByteSize(3 * Quarter),
            MediaReady = ready,
            Configuration = new EndpointConfigSpaceOptions
            {
                Role = ComponentRole.Type3Endpoint,
                Device = DeviceDvsecOptions.Type3 with { HdmCount = 2, Range1Size = new ByteSize(3 * Quarter), Range2Size = new ByteSize(Quarter) },
            },
        });

    private static void WriteBase(FabricBench bench, int offset, ulong value)
    {
        Bdf function = bench.Where(0).Function!.Value;
        int at = bench.Where(0).DeviceDvsec + offset;
        bench.Run(Probe.WriteRegister(function.ConfigurationAddress(at), value >> 32, 4, IoFlags.Configuration));
        bench.Run(Probe.WriteRegister(function.ConfigurationAddress(at + 4), (uint)value, 4, IoFlags.Configuration));
    }

    private static uint ReadDvsec(FabricBench bench, int offset) =>
        (uint)bench.Run(Probe.ReadRegister(bench.Where(0).Function!.Value.ConfigurationAddress(bench.Where(0).DeviceDvsec + offset), 4, IoFlags.Configuration)).Answer.Value;
}
