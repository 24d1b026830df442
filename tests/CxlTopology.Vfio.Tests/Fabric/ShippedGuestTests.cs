using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>The topologies with guests that are shipped run, and show the way of an address from the guest to the device.</summary>
public sealed class ShippedGuestTests
{
    [Fact]
    public void Passthrough_Runs_AndShowsTheWay()
    {
        ExperimentReport report = Run("passthrough", workers: 1);
        Assert.Equal(["guest0", "guest1"], report.Guests.Select(g => g.Name));
        Assert.All(report.Guests, g => Assert.Null(g.Problem));
        Assert.Equal([("one", "guest0"), ("two", "guest1"), ("whole", "guest1")], report.Sources.Select(s => (s.Name, s.Host)));
        Assert.All(report.Sources, s => Assert.Equal(10_000, s.Reads + s.Writes));
        Assert.Equal(
            ["host0/guest1 decoder0 of gpu1 (virtual)", "host0 window1", "host0/hb1 decoder0", "host0/hb1/rp0/sw0/usp decoder0", "host0/hb1/rp0/sw0/dsp0/gpu1 decoder0", "gpu1"],
            report.Guests[1].Way.Select(s => s.Where));
        Assert.Equal(["0x1000001040", "0x3000001040"], report.Guests[1].Way.Take(2).Select(s => s.Address));
        Assert.Equal("0x1040", report.Guests[1].Way[^1].Address);
        Assert.All(report.Checkers, c => Assert.Equal(0, c.Violations));
        Assert.True(report.Checkers.Single(c => c.Name == "guests see no host address").Checked > 10);
        Assert.All(report.Expectations, e => Assert.True(e.Passed, e.Text));
    }

    [Fact]
    public void NestedPassthrough_Runs_AndShowsBothGuests()
    {
        ExperimentReport report = Run("nested-passthrough", workers: 1);
        Assert.All(report.Guests, g => Assert.Null(g.Problem));
        GuestReport inner = report.Guests.Single(g => g.Name == "inner");
        Assert.Equal("outer", inner.On);
        Assert.Equal(["guest-physical", "guest-physical", "host-physical"], inner.Way.Take(3).Select(s => s.Kind));
        Assert.Equal("device-physical", inner.Way[^1].Kind);
        Assert.Equal("0x1040001040", inner.Way[1].Address);
        Assert.All(report.Expectations, e => Assert.True(e.Passed, e.Text));
    }

    [Fact]
    public void PassthroughBeyond_Runs_InterleavedAndWithSeveralDecoders()
    {
        ExperimentReport report = Run("passthrough-beyond", workers: 1);
        Assert.All(report.Guests, g => Assert.Equal("running", g.Status));
        Assert.Equal([1, 4, 2], report.Guests.Select(g => g.Regions.Count));
        Assert.Equal(["4GiB", "256MiB", "3GiB"], report.Guests.Select(g => new ByteSize(g.Regions[0].Size).ToString()));
        Assert.Equal(8_000, report.Sources.Single(s => s.Name == "uncached").Issued);
        Assert.All(report.Checkers, c => Assert.Equal(0, c.Violations));
        Assert.All(report.Expectations, e => Assert.True(e.Passed, e.Text));
    }

    [Theory]
    [InlineData("passthrough-beyond")]
    [InlineData("passthrough")]
    [InlineData("nested-passthrough")]
    public void Run_OnMoreWorkers_IsTheSame(string name)
    {
        ExperimentReport one = Run(name, workers: 1);
        ExperimentReport two = Run(name, workers: 2);
        Assert.Equal(one.Digest, two.Digest);
        Assert.Equal(one.SimulatedNs, two.SimulatedNs);
        Assert.Equal(one.Guests.Select(g => (g.Walks, g.Faults)), two.Guests.Select(g => (g.Walks, g.Faults)));
    }

    [Theory]
    [InlineData("guest0 of passthrough", "0x1000000c40", "gpu0", "0xc40", 1)]
    [InlineData("guest1 of passthrough", "0x1040000c40", "gpu3", "0x440", 1)]
    [InlineData("inner of nested-passthrough", "0x1000000c40", "gpu0", "0xc40", 2)]
    public void Decode_GuestAddress_GoesToTheDeviceThroughEachGuest(string which, string address, string device, string dpa, int guests)
    {
        (string guest, string name) = (which.Split(" of ")[0], which.Split(" of ")[1]);
        DecodeExplanation explained = DecodeProbe.Boot(TopologyFile.Load(PathOf(name)).Model!).Explain(guest, new Hpa(Convert.ToUInt64(address, 16)));
        Assert.Equal((device, dpa, guests), (explained.Device, explained.Dpa.ToString(), explained.Guests.Count));
        Assert.Equal(address, explained.Hpa.ToString());
    }

    [Fact]
    public void Decode_WhereCachesAreCoherent_FindsTheDeviceBehindTheHomeAgent()
    {
        DecodeExplanation explained = DecodeProbe.Boot(TopologyFile.Load(PathOf("type2-coherence")).Model!).Explain("host0", new Hpa(0x10_0000_1048));
        Assert.NotNull(explained.Device);
        Assert.Equal("0x1048", explained.Dpa.ToString());
    }

    [Fact]
    public void Decode_WhereNothingIsMapped_SaysWhy()
    {
        DecodeProbe probe = DecodeProbe.Boot(TopologyFile.Load(PathOf("passthrough")).Model!);
        Assert.Contains("no virtual decoder is committed", probe.Explain("guest0", new Hpa(0x10_4000_0000)).Reason, StringComparison.Ordinal);
        Assert.Contains("neither in its memory nor in its window", probe.Explain("guest0", new Hpa(0x40_0000_0000)).Reason, StringComparison.Ordinal);
    }

    private static ExperimentReport Run(string name, int workers)
    {
        DescriptionResult read = TopologyFile.Load(PathOf(name));
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
