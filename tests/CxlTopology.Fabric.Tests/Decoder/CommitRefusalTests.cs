using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Every reason for which hardware refuses a commit, reached by register writes.</summary>
public sealed class CommitRefusalTests
{
    private const ulong Base = FabricBench.Base;
    private const ulong Quarter = FabricBench.Quarter;
    private const uint Commit = 0x1200;
    private const uint DeviceWord = 0x1B12;
    private const uint PortWord = 0x382;

    /// <summary>Refusals of an endpoint's decoder 0, by what is written to it.</summary>
    public static TheoryData<CommitRefusal, ulong, ulong, uint, ulong, uint> OfADevice => new()
    {
        { CommitRefusal.SizeZero, Base, 0, Commit, 0, DeviceWord },
        { CommitRefusal.RangeTooHigh, (1UL << 52) - Quarter, 2 * Quarter, Commit, 0, DeviceWord },
        { CommitRefusal.RangeTooHigh, 1UL << 52, Quarter, Commit, 0, DeviceWord },
        { CommitRefusal.RangeTooHigh, 0xFFFF_FFFF_F000_0000, Quarter, Commit, 0, DeviceWord },
        { CommitRefusal.GranularityReserved, Base, Quarter, Commit | 7, 0, DeviceWord },
        { CommitRefusal.GranularityReserved, Base, Quarter, Commit | 15, 0, DeviceWord },
        { CommitRefusal.WaysReserved, Base, Quarter, Commit | 0x50, 0, DeviceWord },
        { CommitRefusal.WaysReserved, Base, Quarter, Commit | 0xF0, 0, DeviceWord },
        { CommitRefusal.WaysUnsupported, Base, 3 * Quarter, Commit | 0x80, 0, DeviceWord & ~0x800u },
        { CommitRefusal.WaysUnsupported, Base, 16 * Quarter, Commit | 0x40, 0, DeviceWord & ~0x1000u },
        { CommitRefusal.GranularityUnsupported, Base, 2 * Quarter, Commit | 0x10, 0, DeviceWord & ~0x100u },
        { CommitRefusal.GranularityUnsupported, Base, 2 * Quarter, Commit | 0x14, 0, DeviceWord & ~0x200u },
        { CommitRefusal.GranularityUnsupported, Base, 4 * Quarter, Commit | 0x26, 0, DeviceWord },
        { CommitRefusal.SizeNotDivisible, Base, Quarter, Commit | 0x80, 0, DeviceWord },
        { CommitRefusal.DpaOverrun, Base, 5 * Quarter, Commit, 0, DeviceWord },
        { CommitRefusal.DpaOverrun, Base, Quarter, Commit, 4 * Quarter, DeviceWord },
        { CommitRefusal.DpaOverrun, Base, Quarter, Commit, 0xFFFF_FFFF_F000_0000, DeviceWord },
        { CommitRefusal.TypeUnsupported, Base, Quarter, 0x200, 0, DeviceWord | 2u << 21 },
        { CommitRefusal.TypeUnsupported, Base, Quarter, Commit, 0, DeviceWord | 1u << 21 },
        { CommitRefusal.BackInvalidateUnsupported, Base, Quarter, Commit | 0x2000, 0, DeviceWord },
    };

    [Theory]
    [MemberData(nameof(OfADevice))]
    public void Commit_OfADevice_IsRefusedWithItsReason(CommitRefusal reason, ulong first, ulong size, uint control, ulong skip, uint capability)
    {
        var bench = new FabricBench(endpoint: new EndpointOptions { Capacity = new ByteSize(4 * Quarter), HdmCapability = capability, BackInvalidate = true });

        Assert.Equal(control | 0x800, bench.Program(FabricBench.ToDevice(), 0, first, size, control, skip));
        Assert.Equal(reason, Assert.Single(bench.Devices[0].Decoders.Touched).LastRefusal);
        Assert.Null(bench.Devices[0].Decoders.Find(first));
    }

    /// <summary>Refusals of a host bridge's decoder 0; its ports are 0 to 3.</summary>
    public static TheoryData<CommitRefusal, uint, ulong, uint> OfAPort => new()
    {
        { CommitRefusal.TooManyTargets, 0x1230, 0x07060504_03020100, PortWord & ~0xF0u | 0x40 },
        { CommitRefusal.TooManyTargets, 0x1240, 0x07060504_03020100, PortWord | 0x1000 },
        { CommitRefusal.TargetMissing, 0x1200, 0x04, PortWord },
        { CommitRefusal.TargetMissing, 0x1220, 0x04020100, PortWord },
        { CommitRefusal.TargetDuplicate, 0x1210, 0x0000, PortWord },
        { CommitRefusal.TargetDuplicate, 0x1220, 0x00020100, PortWord },
        { CommitRefusal.WaysUnsupported, 0x1280, 0x020100, PortWord },
    };

