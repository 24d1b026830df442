using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>Regions that are assembled from what firmware has committed.</summary>
public sealed class FirmwareRegionTests
{
    [Fact]
    public void Assemble_OneDecoder_IsACommittedRegion()
    {
        CoreMachine machine = CoreMachine.Boot(FirmwareTexts.OneWay());

        CxlRegion region = Assert.Single(machine.Core.Regions);

        Assert.Equal((CxlRegionState.Commit, true, true, false), (region.State, region.Enabled, region.IsAuto, region.Locked));
        Assert.Equal((new Hpa(0x10_0000_0000), ByteSize.MiB(512), 1), (region.Base, region.Size, region.Ways));
        Assert.Same(region, machine.Bridge().Decoders[0].Region);
        machine.AssertReadsBack([0x10_0000_0000, 0x10_1FFF_FFC0]);
    }

    [Theory]
    [InlineData("0, 1", "m0", "m1")]
    [InlineData("1, 0", "m1", "m0")]
    public void Assemble_TwoDecoders_SortsThemByTheTargetList(string targets, params string[] order)
    {
        CoreMachine machine = CoreMachine.Boot(FirmwareTexts.TwoWays(targets));

        CxlRegion region = Assert.Single(machine.Core.Regions);

        Assert.Equal(CxlRegionState.Commit, region.State);
        Assert.Equal(order.Select(name => machine.Memdev(name)), region.Targets.Select(t => t!.Port.Memdev));
        Assert.DoesNotContain(machine.Core.Log, l => l.Contains("position-mismatch", StringComparison.Ordinal));
    }

    [Fact]
    public void Assemble_BelowABridgeThatPassesThrough_TakesTheRegionsGranularityBelowIt()
    {
        CoreMachine machine = CoreMachine.Boot("""
            version: 1
            hosts:
              host0:
                windows: [{base: 0x10_0000_0000, size: 8GiB, targets: [hb0]}]
                bridges: {hb0: {rp0: {switch: sw0, ports: {dsp0: m0, dsp1: m1}}}}
            endpoints: {m0: &m {type: 3, memory: 1GiB}, m1: *m}
            firmware:
              - {component: sw0, decoder: 0, base: 0x10_0000_0000, size: 512MiB, ways: 2, granularity: 2KiB, targets: [0, 1]}
              - {component: m0, decoder: 0, base: 0x10_0000_0000, size: 512MiB, ways: 2, granularity: 2KiB}
              - {component: m1, decoder: 0, base: 0x10_0000_0000, size: 512MiB, ways: 2, granularity: 2KiB}
            """);

        CxlRegion region = Assert.Single(machine.Core.Regions);

        Assert.Equal(CxlRegionState.Commit, region.State);
        Assert.Equal((region.Base, region.Size), (machine.Bridge().Decoders[0].Base, machine.Bridge().Decoders[0].Size));
    }

    [Fact]
    public void Assemble_WithOneOfTwo_Waits()
    {
        CxlRegion region = Assert.Single(CoreMachine.Boot(FirmwareTexts.HalfOfTwoWays).Core.Regions);

        Assert.Equal((CxlRegionState.InterleaveActive, 1, false), (region.State, region.TargetCount, region.Enabled));
    }

    [Fact]
    public void Assemble_OutsideOfAllWindows_IsENXIO()
    {
        CoreMachine machine = CoreMachine.Boot(FirmwareTexts.OneWay("0x30_0000_0000"));

        Assert.Empty(machine.Core.Regions);
        Assert.Contains(machine.Core.Log, l => l.Contains("no window covers", StringComparison.Ordinal) && l.Contains("(ENXIO)", StringComparison.Ordinal));
    }

