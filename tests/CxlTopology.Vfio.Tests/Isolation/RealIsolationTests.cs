using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>
/// The isolation property on the real fabric: two guests at the same time, with configuration, registers, memory, device requests, resets, and ends of all kinds. With the tests of coherent machines a million operations.
/// </summary>
public sealed class RealIsolationTests(ITestOutputHelper output)
{
    [Fact]
    public void TwoGuests_RandomOperations_NeverLeak() => Check(new IsolationOptions { Seed = 0 }, seeds: 50, output);

    /// <summary>As posted, on machines where firmware has committed nothing, whose addresses that dialect shows.</summary>
    [Fact]
    public void TwoGuests_InTheDialectAsPosted_NeverLeak() => Check(new IsolationOptions { Seed = 0, Dialects = [VfioDialect.RfcV2AsPosted, VfioDialect.RfcV2], Commits = false }, seeds: 4, output);

    internal static void Check(IsolationOptions like, int seeds, ITestOutputHelper output)
    {
        (long steps, long judged, long own, long lives, long falls, int runs) = (0, 0, 0, 0, 0, 0);
        Prop.ForAll(IsolationPlan.Of(like), plan =>
        {
            IsolationRun run = IsolationRun.Make(plan);
            (steps, judged, own, lives, falls, runs) = (steps + run.Steps, judged + run.Judged, own + run.OwnRead, lives + run.Lives, falls + run.Falls, runs + 1);
            output.WriteLine($"seed {plan.Seed}: {run.Steps:N0} operations in {run.Lives} lives, digest {run.Digest:x16}");
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(seeds).WithReplay(4711, 1));
        output.WriteLine($"replay 4711,1: {steps:N0} operations of {lives:N0} lives, {judged:N0} values judged, {own:N0} of them own data, {falls} devices fell off");
        Assert.InRange(steps, (long)seeds * like.Steps, long.MaxValue);
        Assert.InRange(own, steps / 50, steps); // it is not that everything is refused
        Assert.InRange(falls, runs / 4, long.MaxValue);
    }
}
