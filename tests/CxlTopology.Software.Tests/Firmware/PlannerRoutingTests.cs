using CxlTopology.Specification;

namespace CxlTopology.Software.Tests;

/// <summary>Orders and shapes that the planner must judge by the arithmetic of the addresses.</summary>
public sealed class PlannerRoutingTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void Plan_OfAnOrderThatTheWindowDoesNotGive_IsAProblem(int bridges)
    {
        // Each bridge has one device, so no port has a choice; the window sends granule 0 to the first bridge, and the region wants it at the last.
        var platform = new Platform(bridges, 1);
        (_, IReadOnlyList<string> problems) = FirmwarePlanner.Plan(
            [platform.Region(platform.Window(256), 256, [.. Enumerable.Range(0, bridges).Reverse().Select(b => platform.At(b, 0))])]);

        Assert.NotEmpty(problems);
    }

    [Fact]
    public void Plan_OfThreeRootPortsWithASwitchEach_GivesTheSwitchesTheGranularityOfTheBridge()
    {
        var platform = new Platform(1, 3, 2);
        (IReadOnlyList<FirmwareWrite> writes, IReadOnlyList<string> problems) = FirmwarePlanner.Plan(
            [platform.Region(platform.Window(256), 256, [.. Enumerable.Range(0, 6).Select(x => platform.At(0, x % 3, x % 2))])]);

        Assert.Empty(problems);
        Assert.Equal(Interleave.Of(2, 256), new Programmed(writes).Of(platform.At(0, 0).Parent!).Interleave);
    }
}