    [Fact]
    public void Assemble_SeveralRegions_TakeTheirTurns()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.OneBridge(more: """
            firmware:
              - {component: hb0, decoder: 0, base: 0x10_0000_0000, size: 256MiB, targets: [0]}
              - {component: hb0, decoder: 1, base: 0x10_1000_0000, size: 512MiB, targets: [1]}
              - {component: hb0, decoder: 2, base: 0x10_4000_0000, size: 512MiB, targets: [0]}
              - {component: m0, decoder: 0, base: 0x10_0000_0000, size: 256MiB}
              - {component: m0, decoder: 1, base: 0x10_4000_0000, size: 512MiB}
              - {component: m1, decoder: 0, base: 0x10_1000_0000, size: 512MiB}
            """));

        Assert.Equal(
            [(0x10_0000_0000ul, "m0"), (0x10_1000_0000ul, "m1"), (0x10_4000_0000ul, "m0")],
            machine.Core.Regions.Where(r => r.State == CxlRegionState.Commit).Select(r => (r.Base.Value, Name(machine, r))).Order());
        Assert.Equal(2, CxlRegions.CommittedRegions(machine.Memdev("m0")).Count);
        Assert.Single(CxlRegions.CommittedRegions(machine.Memdev("m1")));
        CxlRegion above = machine.Committed("512MiB", 256, "m1");
        Assert.Equal(0x10_6000_0000ul, above.Base.Value); // the gap below the last one is too short
    }

    [Fact]
    public void Decommit_OfAFirmwareRegion_FreesItForOthers()
    {
        CoreMachine machine = CoreMachine.Boot(FirmwareTexts.TwoWays());

        machine.Do(() => machine.Commands.Destroy(machine.Core.Regions[0], force: true));

        Assert.Empty(machine.Core.Regions);
        CxlRegion region = machine.Committed("512MiB", 512, "m1", "m0");
        Assert.False(region.IsAuto);
        machine.AssertReadsBack([region.Base.Value, region.Base.Value + 512]);
    }

    [Fact]
    public void Invalidate_OfADecoder_TakesTheRegionBack()
    {
        CoreMachine machine = CoreMachine.Boot(FirmwareTexts.TwoWays());
        CxlRegion region = machine.Core.Regions[0];

        machine.Do(() => machine.Regions.Invalidate(machine.Decoder("m0")));

        Assert.Equal((CxlRegionState.InterleaveActive, 1, false), (region.State, region.TargetCount, region.Enabled));
        Assert.Equal((-1, null), (machine.Decoder("m0").Partition, machine.Decoder("m0").Region));
        Assert.All(machine.Core.Ports, p => Assert.Equal(-1, p.CommitEnd));
    }

    [Fact]
    public void Invalidate_OfADecoderThatWaits_LeavesNothingOfIt()
    {
        CoreMachine machine = CoreMachine.Boot(FirmwareTexts.HalfOfTwoWays);

        machine.Do(() => machine.Regions.Invalidate(machine.Decoder("m0")));

        Assert.Equal((0, null), (machine.Core.Regions[0].TargetCount, machine.Decoder("m0").Region));
    }

    [Fact]
    public void Delete_OfARegionThatCouldNotBeAssembled_LeavesNothingOfIt()
    {
        CoreMachine machine = CoreMachine.Boot(FirmwareTexts.TwoWays(portGranularity: 512));

        machine.Do(() => machine.Regions.Delete(machine.Core.Regions[0]));

        Assert.Empty(machine.Core.Regions);
        Assert.All(machine.Core.Ports.SelectMany(p => p.Decoders), d => Assert.Null(d.Region));
    }

    [Fact]
    public void Assemble_SixWaysAsOnlyFirmwareCan_ReportsWherePositionsDisagree()
    {
        CoreMachine machine = CoreMachine.Boot(SixWays.Firmware);

        CxlRegion region = Assert.Single(machine.Core.Regions);

        Assert.Equal(CxlRegionState.Commit, region.State);
        Assert.Contains(machine.Core.Log, l => l.StartsWith("region0: position-mismatch:", StringComparison.Ordinal));
        Assert.Equal([0, 3, 1, 4, 2, 5], RegionRouting.Positions(region)); // window x div 2 mod 3, bridge x mod 2
    }

    private static string Name(CoreMachine machine, CxlRegion region) =>
        machine.Memdev("m0") == region.Targets[0]!.Port.Memdev ? "m0" : "m1";
}