    [Theory]
    [MemberData(nameof(OfAPort))]
    public void Commit_OfAPort_IsRefusedWithItsReason(CommitRefusal reason, uint control, ulong targets, uint capability)
    {
        var bench = new FabricBench(bridge: new HostBridgeOptions { Uid = 7, HdmCapability = capability }, ports: 4);

        Assert.Equal(control | 0x800, bench.Program(FabricBench.ToBridge, 0, Base, 16 * Quarter, control, targets));
        Assert.Equal(reason, Assert.Single(bench.Bridge.Decoders!.Touched).LastRefusal);
    }

    [Fact]
    public void Commit_BeforeTheDecoderBelow_IsRefused()
    {
        var bench = new FabricBench();

        Assert.Equal(Commit | 0x800, bench.Program(FabricBench.ToDevice(), 1, Base, Quarter, Commit));
        Assert.Equal(CommitRefusal.PreviousNotCommitted, bench.Devices[0].Decoders.Touched.Single(d => d.Index == 1).LastRefusal);
    }

    [Fact]
    public void Commit_AboveADecoderThatWasReleased_IsRefused()
    {
        var bench = new FabricBench();
        bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit);
        bench.Write(FabricBench.ToDevice(), HdmCapabilityRegisters.DecoderOffset(0) + 0x10, 0);
        bench.Program(FabricBench.ToDevice(), 1, Base + Quarter, Quarter, Commit);

        Assert.Equal(CommitRefusal.PreviousNotCommitted, bench.Devices[0].Decoders.Touched.Single(d => d.Index == 1).LastRefusal);
    }

    [Theory]
    [InlineData(0UL)]
    [InlineData(1UL)]
    public void Commit_BelowTheEndOfThePrevious_IsRefused(ulong quarters)
    {
        var bench = new FabricBench();
        bench.Program(FabricBench.ToDevice(), 0, Base, 2 * Quarter, Commit);
        bench.Program(FabricBench.ToDevice(), 1, Base + quarters * Quarter, Quarter, Commit);

        Assert.Equal(CommitRefusal.OverlapsPrevious, bench.Devices[0].Decoders.Touched.Single(d => d.Index == 1).LastRefusal);
    }

    [Fact]
    public void Commit_IntoTheRangeOfTheNext_IsRefused()
    {
        var bench = new FabricBench();
        bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit);
        bench.Program(FabricBench.ToDevice(), 1, Base + Quarter, Quarter, Commit);
        bench.Write(FabricBench.ToDevice(), HdmCapabilityRegisters.DecoderOffset(0) + 0x10, 0);
        bench.Program(FabricBench.ToDevice(), 0, Base, 2 * Quarter, Commit);

        Assert.Equal(CommitRefusal.OverlapsNext, bench.Devices[0].Decoders.Touched.Single(d => d.Index == 0).LastRefusal);
    }

    [Fact]
    public void Commit_InOrder_AccumulatesDeviceMemory()
    {
        var bench = new FabricBench();
        bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, Commit);
        bench.Program(FabricBench.ToDevice(), 1, Base + Quarter, 4 * Quarter, Commit | 0x20, Quarter);
        bench.Program(FabricBench.ToDevice(), 2, Base + 5 * Quarter, Quarter, Commit);
        uint full = bench.Program(FabricBench.ToDevice(), 3, Base + 6 * Quarter, Quarter, Commit);

        Assert.Equal([0, 2 * Quarter, 3 * Quarter], bench.Devices[0].Decoders.Touched.Take(3).Select(d => d.DpaBase));
        Assert.Equal(Commit | 0x800, full);
        Assert.Equal(CommitRefusal.DpaOverrun, bench.Devices[0].Decoders.Touched.Last().LastRefusal);
    }

    [Fact]
    public void Refusals_OfTheseTests_AreAllThatRegistersCanReach()
    {
        // Registers cannot hold a misaligned range, and UIO is not writable.
        var reached = OfADevice.Select(r => (CommitRefusal)((object?[])r)[0]!).Concat(OfAPort.Select(r => (CommitRefusal)((object?[])r)[0]!)).ToHashSet();
        reached.UnionWith([CommitRefusal.PreviousNotCommitted, CommitRefusal.OverlapsPrevious, CommitRefusal.OverlapsNext]);

        Assert.Equal(
            [CommitRefusal.None, CommitRefusal.RangeMisaligned, CommitRefusal.UioUnsupported],
            Enum.GetValues<CommitRefusal>().Where(r => !reached.Contains(r)));
    }
}
