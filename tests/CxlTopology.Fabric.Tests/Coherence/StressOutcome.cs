namespace CxlTopology.Fabric.Tests;

/// <summary>What a random stress came to.</summary>
/// <param name="Checker">The checker, which has seen all of it.</param>
/// <param name="Digest">Of the end.</param>
/// <param name="Findings">What is wrong when nothing moves any more: accesses without an end, tables that disagree, writes that have vanished.</param>
internal sealed record StressOutcome(CoherenceChecker Checker, ulong Digest, IReadOnlyList<string> Findings)
{
    /// <summary>Everything that was found, a sentence each.</summary>
    public IEnumerable<string> All => new[] { Checker.FirstState, Checker.FirstRead }.OfType<string>().Concat(Findings);
}
