namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>The isolation property on the real fabric: two guests at the same time, with configuration, registers, memory, device requests, resets, and ends of all kinds.</summary>
public sealed class RealIsolationTests
{
    [Theory]
    [InlineData(0u, false)]
    [InlineData(1u, false)]
    [InlineData(2u, true)]
    [InlineData(3u, true)]
    public void TwoGuests_AtTheSameTime_NeverLeak(uint seed, bool caches)
    {
        IsolationRun run = IsolationRun.Make(new IsolationOptions { Seed = seed, Caches = caches });
        Assert.InRange(run.Steps, 10_000, 20_000);
    }
}
