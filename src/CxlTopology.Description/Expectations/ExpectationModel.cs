namespace CxlTopology.Description;

/// <summary>One line of <c>expect</c>, understood.</summary>
public sealed record ExpectationModel
{
    /// <summary>The line as written.</summary>
    public required string Text { get; init; }

    /// <summary>What it is about.</summary>
    public required ExpectationKind Kind { get; init; }

    /// <summary>A host or a workload of the file; null unless <see cref="Kind"/> is a statistic.</summary>
    public string? Source { get; init; }

    /// <summary>Which of the source's accesses.</summary>
    public ExpectationMetric Metric { get; init; }

    /// <summary>The statistic.</summary>
    public ExpectationStatistic Statistic { get; init; }

    /// <summary>How the measured value must stand to <see cref="Value"/>.</summary>
    public ExpectationComparison Comparison { get; init; }

    /// <summary>The stated value, exact: femtoseconds for latencies and simulated time, GB/s for bandwidth, else a count.</summary>
    public decimal Value { get; init; }

    /// <summary>Where the line begins in the file.</summary>
    public SourcePosition Position { get; init; }
}
