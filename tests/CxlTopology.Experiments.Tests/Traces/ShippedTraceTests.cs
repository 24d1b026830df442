using System.IO.Compression;
using System.Text.RegularExpressions;
using CxlTopology.Specification;

namespace CxlTopology.Experiments.Tests;

/// <summary>The recorded `ls -l`: what the readers make of it, against a count that shares no code with them.</summary>
public sealed partial class ShippedTraceTests
{
    [Fact]
    public void Scan_ShippedTrace_HasItsKnownNumbers()
    {
        TraceStatistics statistics = TraceStatistics.Scan(TraceFile.Shipped());

        Assert.Equal(TraceFormat.Lackey, statistics.Format);
        Assert.Equal(200_000, statistics.TextLines);
        Assert.Equal((33_676L, 11_394L, 1_473L), (statistics.Loads, statistics.Stores, statistics.Modifies));
        Assert.Equal(46_543, statistics.DataAccesses);
        Assert.Equal(0, statistics.Fetches);
    }

    [Fact]
    public void Scan_ShippedTraceWithFetches_CountsThemApart()
    {
        TraceStatistics statistics = TraceStatistics.Scan(TraceFile.Shipped(), new TraceReaderOptions { InstructionFetches = true });

        Assert.Equal((153_451L, 46_543L), (statistics.Fetches, statistics.DataAccesses));
    }

    [Fact]
    public void Scan_ShippedTrace_AgreesWithACountByRegularExpression()
    {
        var counts = new SortedDictionary<char, long> { ['L'] = 0, ['S'] = 0, ['M'] = 0 };
        long split = 0, reads = 0, writes = 0;
        var pages = new HashSet<ulong>();
        var lines = new HashSet<ulong>();
        foreach (string line in Text())
        {
            Match match = DataLine().Match(line);
            if (!match.Success)
                continue;
            char kind = match.Groups[1].ValueSpan[0];
            ulong first = Convert.ToUInt64(match.Groups[2].Value, 16);
            ulong last = first + ulong.Parse(match.Groups[3].ValueSpan) - 1;
            int pieces = first / 64 == last / 64 ? 1 : 2;
            counts[kind]++;
            split += pieces - 1;
            reads += kind == 'S' ? 0 : pieces;
            writes += kind == 'L' ? 0 : pieces;
            pages.UnionWith([first / 4096, last / 4096]);
            lines.UnionWith([first / 64, last / 64]);
        }

        TraceStatistics statistics = TraceStatistics.Scan(TraceFile.Shipped());
        Assert.Equal((counts['L'], counts['S'], counts['M']), (statistics.Loads, statistics.Stores, statistics.Modifies));
        Assert.Equal((reads, writes, split), (statistics.Reads, statistics.Writes, statistics.Split));
        Assert.Equal(((long)pages.Count, (long)lines.Count), (statistics.Pages, statistics.Lines));
    }

    [Fact]
    public void Source_ShippedTrace_IssuesWhatTheStatisticsSay()
    {
        TraceStatistics statistics = TraceStatistics.Scan(TraceFile.Shipped());
        var size = new ByteSize((ulong)statistics.Pages * 4096);
        using var source = new TraceSource(TraceFile.Shipped(), new TraceSourceOptions { RegionSize = size });
        List<Access> accesses = Drain.All(source);

        Assert.Equal(statistics.Reads, accesses.Count(access => !access.IsWrite));
        Assert.Equal(statistics.Writes, accesses.Count(access => access.IsWrite));
        Assert.Equal(statistics.Lines, accesses.Select(access => access.Offset / 64).Distinct().Count());
        Assert.Equal(statistics.Pages, source.PagesTouched);
        Assert.All(accesses, access => Assert.True(access.Offset + (ulong)access.Bytes <= size.Bytes));
    }

    [Fact]
    public void Source_ShippedTraceInARegionAPageTooSmall_SaysWhere()
    {
        int pages = TraceStatistics.Scan(TraceFile.Shipped()).Pages;
        var options = new TraceSourceOptions { RegionSize = new ByteSize((ulong)(pages - 1) * 4096) };
        using var source = new TraceSource(TraceFile.Shipped(), options);
        TraceException failure = Assert.Throws<TraceException>(() => Drain.All(source));

        Assert.Equal(TraceErrorCode.TooManyPages, failure.Code);
        Assert.InRange(failure.Line, 7, 200_000);
        Assert.Contains($"page {pages} ", failure.Problem, StringComparison.Ordinal);
        Assert.False(source.TryNext(out _));
    }

    private static IEnumerable<string> Text()
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(TraceFile.Shipped()), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return line;
    }

    [GeneratedRegex("^ ([LSM]) ([0-9a-f]+),([0-9]+)$")]
    private static partial Regex DataLine();
}
