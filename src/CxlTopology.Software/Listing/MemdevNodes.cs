using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Memory devices as nodes of a listing.</summary>
internal static class MemdevNodes
{
    private const byte LifeUsedUnknown = 0xFF;
    private const ushort TemperatureUnknown = 0xFFFF;
    private const int LineBytes = PoisonList.LineBytes;

    public static ListingObject Of(CxlMemdev memdev, ListingOptions options, MemdevDetails details)
    {
        var node = new ListingObject().Add("memdev", memdev.Name);
        AddPartitionSize(node, memdev, "pmem", isPersistent: true);
        AddPartitionSize(node, memdev, "ram", isPersistent: false);
        if (options.Health && details.Health is { } health)
            node.Add("health", HealthOf(health));
        if (options.AlertConfiguration && details.Alerts is { } alerts)
            node.Add("alert_config", AlertsOf(alerts));
        node.AddHexadecimal("serial", memdev.Serial).Add("host", memdev.Function.Bdf.ToString());
        if (memdev.Identity is { FirmwareRevision: { Length: > 0 } revision })
            node.Add("firmware_version", revision);
        if (memdev.Endpoint is null)
            node.Add("state", "disabled");
        if (options.Partition && memdev.Identity is { } identity)
            node.Add("partition_info", PartitionOf(identity, details.Partition));
        if (options.Firmware && details.Firmware is { } firmware)
            node.Add("firmware", FirmwareOf(firmware));
        if (options.MediaErrors && details.Poison is { Count: > 0 } poison)
        {
            var errors = new ListingArray();
            foreach (PoisonRecord record in poison)
                errors.Items.Add(MediaErrorOf(record.Dpa.Value, record.Lines, record.Source, details.PoisonOverflow));
            node.Add("media_errors", errors);
        }

        return node;
    }

    /// <summary>A range of poisoned memory.</summary>
    public static ListingObject MediaErrorOf(ulong offset, ulong lines, PoisonSource source, ulong? overflow)
    {
        ListingObject node = new ListingObject().AddHexadecimal("offset", offset).AddSize("length", lines * LineBytes).Add("source", source switch
        {
            PoisonSource.Unknown => "Unknown",
            PoisonSource.External => "External",
            PoisonSource.Internal => "Internal",
            PoisonSource.Injected => "Injected",
            PoisonSource.Vendor => "Vendor Specific",
            _ => "Reserved",
        });
        return overflow is { } time ? node.Add("flags", "Overflow,").AddHexadecimal("overflow_t", time) : node;
    }

    private static void AddPartitionSize(ListingObject node, CxlMemdev memdev, string name, bool isPersistent)
    {
        if (memdev.Partitions.Find(p => p.IsPersistent == isPersistent) is not { Size.Bytes: > 0 } partition)
            return;
        node.AddSize(name + "_size", partition.Size.Bytes);
        if (partition.QosClass >= 0)
            node.Add(name + "_qos_class", partition.QosClass);
    }

    private static ListingObject HealthOf(HealthInfo health)
    {
        string[] media =
        [
            "media_normal", "media_not_ready", "media_persistence_lost", "media_data_lost", "media_powerloss_persistence_loss", "media_shutdown_persistence_loss",
            "media_persistence_loss_imminent", "media_powerloss_data_loss", "media_shutdown_data_loss", "media_data_loss_imminent",
        ];
        var node = new ListingObject()
            .Add("maintenance_needed", (health.HealthStatus & 1) != 0)
            .Add("performance_degraded", (health.HealthStatus & 2) != 0)
            .Add("hw_replacement_needed", (health.HealthStatus & 4) != 0);
        for (int i = 0; i < media.Length; i++)
            node.Add(media[i], health.MediaStatus == i);
        int status = health.AdditionalStatus;
        node.Add("ext_life_used", Level(status & 3))
            .Add("ext_temperature", Level(status >> 2 & 3))
            .Add("ext_corrected_volatile", Level(status >> 4 & 1))
            .Add("ext_corrected_persistent", Level(status >> 5 & 1));
        if (health.LifeUsed != LifeUsedUnknown)
            node.Add("life_used_percent", health.LifeUsed);
        if ((ushort)health.Temperature != TemperatureUnknown)
            node.Add("temperature", (ushort)health.Temperature);
        return node.Add("dirty_shutdowns", health.DirtyShutdowns)
            .Add("volatile_errors", health.CorrectedVolatile)
            .Add("pmem_errors", health.CorrectedPersistent);
    }

