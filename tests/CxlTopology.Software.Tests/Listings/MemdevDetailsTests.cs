using System.Text.Json.Nodes;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Listings;

/// <summary>What mailboxes answer, as it is listed; the devices are two of 512 MiB, interleaved at 512 bytes by region0 (measured).</summary>
public sealed class MemdevDetailsTests
{
    private readonly MeasuredObjects objects = new(JsonNode.Parse(RepositoryFiles.Golden("linux-12-3windows"))!["cxlListAfter"]!);

    [Fact]
    public void Health_OfADevice_HasAllFields()
    {
        JsonObject health = Memdev(new() { Memdevs = true, Health = true }, new MemdevDetails
        {
            Health = new HealthInfo { HealthStatus = 5, MediaStatus = 2, AdditionalStatus = 0x1 | 0x8 | 0x20, LifeUsed = 7, Temperature = 41, DirtyShutdowns = 2, CorrectedVolatile = 3, CorrectedPersistent = 4 },
        })["health"]!.AsObject();

        Assert.Equal(
            """{"maintenance_needed":true,"performance_degraded":false,"hw_replacement_needed":true,"media_normal":false,"media_not_ready":false,"media_persistence_lost":true,"media_data_lost":false,"media_powerloss_persistence_loss":false,"media_shutdown_persistence_loss":false,"media_persistence_loss_imminent":false,"media_powerloss_data_loss":false,"media_shutdown_data_loss":false,"media_data_loss_imminent":false,"ext_life_used":"warning","ext_temperature":"critical","ext_corrected_volatile":"normal","ext_corrected_persistent":"warning","life_used_percent":7,"temperature":41,"dirty_shutdowns":2,"volatile_errors":3,"pmem_errors":4}""",
            health.ToJsonString());
    }

    [Fact]
    public void Health_WhatADeviceDoesNotKnow_IsLeftOut()
    {
        JsonObject health = Memdev(new() { Memdevs = true, Health = true }, new MemdevDetails { Health = new HealthInfo { LifeUsed = 0xFF, Temperature = -1 } })["health"]!.AsObject();

        Assert.False(health.ContainsKey("life_used_percent") || health.ContainsKey("temperature"));
    }

    [Fact]
    public void Alerts_OfADevice_HaveAllFields()
    {
        byte[] answer = [0b1_0001, 0b0_0110, 90, 80, 85, 0, 1, 0, 70, 0, 5, 0, 0x10, 0x27, 0xE8, 3];

        JsonObject alerts = Memdev(new() { Memdevs = true, AlertConfiguration = true }, new MemdevDetails { Alerts = AlertConfiguration.Read(answer) })["alert_config"]!.AsObject();

        Assert.Equal(
            """{"life_used_prog_warn_threshold_valid":true,"dev_over_temperature_prog_warn_threshold_valid":false,"dev_under_temperature_prog_warn_threshold_valid":false,"corrected_volatile_mem_err_prog_warn_threshold_valid":false,"corrected_pmem_err_prog_warn_threshold_valid":true,"life_used_prog_warn_threshold_writable":false,"dev_over_temperature_prog_warn_threshold_writable":true,"dev_under_temperature_prog_warn_threshold_writable":true,"corrected_volatile_mem_err_prog_warn_threshold_writable":false,"corrected_pmem_err_prog_warn_threshold_writable":false,"life_used_crit_alert_threshold":90,"life_used_prog_warn_threshold":80,"dev_over_temperature_crit_alert_threshold":85,"dev_under_temperature_crit_alert_threshold":1,"dev_over_temperature_prog_warn_threshold":70,"dev_under_temperature_prog_warn_threshold":5,"corrected_volatile_mem_err_prog_warn_threshold":10000,"corrected_pmem_err_prog_warn_threshold":1000}""",
            alerts.ToJsonString());
    }

    [Fact]
    public void Firmware_OfADevice_ListsTheSlotsThatHoldSome()
    {
        byte[] answer = new byte[FirmwareInfo.Length];
        (answer[0], answer[1], answer[2]) = (3, 1 | (2 << 3), 1);
        "ONE"u8.CopyTo(answer.AsSpan(0x10));
        "0123456789ABCDEF"u8.CopyTo(answer.AsSpan(0x20));

        JsonObject firmware = Memdev(new() { Memdevs = true, Firmware = true }, new MemdevDetails { Firmware = FirmwareInfo.Read(answer) })["firmware"]!.AsObject();

        Assert.Equal(
            """{"num_slots":3,"active_slot":1,"staged_slot":2,"online_activate_capable":true,"slot_1_version":"ONE","slot_2_version":"0123456789ABCDEF","fw_update_in_progress":false}""",
            firmware.ToJsonString());
    }

