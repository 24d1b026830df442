using Xunit.Abstractions;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>The isolation property where host and devices have caches, with the checkers of coherence; and that a run is the same whenever and wherever it is made.</summary>
public sealed class CoherentIsolationTests(ITestOutputHelper output)
{
    [Fact]
    public void TwoGuests_RandomOperations_NeverLeak() => RealIsolationTests.Check(new IsolationOptions { Seed = 0, Caches = true }, seeds: 50, output);

    [Fact]
    public void Run_Again_AndOnMoreWorkers_IsTheSame()
    {
        var options = new IsolationOptions { Seed = 9, Caches = true, Steps = 200, Compares = false };
        IsolationRun first = IsolationRun.Make(options);
        IsolationRun again = IsolationRun.Make(options);
        IsolationRun two = IsolationRun.Make(options with { Workers = 2 });
        Assert.Equal((first.Digest, first.Machine.Result.End, first.Steps, first.Judged), (again.Digest, again.Machine.Result.End, again.Steps, again.Judged));
        Assert.Equal((first.Digest, first.Machine.Result.End, first.Steps, first.Judged), (two.Digest, two.Machine.Result.End, two.Steps, two.Judged));
        Assert.True(two.Machine.Result.ParallelWindows > 0);
    }
}
