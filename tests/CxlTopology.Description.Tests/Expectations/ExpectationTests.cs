namespace CxlTopology.Description.Tests.Expectations;

public sealed class ExpectationTests
{
    private static DescriptionResult Parse(string line) => TopologyFile.Parse(
        "version: 1\nhosts: {host0: {windows: [{base: 64GiB, size: 1GiB, targets: [hb0]}], bridges: {hb0: {rp0: m}}}}\nendpoints: {m: "
            + "{type: 3, memory: 1GiB}}\n"
        + "workloads: {scan: {to: {window: 0}}}\nexpect: [\"" + line + "\"]\n", "test.yaml");

    [Fact]
    public void Parse_Completion_IsItsOwnKind() =>
        Assert.Equal(ExpectationKind.EveryTransactionCompletesOnce, Parse("every  transaction completes once").Model!.Expectations[0].Kind);

    [Fact]
    public void Parse_LatencyOfReads_IsExactFemtoseconds()
    {
        ExpectationModel expectation = Parse("host0.reads.p99 < 1.5us").Model!.Expectations[0];

        Assert.Equal(
            (ExpectationKind.Statistic, "host0", ExpectationMetric.Reads, ExpectationStatistic.P99, ExpectationComparison.Less,
                1_500_000_000m),
            (expectation.Kind, expectation.Source, expectation.Metric, expectation.Statistic, expectation.Comparison, expectation.Value));
    }

    [Theory]
    [InlineData("<", ExpectationComparison.Less)]
    [InlineData("<=", ExpectationComparison.LessOrEqual)]
    [InlineData(">", ExpectationComparison.Greater)]
    [InlineData(">=", ExpectationComparison.GreaterOrEqual)]
    [InlineData("==", ExpectationComparison.Equal)]
    [InlineData("!=", ExpectationComparison.NotEqual)]
    public void Parse_EveryComparison_IsKnown(string sign, ExpectationComparison comparison) =>
        Assert.Equal(comparison, Parse($"scan.count {sign} 1_000_000").Model!.Expectations[0].Comparison);

    [Theory]
    [InlineData("scan.gigabytesPerSecond > 10", 10)]
    [InlineData("scan.gigabytesPerSecond > 10.5", 10.5)]
    [InlineData("scan.gigabytesPerSecond > 10.5GB/s", 10.5)]
    [InlineData("scan.writes.errors == 0", 0)]
    [InlineData("simulated < 10ms", 10_000_000_000_000)]
    public void Parse_Value_IsInItsUnit(string line, double value) =>
        Assert.Equal((decimal)value, Parse(line).Model!.Expectations[0].Value);

    [Theory]
    [InlineData("", DescriptionErrorCode.ExpectationSyntax)]
    [InlineData("scan < 5", DescriptionErrorCode.ExpectationSyntax)]
    [InlineData("scan.reads.p99.x < 5", DescriptionErrorCode.ExpectationSyntax)]
    [InlineData("scan..p99 < 5us", DescriptionErrorCode.ExpectationSyntax)]
    [InlineData("scan.p99 = 5us", DescriptionErrorCode.ExpectationSyntax)]
    [InlineData("sacn.p99 < 5us", DescriptionErrorCode.ExpectationSource)]
    [InlineData("scan.p98 < 5us", DescriptionErrorCode.ExpectationStatistic)]
    [InlineData("scan.stores.p99 < 5us", DescriptionErrorCode.ExpectationStatistic)]
    [InlineData("scan.p99 < 5", DescriptionErrorCode.ExpectationUnit)]
    [InlineData("scan.p99 <", DescriptionErrorCode.ExpectationUnit)]
    [InlineData("scan.count < 1.5", DescriptionErrorCode.ExpectationUnit)]
    [InlineData("simulated < 5GB/s", DescriptionErrorCode.ExpectationUnit)]
    public void Parse_WrongLine_HasItsCode(string line, DescriptionErrorCode code) =>
        Assert.Equal(code, Assert.Single(Parse(line).Errors).Code);

    [Fact]
    public void Parse_NearMiss_IsSuggested() =>
        Assert.Contains("gigabytesPerSecond\"?", Assert.Single(Parse("scan.gigabytesPersecond > 1").Errors).Help, StringComparison.Ordinal);
}