    [Fact]
    public void Partition_OfADeviceThatCanBeDivided_SaysHowItIs()
    {
        CxlMemdev memdev = objects.Core.Memdevs[0];
        memdev.Identity = new IdentifyMemoryDevice { TotalCapacity = ByteSize.GiB(4), VolatileOnly = ByteSize.GiB(1), PersistentOnly = ByteSize.GiB(1), PartitionAlignment = ByteSize.MiB(256) };

        JsonObject partition = Memdev(new() { Memdevs = true, Partition = true }, new MemdevDetails { Partition = new PartitionInfo(ByteSize.GiB(2), ByteSize.GiB(2), ByteSize.GiB(3), ByteSize.GiB(1)) })["partition_info"]!.AsObject();

        Assert.Equal(
            """{"total_size":4294967296,"volatile_only_size":1073741824,"persistent_only_size":1073741824,"partition_alignment_size":268435456,"active_volatile_size":2147483648,"active_persistent_size":2147483648,"next_volatile_size":3221225472,"next_persistent_size":1073741824}""",
            partition.ToJsonString());
    }

    [Fact]
    public void QosClass_OfAPartition_IsListedWhereItIsKnown()
    {
        CxlMemdev memdev = objects.Core.Memdevs[0];
        memdev.Partitions[0] = memdev.Partitions[0] with { QosClass = 2 };

        Assert.Equal(2, Memdev(new() { Memdevs = true }, new MemdevDetails())["ram_qos_class"]!.GetValue<int>());
    }

    [Fact]
    public void MediaErrors_OfADevice_AreItsPoison()
    {
        JsonArray errors = Memdev(new() { Memdevs = true, MediaErrors = true }, new MemdevDetails
        {
            Poison = [new PoisonRecord(new Dpa(0x1000), 1, PoisonSource.Injected), new PoisonRecord(new Dpa(0x2000), 3, PoisonSource.Internal)],
        })["media_errors"]!.AsArray();

        Assert.Equal("""[{"offset":4096,"length":64,"source":"Injected"},{"offset":8192,"length":192,"source":"Internal"}]""", errors.ToJsonString());
    }

    [Fact]
    public void MediaErrors_OfAListThatOverflowed_SayWhen()
    {
        JsonNode error = Memdev(new() { Memdevs = true, MediaErrors = true }, new MemdevDetails { Poison = [new PoisonRecord(default, 1, PoisonSource.Unknown)], PoisonOverflow = 77 })["media_errors"]![0]!;

        Assert.Equal("""{"offset":0,"length":64,"source":"Unknown","flags":"Overflow,","overflow_t":77}""", error.ToJsonString());
    }

    [Fact]
    public void MediaErrors_WithoutPoison_AreLeftOut() =>
        Assert.False(Memdev(new() { Memdevs = true, MediaErrors = true }, new MemdevDetails { Poison = [] }).ContainsKey("media_errors"));

    [Fact]
    public void MediaErrors_OfARegion_AreWhereItMapsThem()
    {
        CxlRegion region = objects.Core.Regions[0];
        CxlEndpointDecoder decoder = region.Targets[1]!;
        var details = new Dictionary<CxlMemdev, MemdevDetails>
        {
            // The second granule of the second device, and memory that the region does not map.
            [decoder.Port.Memdev!] = new() { Poison = [new PoisonRecord(new Dpa(decoder.DpaBase.Value + 512 + 64), 2, PoisonSource.External), new PoisonRecord(new Dpa(decoder.DpaBase.Value + decoder.DpaSize.Bytes), 1, PoisonSource.External)] },
        };

        JsonArray regions = JsonNode.Parse(ListingText.Of(Listing.Of(objects.Core, new() { Regions = true, MediaErrors = true, RegionFilter = "region0" }, details), human: false))!.AsArray();

        Assert.Equal("""[{"offset":1600,"length":128,"source":"External"}]""", Assert.Single(regions)!["media_errors"]!.ToJsonString());
    }

    [Theory]
    [InlineData(15)]
    public void Read_OfAnAnswerThatIsTooShort_IsRefused(int length)
    {
        Assert.Throws<ArgumentException>(() => AlertConfiguration.Read(new byte[length]));
        Assert.Throws<ArgumentException>(() => FirmwareInfo.Read(new byte[length]));
    }

    private JsonObject Memdev(ListingOptions options, MemdevDetails details)
    {
        CxlMemdev memdev = objects.Core.Memdevs[0];
        ListingArray listing = Listing.Of(objects.Core, options with { MemdevFilter = memdev.Name }, new Dictionary<CxlMemdev, MemdevDetails> { [memdev] = details });
        return JsonNode.Parse(ListingText.Of(listing, human: false))![0]!.AsObject();
    }
}
