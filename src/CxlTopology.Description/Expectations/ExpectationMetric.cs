namespace CxlTopology.Description;

/// <summary>Which accesses of a source a statistic counts.</summary>
public enum ExpectationMetric
{
    /// <summary>Reads and writes together: no metric is written.</summary>
    All,

    /// <summary><c>reads</c>.</summary>
    Reads,

    /// <summary><c>writes</c>.</summary>
    Writes,
}
