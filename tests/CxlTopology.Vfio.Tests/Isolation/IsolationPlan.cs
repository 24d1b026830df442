using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>Runs as FsCheck draws them: a seed, and how many operations. What fails is made shorter until it does not fail any more.</summary>
internal static class IsolationPlan
{
    private const int Least = 250;

    /// <summary>Plans of a length.</summary>
    public static Arbitrary<IsolationOptions> Of(IsolationOptions like) =>
        Arb.From(Gen.Choose(0, int.MaxValue).Select(seed => like with { Seed = (uint)seed }), Shorter);

    private static IEnumerable<IsolationOptions> Shorter(IsolationOptions plan)
    {
        for (int steps = Least; steps < plan.Steps; steps *= 2)
            yield return plan with { Steps = steps };
    }
}