    private static string Level(int status) => status switch
    {
        0 => "normal",
        1 => "warning",
        2 => "critical",
        _ => "unknown",
    };

    private static ListingObject AlertsOf(AlertConfiguration alerts)
    {
        string[] warnings = ["life_used", "dev_over_temperature", "dev_under_temperature", "corrected_volatile_mem_err", "corrected_pmem_err"];
        var node = new ListingObject();
        for (int i = 0; i < warnings.Length; i++)
            node.Add(warnings[i] + "_prog_warn_threshold_valid", (alerts.Valid >> i & 1) != 0);
        for (int i = 0; i < warnings.Length; i++)
            node.Add(warnings[i] + "_prog_warn_threshold_writable", (alerts.Writable >> i & 1) != 0);
        return node
            .Add("life_used_crit_alert_threshold", alerts.LifeUsedCritical)
            .Add("life_used_prog_warn_threshold", alerts.LifeUsedWarning)
            .Add("dev_over_temperature_crit_alert_threshold", alerts.OverTemperatureCritical)
            .Add("dev_under_temperature_crit_alert_threshold", alerts.UnderTemperatureCritical)
            .Add("dev_over_temperature_prog_warn_threshold", alerts.OverTemperatureWarning)
            .Add("dev_under_temperature_prog_warn_threshold", alerts.UnderTemperatureWarning)
            .Add("corrected_volatile_mem_err_prog_warn_threshold", alerts.CorrectedVolatileWarning)
            .Add("corrected_pmem_err_prog_warn_threshold", alerts.CorrectedPersistentWarning);
    }

    private static ListingObject PartitionOf(IdentifyMemoryDevice identity, PartitionInfo? active)
    {
        ListingObject node = new ListingObject()
            .AddSize("total_size", identity.TotalCapacity.Bytes)
            .AddSize("volatile_only_size", identity.VolatileOnly.Bytes)
            .AddSize("persistent_only_size", identity.PersistentOnly.Bytes)
            .AddSize("partition_alignment_size", identity.PartitionAlignment.Bytes);
        return identity.PartitionAlignment.Bytes == 0 || active is not { } now
            ? node
            : node.AddSize("active_volatile_size", now.ActiveVolatile.Bytes)
                .AddSize("active_persistent_size", now.ActivePersistent.Bytes)
                .AddSize("next_volatile_size", now.NextVolatile.Bytes)
                .AddSize("next_persistent_size", now.NextPersistent.Bytes);
    }

    private static ListingObject FirmwareOf(FirmwareInfo firmware)
    {
        ListingObject node = new ListingObject().Add("num_slots", firmware.Slots).Add("active_slot", firmware.ActiveSlot);
        if (firmware.StagedSlot > 0 && firmware.StagedSlot <= firmware.Slots)
            node.Add("staged_slot", firmware.StagedSlot);
        node.Add("online_activate_capable", firmware.OnlineActivation);
        for (int slot = 0; slot < firmware.Revisions.Count; slot++)
        {
            if (firmware.Revisions[slot].Length > 0)
                node.Add(string.Create(CultureInfo.InvariantCulture, $"slot_{slot + 1}_version"), firmware.Revisions[slot]);
        }

        return node.Add("fw_update_in_progress", false);
    }
}
