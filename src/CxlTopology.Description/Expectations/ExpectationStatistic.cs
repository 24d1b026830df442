namespace CxlTopology.Description;

/// <summary>The number an expectation compares.</summary>
public enum ExpectationStatistic
{
    /// <summary>Shortest latency.</summary>
    Min,

    /// <summary>Mean latency.</summary>
    Mean,

    /// <summary>Median latency.</summary>
    P50,

    /// <summary>Latency that 90 % do not exceed.</summary>
    P90,

    /// <summary>Latency that 99 % do not exceed.</summary>
    P99,

    /// <summary>Latency that 99.9 % do not exceed.</summary>
    P999,

    /// <summary>Longest latency.</summary>
    Max,

    /// <summary>Completed accesses.</summary>
    Count,

    /// <summary>Accesses that completed with an error, poison among them.</summary>
    Errors,

    /// <summary>Bytes moved per simulated time, in 10^9 bytes a second.</summary>
    GigabytesPerSecond,
}
