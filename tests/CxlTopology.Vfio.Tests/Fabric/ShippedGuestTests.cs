using CxlTopology.Description;
using CxlTopology.Experiments;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>The topologies with guests that are shipped run, and show the way of an address from the guest to the device.</summary>
public sealed class ShippedGuestTests
{
    [Fact]
    public void Passthrough_Runs_AndShowsTheWay()
    {
        ExperimentReport report = Run("passthrough", workers: 1);
        Assert.Equal(["guest0", "guest1"], report.Guests.Select(g => g.Name));
        Assert.All(report.Guests, g => Assert.True(g.Problem is null && g.Wrong == 0 && g.Reads + g.Writes == 2000 && g.LatencyNs!.Min > 0, g.Problem));
        Assert.Equal(["guest1", "host0 window1", "host0/hb1 decoder0", "host0/hb1/rp0/sw0 decoder0", "host0/hb1/rp0/sw0/dsp0/gpu1 decoder0", "host0/hb1/rp0/sw0/dsp0/gpu1"], report.Guests[1].Way.Select(s => s.Where));
        Assert.Equal("0x1000001040", report.Guests[1].Way[0].Address);
        Assert.Equal("0x2000001040", report.Guests[1].Way[1].Address);
        Assert.Equal("0x1040", report.Guests[1].Way[^1].Address);
        Assert.All(report.Checkers, c => Assert.Equal(0, c.Violations));
    }

    [Fact]
    public void NestedPassthrough_Runs_AndShowsBothGuests()
    {
        ExperimentReport report = Run("nested-passthrough", workers: 1);
        Assert.All(report.Guests, g => Assert.True(g.Problem is null && g.Wrong == 0, g.Problem));
        GuestReport inner = report.Guests.Single(g => g.Name == "inner");
        Assert.Equal("outer", inner.On);
        Assert.Equal(["inner", "outer", "host0 window0"], inner.Way.Take(3).Select(s => s.Where));
        Assert.Equal(1000, inner.Reads + inner.Writes);
        Assert.Equal("0x840", report.Guests.Single(g => g.Name == "whole").Way[^1].Address); // half of the granules before are the other device's
    }

    [Fact]
    public void Run_OnMoreWorkers_IsTheSame()
    {
        ExperimentReport one = Run("passthrough", workers: 1);
        ExperimentReport two = Run("passthrough", workers: 2);
        Assert.Equal(one.Digest, two.Digest);
        Assert.Equal(one.SimulatedNs, two.SimulatedNs);
        Assert.Equal(one.Guests.Select(g => (g.Reads, g.Writes, g.Walks, g.LatencyNs)), two.Guests.Select(g => (g.Reads, g.Writes, g.Walks, g.LatencyNs)));
    }

    [Fact]
    public void Guest_ThatCannotStart_SaysWhy_AndTheOthersRun()
    {
        ExperimentReport report = Run(File.ReadAllText(PathOf("passthrough")).Replace("guest0: {", "guest0: {dialect: v3, ", StringComparison.Ordinal), 1, isText: true);
        Assert.StartsWith("EOPNOTSUPP: Firmware has committed no region", report.Guests[0].Problem, StringComparison.Ordinal);
        Assert.Null(report.Guests[1].Problem);
    }

    private static ExperimentReport Run(string name, int workers, bool isText = false)
    {
        DescriptionResult read = isText ? TopologyFile.Parse(name, "text.yaml") : TopologyFile.Load(PathOf(name));
        Assert.Empty(read.Errors);
        using Experiment experiment = Experiment.Prepare(read.Model!, new ExperimentOptions { Workers = workers });
        experiment.Run();
        return Reports.Of(experiment);
    }

    private static string PathOf(string name)
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CxlTopology.sln")))
            folder = folder.Parent;
        return Path.Combine(folder!.FullName, "topologies", name + ".yaml");
    }
}
