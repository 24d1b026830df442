using System.Text.Json.Nodes;

namespace CxlTopology.Software.Tests.Listings;

public sealed class MeasuredListingTests
{
    private static readonly ListingOptions everything = new() { Verbosity = 3 };

    public static TheoryData<string, string> Lists()
    {
        var lists = new TheoryData<string, string>();
        foreach (string name in RepositoryFiles.GoldenNames())
        {
            lists.Add(name, "cxlListBefore");
            lists.Add(name, "cxlListAfter");
        }

        return lists;
    }

    [Theory]
    [MemberData(nameof(Lists))]
    public void Of_ObjectsOfAMeasuredList_IsThatList(string name, string list)
    {
        JsonNode measured = JsonNode.Parse(RepositoryFiles.Golden(name))![list]!;
        var objects = new MeasuredObjects(measured);

        string text = ListingText.Of(Listing.Of(objects.Core, everything, objects.Details), human: false);

        Assert.Equal(Canonical(WithoutDaxDevices(measured.DeepClone())), Canonical(JsonNode.Parse(text)!));
    }

    [Fact]
    public void RegionOf_AMeasuredRegion_PrintsAsCreateRegionDid()
    {
        JsonNode subject = JsonNode.Parse(RepositoryFiles.Golden("linux-08-vol-pmem-skip"))!;
        var objects = new MeasuredObjects(subject["cxlListAfter"]!);
        string[] printed = [.. subject["commandOutput"]!.AsArray().Select(l => l!.GetValue<string>())];

        string text = ListingText.Of(RegionNodes.Of(objects.Core.Regions[0], new ListingOptions { Targets = true }, _ => new MemdevDetails()), human: true);

        Assert.Equal(string.Join('\n', printed.Take(Array.IndexOf(printed, "}") + 1)), text);
    }

    private static JsonNode WithoutDaxDevices(JsonNode node)
    {
        if (node is JsonObject entry)
        {
            if (entry.ContainsKey("align"))
                entry.Remove("devices");
            foreach ((_, JsonNode? value) in entry)
                WithoutDaxDevices(value!);
        }
        else if (node is JsonArray array)
        {
            foreach (JsonNode? item in array)
                WithoutDaxDevices(item!);
        }

        return node;
    }

    // Arrays in an order of their own; keys in the order that they came in.
    private static string Canonical(JsonNode node) => node switch
    {
        JsonArray array => "[" + string.Join(",\n", array.Select(i => Canonical(i!)).Order(StringComparer.Ordinal)) + "]",
        JsonObject entry => "{" + string.Join(",", entry.Select(m => m.Key + ":" + Canonical(m.Value!))) + "}",
        _ => node.ToJsonString(),
    };
}
