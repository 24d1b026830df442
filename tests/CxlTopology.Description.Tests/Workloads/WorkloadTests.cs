using CxlTopology.Simulation;

namespace CxlTopology.Description.Tests.Workloads;

public sealed class WorkloadTests
{
    private static WorkloadModel Load(string workload, string rest = "")
    {
        DescriptionResult result = TopologyFile.Parse(
            "version: 1\nhosts: {host0: {windows: [{base: 64GiB, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: m}}}}\nendpoints: "
                + "{m: {type: 3, memory: 1GiB}}\n"
            + "regions: {r: {endpoints: [m], size: 512MiB}}\nworkloads: {w: " + workload + "}\n" + rest, "folder/test.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        return Assert.Single(result.Model!.Workloads);
    }

    [Fact]
    public void Read_Least_HasDefaults()
    {
        WorkloadModel workload = Load("{to: r}");

        Assert.Equal(("host0", "r", WorkloadPattern.Random, 64, 1_000_000L, 64),
            (workload.From.Name, workload.To.Region!.Name, workload.Pattern, workload.Outstanding, workload.Count!.Value,
            workload.AccessBytes));
        Assert.Equal((Ratio.One, true, true, false), (workload.Reads, workload.Payloads, workload.Verify, workload.Burst));
        Assert.Null(workload.Pace);
    }

    [Theory]
    [InlineData("{to: r, rate: 10GB/s}", 64_000_000_000_000_000L, 10_000_000_000L)]
    [InlineData("{to: r, rate: 1M/s}", 1_000_000_000_000_000L, 1_000_000L)]
    [InlineData("{to: r, rate: 10GB/s, size: 4KiB}", 4_096_000_000_000_000_000L, 10_000_000_000L)]
    public void Read_Rate_IsAnExactDistance(string text, long numerator, long divisor) =>
        Assert.Equal(new PaceModel(numerator, divisor), Load(text).Pace);

    [Fact]
    public void Read_PointerChase_HasOneOutstanding() => Assert.Equal(1, Load("{to: r, pattern: pointer-chase}").Outstanding);

    [Fact]
    public void Read_Trace_RunsToItsEndAndLiesBesideTheFile()
    {
        WorkloadModel workload = Load("{to: r, trace: traces/x.gz, repeat: 3, placement: random}");

        Assert.Equal((WorkloadPattern.Trace, Path.Combine("folder", "traces/x.gz"), 3L, WorkloadPlacement.Random),
            (workload.Pattern, workload.Trace, workload.Repeat, workload.Placement));
        Assert.Null(workload.Count);
    }

    [Fact]
    public void Read_Window_CoversIt() =>
        Assert.Equal((64UL << 30, 1UL << 30), (Load("{to: {window: 0}}").To.Base.Value, Load("{to: {window: 0}}").To.Size.Bytes));

    [Fact]
    public void Read_Range_IsKept() => Assert.Equal(0x10_0000_0040UL, Load("{to: {base: 0x10_0000_0040, size: 64B}}").To.Base.Value);

    [Fact]
    public void Read_PolicyWithoutPayloads_TurnsVerifyOff()
    {
        WorkloadModel workload = Load("{to: r}", "policy: {payloads: false}\n");

        Assert.Equal((false, false), (workload.Payloads, workload.Verify));
    }

    [Fact]
    public void Read_Times_AreExact()
    {
        WorkloadModel workload = Load("{to: r, start: 1.5us, think: 250ps}");

        Assert.Equal((new SimDuration(1_500_000_000), SimDuration.FromPicoseconds(250)), (workload.Start, workload.Think));
    }
}
