namespace CxlTopology.Description;

/// <summary>What an expectation is about.</summary>
public enum ExpectationKind
{
    /// <summary><c>every transaction completes once</c>.</summary>
    EveryTransactionCompletesOnce,

    /// <summary>A statistic of a source: <c>host0.reads.p99 &lt; 2us</c>.</summary>
    Statistic,

    /// <summary>The simulated time of the run: <c>simulated &lt; 10ms</c>.</summary>
    Simulated,
}
