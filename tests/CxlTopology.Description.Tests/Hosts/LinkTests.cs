using CxlTopology.Simulation;

namespace CxlTopology.Description.Tests.Hosts;

public sealed class LinkTests
{
    private static LinkModel Load(string profile, string link)
    {
        DescriptionResult result = TopologyFile.Parse(
            $"version: 1\nprofiles: {{link: {{{profile}}}}}\nhosts: {{host0: {{bridges: {{hb0: {{rp0: {{link: {{{link}}}, endpoint: "
                + $"m}}}}}}}}}}\nendpoints: {{m: {{type: 3, memory: 1GiB}}}}\n", "test.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        return result.Model!.Hosts[0].Bridges[0].Ports[0].Link;
    }

    [Theory]
    [InlineData("", "", 32, 68)]
    [InlineData("", "rate: 64GT/s", 64, 256)]
    [InlineData("rate: 64GT/s", "", 64, 256)]
    [InlineData("rate: 64GT/s", "rate: 32GT/s", 32, 68)]
    [InlineData("flit: 256B", "rate: 16GT/s", 16, 256)]
    [InlineData("flit: 256B", "flit: 68B", 32, 68)]
    public void Read_RateAndFlit_FollowEachOther(string profile, string link, int rate, int flit)
    {
        LinkModel read = Load(profile, link);

        Assert.Equal((rate, flit), (read.RateGigatransfers, read.FlitBytes));
    }

    [Theory]
    [InlineData("retimers: 2", 20)]
    [InlineData("retimers: 2, rate: 64GT/s", 24)]
    [InlineData("", 0)]
    public void RetimerLatency_ByRate_IsTenOrTwelve(string link, long ns) =>
        Assert.Equal(SimDuration.FromNanoseconds(ns), Load("", link).RetimerLatency);

    [Fact]
    public void Read_OneCredit_LeavesTheOthers()
    {
        CreditsModel credits = Load("credits: {req: 4}", "credits: {drs: 8}").Credits;

        Assert.Equal((4, 128, 128, 8), (credits.Req, credits.Rwd, credits.Ndr, credits.Drs));
    }
}
