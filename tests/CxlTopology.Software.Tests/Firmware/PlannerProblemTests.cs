using CxlTopology.Specification;

namespace CxlTopology.Software.Tests;

/// <summary>Regions that cannot be made: a sentence each, and no exception.</summary>
public sealed class PlannerProblemTests
{
    [Theory]
    [InlineData(5, 256)]
    [InlineData(7, 256)]
    [InlineData(2, 300)]
    [InlineData(2, 32768)]
    public void Plan_OfWhatIsNoInterleave_IsAProblem(int ways, int granularity)
    {
        var platform = new Platform(1, 8);
        (IReadOnlyList<FirmwareWrite> writes, IReadOnlyList<string> problems) = FirmwarePlanner.Plan(
            [platform.Region(platform.Window(256), granularity, [.. Enumerable.Range(0, ways).Select(p => platform.At(0, p))])]);

        Assert.Empty(writes);
        Assert.Equal($"region0: {ways} ways of {granularity} bytes is not an interleave.", Assert.Single(problems));
    }

    [Fact]
    public void Plan_OfMorePortsThanTargets_IsAProblem()
    {
        var platform = new Platform(1, 4, portWord: Platform.PortWord & ~0xF0u | 0x20);
        (_, IReadOnlyList<string> problems) = FirmwarePlanner.Plan([platform.Region(platform.Window(256), 256, platform.CrossLinkFirst())]);

        Assert.Equal("region0: hb0 would have to interleave 4 ways; its decoders have 2 targets.", Assert.Single(problems));
    }

    [Fact]
    public void Plan_OfAPortWithMoreThanEightTargets_IsAProblem()
    {
        var platform = new Platform(1, 12);
        (_, IReadOnlyList<string> problems) = FirmwarePlanner.Plan([platform.Region(platform.Window(256), 256, platform.CrossLinkFirst())]);

        Assert.Equal("region0: hb0 would have to interleave 12 ways; its decoders have 8 targets.", Assert.Single(problems));
    }

    [Fact]
    public void Plan_OfAPortThatNeedsMoreThan16KiB_IsAProblem()
    {
        var platform = new Platform(4, 2);
        (_, IReadOnlyList<string> problems) = FirmwarePlanner.Plan([platform.Region(platform.Window(8192), 8192, platform.CrossLinkFirst())]);

        Assert.Equal(4, problems.Count);
        Assert.Equal("region0: hb0 would need a granularity of 32768 bytes; 16384 is the largest.", problems[0]);
    }

    [Fact]
    public void Plan_OfASinglePortBelowALargeGranularity_TakesTheLargestInstead()
    {
        var platform = new Platform(4, 1);
        (IReadOnlyList<FirmwareWrite> writes, IReadOnlyList<string> problems) = FirmwarePlanner.Plan([platform.Region(platform.Window(8192), 8192, platform.CrossLinkFirst())]);

        Assert.Empty(problems);
        Assert.All(platform.Bridges, b => Assert.Equal(Interleave.Of(1, 16384), new Programmed(writes).Of(b).Interleave));
    }

    [Fact]
    public void Plan_OfAnOrderThatNoTargetListGives_IsAProblem()
    {
        // Port by port: but the bridge sends even and odd granules apart.
        var platform = new Platform(1, 2, 2);
        PlatformNode[] order = [platform.At(0, 0, 0), platform.At(0, 0, 1), platform.At(0, 1, 0), platform.At(0, 1, 1)];
        (_, IReadOnlyList<string> problems) = FirmwarePlanner.Plan([platform.Region(platform.Window(256), 256, order)]);

        Assert.Contains(problems, p => p.Contains("share target", StringComparison.Ordinal));
    }

    [Fact]
    public void Plan_OfMoreRegionsThanDecoders_IsAProblemForEachThatIsLeft()
    {
        var platform = new Platform(1, 1, deviceWord: 0x1B11, portWord: 0xB82); // two decoders in the device, four in the bridge
        FixedMemoryWindow window = platform.Window(256);
        (IReadOnlyList<FirmwareWrite> writes, IReadOnlyList<string> problems) = FirmwarePlanner.Plan(
            Enumerable.Range(0, 5).Select(i => platform.Region(window, 256, [platform.At(0, 0)], (ulong)i << 30, name: $"r{i}")));

        Assert.Equal(
            ["r2: e000 has 2 decoders, all of them in use.", "r3: e000 has 2 decoders, all of them in use.", "r4: e000 has 2 decoders, all of them in use.", "r4: hb0 has 4 decoders, all of them in use."],
            problems.Order(StringComparer.Ordinal));
        Assert.False(new Programmed(writes).Has(platform.At(0, 0), 2));
    }

    [Fact]
    public void Plan_OfAPassThroughBridge_WritesNothingToIt()
    {
        var bridge = new PlatformNode { Name = "hb0", Kind = ComponentKind.HostBridge, PassThrough = true };
        var device = new PlatformNode
        {
            Name = "mem0",
            Kind = ComponentKind.Endpoint,
            Parent = bridge,
            Capability = new HdmCapability(Platform.DeviceWord),
            VolatileBytes = 1UL << 30,
        };
        var platform = new Platform(1, 1);
        (IReadOnlyList<FirmwareWrite> writes, IReadOnlyList<string> problems) = FirmwarePlanner.Plan([platform.Region(platform.Window(256), 256, [device])]);

        Assert.Empty(problems);
        Assert.All(writes, w => Assert.Equal("mem0", w.Component));
    }
}
