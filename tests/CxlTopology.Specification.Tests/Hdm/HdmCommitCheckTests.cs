namespace CxlTopology.Specification.Tests;

public sealed class HdmCommitCheckTests
{
    private const uint DeviceCapability = 0x0000_1B12;
    private const uint PortCapability = 0x0000_0382;
    private const ulong GiB = 1UL << 30;
    private static readonly byte[] ports = [3, 0, 7, 1];

    private static HdmDecoderSettings Device { get; } = new()
    {
        Kind = ComponentKind.Endpoint,
        Base = new Hpa(0x10_0000_0000),
        Size = ByteSize.GiB(2),
        Control = HdmDecoderSettings.CommitWord(Interleave.Of(2, 256), TargetRangeType.HostOnly),
    };

    private static HdmDecoderSettings Port { get; } = Device with { Kind = ComponentKind.HostBridge, TargetsOrSkip = 0x0107 };

    [Fact]
    public void Check_GoodDecoders_Commit()
    {
        Assert.Equal(CommitRefusal.None, CheckDevice(Device));
        Assert.Equal(CommitRefusal.None, CheckPort(Port));
    }

    [Fact]
    public void Check_Range_IsRefusedByItsCode()
    {
        Assert.Equal(CommitRefusal.SizeZero, CheckDevice(Device with { Size = new ByteSize(0) }));
        Assert.Equal(CommitRefusal.RangeMisaligned, CheckDevice(Device with { Size = ByteSize.MiB(384) }));
        Assert.Equal(CommitRefusal.RangeMisaligned, CheckDevice(Device with { Base = new Hpa(0x1000) }));
        Assert.Equal(CommitRefusal.RangeTooHigh, CheckDevice(Device with { Base = new Hpa((1UL << 52) - GiB) }));
        Assert.Equal(CommitRefusal.RangeTooHigh, CheckDevice(Device with { Base = new Hpa(1UL << 63), Size = new ByteSize(1UL << 63) }));
    }

    [Fact]
    public void Check_RangeEndingAtTheLimit_Commits() =>
        Assert.Equal(CommitRefusal.None, CheckDevice(Device with { Base = new Hpa((1UL << 52) - (2 * GiB)) }));

    [Theory]
    [InlineData(0x0217u, CommitRefusal.GranularityReserved)]
    [InlineData(0x021Fu, CommitRefusal.GranularityReserved)]
    [InlineData(0x0250u, CommitRefusal.WaysReserved)]
    [InlineData(0x02B0u, CommitRefusal.WaysReserved)]
    [InlineData(0x0226u, CommitRefusal.GranularityUnsupported)]
    [InlineData(0x0216u, CommitRefusal.None)]
    [InlineData(0x0280u, CommitRefusal.SizeNotDivisible)]
    public void Check_InterleaveOfADevice_IsJudged(uint control, CommitRefusal refusal) =>
        Assert.Equal(refusal, CheckDevice(Device with { Control = control }));

    [Theory]
    [InlineData(0x0280u)]
    [InlineData(0x0290u)]
    [InlineData(0x02A0u)]
    [InlineData(0x0240u)]
    public void Check_WaysWithoutCapability_AreRefused(uint control) =>
        Assert.Equal(CommitRefusal.WaysUnsupported, CheckPort(Port with { Control = control, Size = ByteSize.GiB(3) }));

    [Fact]
    public void Check_ThreeEqualShares_Commit() =>
        Assert.Equal(CommitRefusal.None, CheckDevice(Device with { Control = 0x0280, Size = ByteSize.GiB(3) }));

    [Fact]
    public void Check_Neighbours_HaveToBeInOrder()
    {
        HdmDecoderSettings below = Device with { Base = new Hpa(0xF_8000_0000), Control = 0x1600 };
        Assert.Equal(CommitRefusal.None, CheckDevice(Device, below));
        Assert.Equal(CommitRefusal.PreviousNotCommitted, CheckDevice(Device, below with { Control = 0x1200 }));
        Assert.Equal(CommitRefusal.OverlapsPrevious, CheckDevice(Device, below with { Base = new Hpa(0xF_9000_0000) }));
        Assert.Equal(CommitRefusal.OverlapsPrevious, CheckDevice(Device, below with { Base = new Hpa(0x20_0000_0000) }));
    }

    [Fact]
    public void Check_NextStillCommitted_MayNotBeReached()
    {
        HdmDecoderSettings above = Device with { Base = new Hpa(0x10_8000_0000), Control = 0x1600 };
        Assert.Equal(CommitRefusal.None, CheckDevice(Device, next: above));
        Assert.Equal(CommitRefusal.OverlapsNext, CheckDevice(Device, next: above with { Base = new Hpa(0x10_7000_0000) }));
    }

