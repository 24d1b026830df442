using CxlTopology.Simulation;
using CxlTopology.Software.Tests.Pci;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Enumeration;

/// <summary>Ranges of the device DVSEC that become valid and active, or do not.</summary>
public sealed class MediaWaitTests
{
    private const int Dvsec = 0x100;
    private const int SizeLow = Dvsec + 0x1C;
    private const int RangeLength = 0x10;
    private static readonly PciDevice device = new() { Bdf = new Bdf(0, 0, 0, 0), Id = 1, IsBridge = false };

    [Fact]
    public void Wait_ForRangesThatAreActive_WaitsNotAtAll()
    {
        (MediaWait wait, FakeMachine machine, _) = With(0x1E, 3);

        Assert.Equal(1, Result(wait.UntilRangesAreActive(device, Dvsec)));
        Assert.Equal(SimTime.Zero, machine.Now);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(59)]
    [InlineData(60)]
    public void Wait_ForARangeThatBecomesActive_PollsEverySecond(int seconds)
    {
        (MediaWait wait, FakeMachine machine, FakeFunction function) = With(0x1E, 1);
        machine.OnWait = now =>
        {
            if (now >= SimTime.Zero + SimDuration.FromSeconds(seconds))
                function.With(SizeLow, 3);
        };

        Result(wait.UntilRangesAreActive(device, Dvsec));
        Assert.Equal(SimTime.Zero + SimDuration.FromSeconds(seconds), machine.Now);
    }

    [Fact]
    public void Wait_ForARangeThatIsNeverActive_IsETIMEDOUTAfterAMinute()
    {
        (MediaWait wait, FakeMachine machine, _) = With(0x1E, 1);

        ErrnoException error = Fails(wait.UntilRangesAreActive(device, Dvsec));
        Assert.Equal(Errno.ETIMEDOUT, error.Errno);
        Assert.Contains("Memory_Active", error.Message, StringComparison.Ordinal);
        Assert.Equal(SimTime.Zero + SimDuration.FromSeconds(60), machine.Now);
    }

    [Fact]
    public void Wait_ForARangeThatIsNeverValid_IsETIMEDOUTAfterASecond()
    {
        (MediaWait wait, FakeMachine machine, _) = With(0x1E, 0);

        ErrnoException error = Fails(wait.UntilRangesAreActive(device, Dvsec));
        Assert.Equal(Errno.ETIMEDOUT, error.Errno);
        Assert.Contains("Memory_Info_Valid", error.Message, StringComparison.Ordinal);
        Assert.Equal(SimTime.Zero + SimDuration.FromSeconds(1), machine.Now);
    }

    [Fact]
    public void Wait_ForTheSecondOfTwoRanges_WaitsForBoth()
    {
        (MediaWait wait, FakeMachine machine, FakeFunction function) = With(0x2E, 3);
        function.With(SizeLow + RangeLength, 1);
        machine.OnWait = _ => function.With(SizeLow + RangeLength, 3);

        Assert.Equal(2, Result(wait.UntilRangesAreActive(device, Dvsec)));
        Assert.Equal(SimTime.Zero + SimDuration.FromSeconds(1), machine.Now);
    }

    [Theory]
    [InlineData(0x1Au, Errno.ENXIO)] // no CXL.mem
    [InlineData(0x0Eu, Errno.EINVAL)] // no range
    [InlineData(0x3Eu, Errno.EINVAL)] // three
    [InlineData(0xFFFFu, Errno.ENXIO)] // nothing answers
    public void ReadRanges_OfADvsecThatCannotBe_Fails(uint capability, Errno errno)
    {
        (MediaWait wait, _, _) = With(capability, 3);

        Assert.Equal(errno, Fails(wait.ReadRanges(device, Dvsec)).Errno);
    }

    [Fact]
    public void ReadRanges_WithMemoryDisabled_LooksAtNone()
    {
        (MediaWait wait, _, _) = With(0x1E, 3);

        DeviceRanges ranges = Result(wait.ReadRanges(device, Dvsec));
        Assert.Equal((false, 0), (ranges.MemEnabled, ranges.Ranges.Count));
    }

    [Fact]
    public void ReadRanges_WithMemoryEnabled_GivesThoseThatAreNotEmpty()
    {
        (MediaWait wait, _, FakeFunction function) = With(0x2E, 0x4000_0003);
        function.With(Dvsec + 0x0C, 4).With(Dvsec + 0x18, 1).With(Dvsec + 0x20, 0x10).With(Dvsec + 0x24, 0x8000_0000).With(SizeLow + RangeLength, 3);

        DeviceRanges ranges = Result(wait.ReadRanges(device, Dvsec));
        Assert.True(ranges.MemEnabled);
        Assert.Equal([(new Hpa(0x10_8000_0000), new ByteSize(0x1_4000_0000))], ranges.Ranges);
    }

    private static (MediaWait Wait, FakeMachine Machine, FakeFunction Function) With(uint capability, uint sizeLow)
    {
        FakeFunction function = FakeFunction.Endpoint().With(Dvsec + 0x08, capability << 16).With(SizeLow, sizeLow);
        FakeBus bus = FakeBus.Of(FakeMachine.Places[0], function);
        var machine = new FakeMachine();
        return (new MediaWait(new CxlCore(bus, bus, machine, machine, new CxlPlatform(default, []))), machine, function);
    }

    private static T Result<T>(Task<T> task)
    {
        Assert.True(task.IsCompleted);
        return task.GetAwaiter().GetResult();
    }

    private static ErrnoException Fails<T>(Task<T> task) => Assert.Throws<ErrnoException>(() => { Result(task); });
}
