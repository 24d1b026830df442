using Xunit.Abstractions;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>The isolation property on the real fabric: two guests at the same time, with configuration, registers, memory, device requests, resets, and ends of all kinds.</summary>
public sealed class RealIsolationTests(ITestOutputHelper output)
{
    [Theory]
    [InlineData(0u, false)]
    [InlineData(1u, false)]
    [InlineData(2u, true)]
    [InlineData(3u, true)]
    public void TwoGuests_AtTheSameTime_NeverLeak(uint seed, bool caches)
    {
        for (uint i = 0; i < 10; i++)
        {
            IsolationRun run = IsolationRun.Make(new IsolationOptions { Seed = seed + 4 * i, Caches = caches });
            output.WriteLine($"{run.Options}: {run.Lives} lives, {run.Refusals} refusals, {run.Steps} steps, {run.Judged} judged, {run.OwnRead} own, {run.Watch.Looks} looks, late {run.Machine.LateCompletions}, {run.Machine.Result.Events:N0} events, {run.Machine.Result.End}");
            Assert.InRange(run.Steps, 10_000, 20_000);
        }
    }
}
