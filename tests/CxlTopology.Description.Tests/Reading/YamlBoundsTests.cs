using System.Diagnostics;
using System.Text;

namespace CxlTopology.Description.Tests.Reading;

public sealed class YamlBoundsTests
{
    private const string Good = "version: 1\nhosts: {host0: {bridges: {hb0: {rp0: mem0}}}}\nendpoints: {mem0: {type: 3, memory: 1GiB}}\n";

    private static DescriptionErrorCode[] CodesOf(string text) =>
        [.. TopologyFile.Parse(text, "test.yaml").Errors.Select(error => error.Code).Distinct()];

    [Fact]
    public void Parse_LeastFile_IsGood() => Assert.Empty(TopologyFile.Parse(Good, "test.yaml").Errors);

    [Fact]
    public void Parse_NestedTo64_IsAccepted() =>
        Assert.DoesNotContain(DescriptionErrorCode.NestedTooDeep, CodesOf(Good + "expect: " + new string('[', 63) + new string(']', 63)));

    [Fact]
    public void Parse_NestedTo65_IsRefused() =>
        Assert.Equal([DescriptionErrorCode.NestedTooDeep], CodesOf(Good + "expect: " + new string('[', 64) + new string(']', 64)));

    [Fact]
    public void Parse_MillionBrackets_IsRefusedQuickly()
    {
        Stopwatch watch = Stopwatch.StartNew();

        Assert.Equal([DescriptionErrorCode.NestedTooDeep], CodesOf(new string('[', 1_000_000)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Parse_AliasThatDeepens_IsRefused()
    {
        StringBuilder text = new("a: &a0 [x]\n");
        for (int i = 1; i < 100; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"a{i}: &a{i} [*a{i - 1}]\n");

        Assert.Equal([DescriptionErrorCode.NestedTooDeep], CodesOf(text.ToString()));
    }

    [Fact]
    public void Parse_ExplodingAnchors_TakeLittleMemory()
    {
        StringBuilder text = new("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 50; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n");

        long before = GC.GetAllocatedBytesForCurrentThread();
        DescriptionErrorCode[] codes = CodesOf(text.ToString());

        Assert.Equal([DescriptionErrorCode.TooManyNodes], codes);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 10_000_000);
    }

    [Fact]
    public void Parse_ExplodingMerges_AreBounded()
    {
        StringBuilder text = new("a0: &a0 {k0: x, k1: x, k2: x, k3: x, k4: x, k5: x, k6: x, k7: x}\n");
        for (int i = 1; i < 50; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"a{i}: &a{i} {{l{i}: {{<<: *a{i - 1}}}, m{i}: {{<<: *a{i - 1}}}, n{i}: *a{i - 1}, o{i}: *a{i - 1}}}\n");

        Assert.Equal([DescriptionErrorCode.TooManyNodes], CodesOf(text.ToString()));
    }

    [Fact]
    public void Parse_ScalarOf64KiB_IsRead() =>
        Assert.Equal([DescriptionErrorCode.OutOfRange], CodesOf(Good + "description: " + new string('x', 65_536)));

    [Fact]
    public void Parse_LongerScalar_IsRefused() =>
        Assert.Equal([DescriptionErrorCode.ScalarTooLong], CodesOf(Good + "description: " + new string('x', 65_537)));

    [Fact]
    public void Parse_TwoThousandErrors_ReportsThousandAndSaysSo()
    {
        StringBuilder text = new(Good);
        for (int i = 0; i < 2_000; i++)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"key{i}: 1\n");

        DescriptionResult result = TopologyFile.Parse(text.ToString(), "test.yaml");

        Assert.Equal(1_001, result.Errors.Count);
        Assert.Equal(DescriptionErrorCode.TooManyErrors, result.Errors[^1].Code);
    }

    [Fact]
    public void Parse_MergeKey_KeepsOwnValues()
    {
        DescriptionResult result = TopologyFile.Parse(
            "version: 1\nhosts: {host0: {bridges: {hb0: {rp0: a, rp1: b}}}}\nendpoints:\n  a: &a {type: 3, memory: 1GiB, queue: 7}\n  b: "
                + "{<<: *a, memory: 2GiB}\n", "test.yaml");

        Assert.Empty(result.Errors);
        Assert.Equal(2UL << 30, result.Model!.Endpoints[1].Volatile.Bytes);
        Assert.Equal(7, result.Model.Endpoints[1].Queue);
    }

    [Theory]
    [InlineData("010", 10)]
    [InlineData("0x10", 16)]
    [InlineData("1_000", 1000)]
    public void Parse_IntegerThatYamlReadsOtherwise_IsReadOurWay(string text, int expected)
    {
        DescriptionResult result = TopologyFile.Parse(
            Good.Replace("memory: 1GiB", "memory: 1GiB, queue: " + text, StringComparison.Ordinal), "test.yaml");

        Assert.Equal(expected, result.Model!.Endpoints[0].Queue);
    }

    [Fact]
    public void Parse_WindowsLineEnds_HaveTheSamePositions()
    {
        const string bad = "version: 1\nseed: x\nhosts: {}\n";
        string[] unix = [.. TopologyFile.Parse(bad, "t").Errors.Select(error => error.Render())];
        string[] windows = [.. TopologyFile.Parse(bad.Replace("\n", "\r\n", StringComparison.Ordinal), "t")
            .Errors.Select(error => error.Render())];

        Assert.Equal(unix, windows);
    }
}
