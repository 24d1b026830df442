namespace CxlTopology.Software.Tests.Listings;

public sealed class ListingOptionsTests
{
    [Fact]
    public void Resolved_NoSelector_ShowsMemdevsAndRegions()
    {
        ListingOptions options = new ListingOptions().Resolved();

        Assert.Equal((true, true, false, false), (options.Memdevs, options.Regions, options.Buses, options.Decoders));
    }

    [Fact]
    public void Resolved_FilterAlone_SelectsWhatItFiltersAlone()
    {
        ListingOptions options = new ListingOptions { PortFilter = "port1" }.Resolved();

        Assert.Equal((true, true, false, false), (options.Ports, options.Single, options.Memdevs, options.Regions));
    }

    [Fact]
    public void Resolved_SelectorAndFilter_DescendsBelowTheFilter()
    {
        ListingOptions options = new ListingOptions { PortFilter = "port1", Endpoints = true }.Resolved();

        Assert.Equal((false, true, false), (options.Ports, options.Endpoints, options.Single));
    }

    [Fact]
    public void Resolved_Verbose_KeepsTheDefaultMemdevs()
    {
        ListingOptions options = new ListingOptions { Verbosity = 1 }.Resolved();

        Assert.Equal(
            (true, true, true, true, true, true, true, false, false),
            (options.Memdevs, options.Buses, options.Ports, options.Endpoints, options.Decoders, options.Targets, options.Regions, options.Idle, options.Health));
    }

    [Fact]
    public void Resolved_MoreVerbose_ShowsWhatIsIdle() => Assert.True(new ListingOptions { Verbosity = 2 }.Resolved() is { Idle: true, Health: false });

    [Theory]
    [InlineData(3)]
    [InlineData(7)]
    public void Resolved_MostVerbose_AsksForEverything(int verbosity) =>
        Assert.True(new ListingOptions { Verbosity = verbosity }.Resolved() is
        {
            Health: true, Partition: true, Firmware: true, AlertConfiguration: true, Dax: true, MediaErrors: true, Idle: true, Buses: true,
        });

    [Fact]
    public void Resolved_PortsThatAreRootsOrEndpoints_ShowsThose()
    {
        Assert.True(new ListingOptions { PortFilter = "root" }.Resolved() is { Buses: true, Endpoints: false });
        Assert.True(new ListingOptions { Ports = true, PortFilter = "switch,endpoint" }.Resolved() is { Buses: false, Endpoints: true });
    }
}