    [Fact]
    public void Check_Targets_HaveToExistOnceEach()
    {
        Assert.Equal(CommitRefusal.TargetMissing, CheckPort(Port with { TargetsOrSkip = 0x0207 }));
        Assert.Equal(CommitRefusal.TargetDuplicate, CheckPort(Port with { TargetsOrSkip = 0x0707 }));
        Assert.Equal(CommitRefusal.None, CheckPort(Port with { TargetsOrSkip = 0xFFFF_FFFF_FFFF_0107 }));
        Assert.Equal(CommitRefusal.TooManyTargets, CheckPort(Port, capability: 0x312));
        Assert.Equal(CommitRefusal.TooManyTargets, CheckPort(Port with { Control = 0x1240 }, capability: 0x13F2));
    }

    [Fact]
    public void Check_DeviceMemory_HoldsTheSkipAndTheShare()
    {
        HdmDecoderSettings skipping = Device with { TargetsOrSkip = GiB };
        Assert.Equal(CommitRefusal.None, CheckDevice(skipping, dpaBase: 2 * GiB, capacity: 4 * GiB));
        Assert.Equal(CommitRefusal.DpaOverrun, CheckDevice(skipping, dpaBase: 2 * GiB, capacity: (4 * GiB) - 1));
        Assert.Equal(CommitRefusal.DpaOverrun, CheckDevice(skipping, dpaBase: 5 * GiB, capacity: 4 * GiB));
        Assert.Equal(CommitRefusal.DpaOverrun, CheckDevice(Device with { TargetsOrSkip = ulong.MaxValue << 28 }, capacity: 4 * GiB));
    }

    [Theory]
    [InlineData(0x0020_1B12u, 0x1200u, CommitRefusal.TypeUnsupported)]
    [InlineData(0x0020_1B12u, 0x0200u, CommitRefusal.None)]
    [InlineData(0x0040_1B12u, 0x0200u, CommitRefusal.TypeUnsupported)]
    [InlineData(0x0040_1B12u, 0x1200u, CommitRefusal.None)]
    [InlineData(0x0060_1B12u, 0x1200u, CommitRefusal.None)]
    [InlineData(0x0060_1B12u, 0x2200u, CommitRefusal.None)]
    [InlineData(0x0060_1B12u, 0x3200u, CommitRefusal.BackInvalidateUnsupported)]
    [InlineData(0x0060_1B12u, 0x4200u, CommitRefusal.UioUnsupported)]
    [InlineData(0x0060_3B12u, 0x4200u, CommitRefusal.None)]
    public void Check_Type_HasToBeSupported(uint capability, uint control, CommitRefusal refusal) =>
        Assert.Equal(refusal, CheckDevice(Device with { Control = control }, capability: capability));

    [Fact]
    public void Check_SeveralThingsWrong_ReportsTheLowestCode()
    {
        HdmDecoderSettings bad = Device with { Size = new ByteSize(0), Control = 0x57 };
        Assert.Equal(CommitRefusal.SizeZero, CheckDevice(bad, Device));
        Assert.Equal(CommitRefusal.GranularityReserved, CheckDevice(bad with { Size = ByteSize.GiB(1) }, Device));
        Assert.Equal(CommitRefusal.PreviousNotCommitted, CheckDevice(Device, Device, capacity: 0));
    }

    [Fact]
    public void Describe_EveryCode_HasItsSentence()
    {
        string[] sentences = [.. Enum.GetValues<CommitRefusal>().Select(HdmCommitCheck.Describe)];
        Assert.Equal(19, sentences.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => HdmCommitCheck.Describe((CommitRefusal)200));
    }

    private static CommitRefusal CheckDevice(
        HdmDecoderSettings settings,
        HdmDecoderSettings? previous = null,
        HdmDecoderSettings? next = null,
        uint capability = DeviceCapability,
        ulong dpaBase = 0,
        ulong capacity = 4 * GiB) =>
        HdmCommitCheck.Check(new()
        {
            Settings = settings,
            Capability = new HdmCapability(capability),
            Previous = previous,
            NextCommitted = next,
            DpaBase = dpaBase,
            DpaCapacity = capacity,
        });

    private static CommitRefusal CheckPort(HdmDecoderSettings settings, uint capability = PortCapability) =>
        HdmCommitCheck.Check(new() { Settings = settings, Capability = new HdmCapability(capability), Ports = ports });
}
