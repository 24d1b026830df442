using System.Buffers.Binary;
using System.Text.Json.Nodes;
using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Listings;

/// <summary>What a listing asks the mailboxes of devices for, over the fabric.</summary>
public sealed class MailboxListingTests
{
    [Fact]
    public void MediaErrors_AfterAnInjection_AreListedByDeviceAndByRegion()
    {
        JsonArray listing = List(new() { Memdevs = true, Regions = true, MediaErrors = true }, async core => await Inject(core.Memdevs[0], 0x4_0040));

        JsonArray memdevs = listing[0]!["memdevs"]!.AsArray();
        Assert.Equal("""[{"offset":262208,"length":64,"source":"Injected"}]""", memdevs[0]!["media_errors"]!.ToJsonString());
        Assert.Null(memdevs[1]!["media_errors"]);
        // Two ways of 256 bytes: the address in the region is twice the device's.
        Assert.Equal("""[{"offset":524352,"length":64,"source":"Injected"}]""", listing[1]!["regions"]![0]!["media_errors"]!.ToJsonString());
    }

    [Fact]
    public void MediaErrors_OfMoreThanAnAnswerHolds_AreAllListed()
    {
        JsonArray listing = List(new() { Memdevs = true, MediaErrors = true, MemdevFilter = "mem0" }, async core =>
        {
            for (ulong i = 0; i < 200; i++)
                await Inject(core.Memdevs[0], i * 128);
        });

        Assert.Equal(200, Assert.Single(listing)!["media_errors"]!.AsArray().Count);
    }

    [Fact]
    public void Details_OfADeviceThatDoesNotAnswer_AreLeftOut()
    {
        ListingOptions options = new() { Memdevs = true, Health = true, Partition = true };
        JsonArray listing = List(options, core => core.Configuration.WriteConfig(core.Memdevs[0].Function.Bdf, offset: 4, value: 0, bytes: 2));

        Assert.Null(listing[0]!["health"]);
        Assert.NotNull(listing[0]!["partition_info"]);
        Assert.NotNull(listing[1]!["health"]);
    }

    private static async Task Inject(CxlMemdev memdev, ulong dpa)
    {
        byte[] input = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(input, dpa);
        await memdev.Mailbox!.Send(MailboxOpcode.InjectPoison, input);
    }

    private static JsonArray List(ListingOptions options, Func<CxlCore, Task> before)
    {
        TopologyModel model = TopologyFile.Load(Path.Combine(Repository.Topologies, "linux-cxl-test.yaml")).Model!;
        ListingArray listing = new();
        HostSession.Run(model, "host0", async core =>
        {
            await before(core);
            listing = Listing.Of(core, options, await MemdevDetailsReader.Read(core, options));
        });
        return JsonNode.Parse(ListingText.Of(listing, human: false))!.AsArray();
    }
}
