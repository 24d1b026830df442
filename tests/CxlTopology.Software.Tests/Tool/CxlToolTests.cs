using System.Text.Json.Nodes;
using CxlTopology.Software.Tests.Listings;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Tool;

/// <summary>What the tool refuses before it asks the hardware: two devices of 512 MiB below two host bridges; decoder0.0 interleaves both at 512 bytes, decoder0.1 and 0.2 lead to one each (measured).</summary>
public sealed class CxlToolTests
{
    private readonly MeasuredObjects objects = new(JsonNode.Parse(RepositoryFiles.Golden("linux-12-3windows"))!["cxlListBefore"]!);

    [Theory]
    [InlineData("-m mem0", "parse_create_options: no root decoder specified")]
    [InlineData("-d decoder0.0 mem0", "parse_create_options: must specify option for target object types (-m)")]
    [InlineData("-d decoder0.0 -m mem7 mem8", "collect_memdevs: no active memdevs found: decoder: decoder0.0 filter: mem7,mem8")]
    [InlineData("-d decoder0.7", "collect_memdevs: no active memdevs found: decoder: decoder0.7 filter: none")]
    [InlineData("-d decoder0.0 -t ram -U 00000000-0000-0000-0000-000000000001", "parse_create_options: can't set UUID for ram / volatile regions")]
    [InlineData("-d decoder0.0 -t flash", "parse_create_options: unsupported type: flash")]
    [InlineData("-d decoder0.0 -s 1MiB", "parse_create_options: Invalid size: 1MiB")]
    [InlineData("-d decoder0.0 -w 0", "parse_create_options: Invalid interleave ways: 0")]
    [InlineData("-d decoder0.0 -w 3", "validate_ways: Interleave ways 3 is greater than number of memdevs found: 2")]
    [InlineData("-d decoder0.0 -w 1 -m mem0,mem1", "validate_ways: Interleave ways 1 is less than number of memdevs specified: 2")]
    [InlineData("-d decoder0.0 -g 0", "parse_create_options: Invalid interleave granularity: 0")]
    [InlineData("-d decoder0.0 -s 268435457", "parse_create_options: size (268435457) is not an integral multiple of interleave-ways (2)")]
    [InlineData("-d decoder0.0 -U nothing", "parse_create_options: failed to parse uuid: 'nothing'")]
    [InlineData("-d decoder0.0 -b root1", "create_region_validate_config: decoder0.0 not found in CXL topology")]
    [InlineData("-d decoder0.0 -t pmem", "create_region: unable to determine region size: mem0, mem1 without pmem; -t ram is for the other kind of memory")]
    [InlineData("-d decoder0.0 -t ram -s 2G", "create_region: decoder0.0: region size 0x80000000 exceeds max available space (0x40000000): No space left on device (ENOSPC)")]
    [InlineData("-d decoder0.0 -t ram -g 1024", "cxl_region_determine_granularity: decoder0.0: For an x2 root, only root decoder granularity (512) permitted")]
    public async Task Create_WhatTheToolRefuses_SaysItInItsWords(string line, string message)
    {
        var tool = new CxlTool(objects.Core);

        Assert.False(await tool.Run(RegionArguments.Parse(["create-region", .. line.Split(' ')])));
        Assert.Equal(["cxl region: " + message, "cxl region: cmd_create_region: created 0 regions"], tool.Messages);
        Assert.Null(tool.Created);
        Assert.Empty(objects.Core.Regions);
    }

    [Fact]
    public async Task Create_InAWindowWithoutPmem_IsNotCapable()
    {
        var root = (CxlRootDecoder)objects.Core.Root!.Decoders[1];
        var replaced = new CxlRootDecoder { Port = root.Port, Instance = 1, Window = root.Window with { Restrictions = WindowRestrictions.Type3 | WindowRestrictions.Volatile } };
        replaced.Targets.AddRange(root.Targets);
        objects.Core.Root.Decoders[1] = replaced;
        var tool = new CxlTool(objects.Core);

        await tool.Run(RegionArguments.Parse(["create-region", "-d", "decoder0.1", "-t", "pmem"]));

        Assert.Equal("cxl region: validate_decoder: decoder0.1 is not pmem capable", tool.Messages[0]);
    }

    [Fact]
    public async Task Create_WithQosEnforced_RefusesDevicesOfAnotherClass()
    {
        CxlMemdev memdev = objects.Core.Memdevs[0];
        memdev.Partitions[0] = memdev.Partitions[0] with { QosClass = 3 };
        var tool = new CxlTool(objects.Core);

        await tool.Run(RegionArguments.Parse(["create-region", "-d", "decoder0.0", "-t", "ram", "-Q"]));

        Assert.Equal($"cxl region: create_region_validate_qos_class: decoder0.0 qos_class mismatch {memdev.Name}", tool.Messages[0]);
    }

    [Fact]
    public async Task Create_WhatTheCoreRefuses_SaysTheErrorNumber()
    {
        var tool = new CxlTool(objects.Core);

        Assert.False(await tool.Run(RegionArguments.Parse(["create-region", "-d", "decoder0.1", "-t", "ram", "-g", "100"])));
        Assert.StartsWith("cxl region: create_region: ", tool.Messages[0], StringComparison.Ordinal);
        Assert.EndsWith(": Invalid argument (EINVAL)", tool.Messages[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Destroy_AnEnabledRegion_NeedsForce()
    {
        var after = new MeasuredObjects(JsonNode.Parse(RepositoryFiles.Golden("linux-12-3windows"))!["cxlListAfter"]!);
        var tool = new CxlTool(after.Core);

        Assert.False(await tool.Run(RegionArguments.Parse(["destroy-region", "region1", "0"])));
        Assert.Equal(3, after.Core.Regions.Count);
        Assert.Equal(
            [
                "cxl region: decoder_region_action: region0: failed: Device or resource busy (EBUSY)",
                "cxl region: decoder_region_action: region1: failed: Device or resource busy (EBUSY)",
                "cxl region: region_action: one or more failures, last failure: Device or resource busy (EBUSY)",
                "cxl region: cmd_destroy_region: destroyed 0 regions",
            ],
            tool.Messages.Where(m => !m.Contains(": destroy_region: ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("all", 3)]
    [InlineData("region0,region2", 2)]
    [InlineData("all -d decoder0.1", 1)]
    [InlineData("all -b root1", 0)]
    [InlineData("region9", 0)]
    public async Task Disable_Regions_CountsThem(string line, int count)
    {
        var after = new MeasuredObjects(JsonNode.Parse(RepositoryFiles.Golden("linux-12-3windows"))!["cxlListAfter"]!);
        var tool = new CxlTool(after.Core);

        Assert.True(await tool.Run(RegionArguments.Parse(["disable-region", .. line.Split(' ')])));
        Assert.Equal([$"cxl region: cmd_disable_region: disabled {count} region{(count == 1 ? "" : "s")}"], tool.Messages);
        Assert.Equal(count, after.Core.Regions.Count(r => !r.Enabled));
    }

    [Fact]
    public async Task Enable_ADisabledRegion_BindsItsDriver()
    {
        var after = new MeasuredObjects(JsonNode.Parse(RepositoryFiles.Golden("linux-12-3windows"))!["cxlListAfter"]!);
        after.Core.Regions[0].Enabled = false;
        var tool = new CxlTool(after.Core);

        Assert.True(await tool.Run(RegionArguments.Parse(["enable-region", "region0"])));
        Assert.True(after.Core.Regions[0].Enabled);
    }
}
