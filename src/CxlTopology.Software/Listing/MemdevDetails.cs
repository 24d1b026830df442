using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>What the mailbox of a memory device answered when a listing asked for more than the CXL core keeps. Null is what was not asked for, or not answered.</summary>
public sealed record MemdevDetails
{
    /// <summary>Its health.</summary>
    public HealthInfo? Health { get; init; }

    /// <summary>Which alerts it gives.</summary>
    public AlertConfiguration? Alerts { get; init; }

    /// <summary>Its firmware.</summary>
    public FirmwareInfo? Firmware { get; init; }

    /// <summary>How its memory is divided; not asked of a device whose memory cannot be divided otherwise.</summary>
    public PartitionInfo? Partition { get; init; }

    /// <summary>Its poisoned memory, ascending.</summary>
    public IReadOnlyList<PoisonRecord>? Poison { get; init; }

    /// <summary>When the poison list overflowed, in the device's time; null if it did not.</summary>
    public ulong? PoisonOverflow { get; init; }
}
