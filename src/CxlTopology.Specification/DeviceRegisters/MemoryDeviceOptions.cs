namespace CxlTopology.Specification;

/// <summary>What the mailbox of a memory device is built from.</summary>
public sealed record MemoryDeviceOptions
{
    /// <summary>Firmware revision, up to 16 ASCII characters. <c>CXLTOPOLOGY 1</c> by default.</summary>
    public string FirmwareRevision { get; init; } = "CXLTOPOLOGY 1";

    /// <summary>All memory, a multiple of 256 MiB.</summary>
    public required ByteSize TotalCapacity { get; init; }

    /// <summary>What can only be volatile; all by default.</summary>
    public ByteSize? VolatileOnly { get; init; }

    /// <summary>What can only be persistent. 0 by default.</summary>
    public ByteSize PersistentOnly { get; init; }

    /// <summary>What the rest is divided in, a multiple of 256 MiB; needed if there is a rest. 0 by default.</summary>
    public ByteSize PartitionAlignment { get; init; }

    /// <summary>How much of the rest is volatile at first. 0 by default.</summary>
    public ByteSize InitialVolatile { get; init; }

    /// <summary>Records each event log holds, 1 to 65,535. 32 by default.</summary>
    public int EventLogSize { get; init; } = 32;

    /// <summary>Bytes of the label storage area, 0 to 1 MiB. 0 by default.</summary>
    public int LabelStorageSize { get; init; }

    /// <summary>Entries the poison list holds, 1 to 65,535. 256 by default.</summary>
    public int PoisonListLimit { get; init; } = 256;

    /// <summary>Lines that may be injected, 0 to 65,535. 256 by default.</summary>
    public int InjectPoisonLimit { get; init; } = 256;

    /// <summary>MSI-X vector of the informational event log, 0 to 12; the others follow. 2 by default.</summary>
    public int FirstEventVector { get; init; } = 2;

    /// <summary>Its health at first.</summary>
    public HealthInfo Health { get; init; } = new();

    /// <summary>Refuses what no device can be.</summary>
    /// <exception cref="ArgumentException">The message says what is wrong.</exception>
    public void Check()
    {
        ulong unit = IdentifyMemoryDevice.CapacityUnit;
        ulong total = TotalCapacity.Bytes;
        ulong fixedVolatile = (VolatileOnly ?? new ByteSize(total - Math.Min(total, PersistentOnly.Bytes))).Bytes;
        ulong bits = total | fixedVolatile | PersistentOnly.Bytes | PartitionAlignment.Bytes | InitialVolatile.Bytes;
        Require(total != 0 && bits % unit == 0, "capacities are multiples of 256 MiB, the total not 0");
        Require(fixedVolatile <= total && PersistentOnly.Bytes <= total - fixedVolatile, "the parts are more than the whole");
        ulong rest = total - fixedVolatile - PersistentOnly.Bytes;
        Require(rest == 0 || PartitionAlignment.Bytes != 0, "memory that can be divided needs an alignment");
        Require(rest == 0 || rest % PartitionAlignment.Bytes == 0, "memory that can be divided is a multiple of its alignment");
        Require(InitialVolatile.Bytes <= rest, "more is volatile at first than can be");
        Require(
            rest == 0 || InitialVolatile.Bytes % PartitionAlignment.Bytes == 0, "what is volatile at first is a multiple of the alignment");
        Require(EventLogSize is >= 1 and <= ushort.MaxValue, "an event log holds 1 to 65,535 records");
        Require(PoisonListLimit is >= 1 and <= ushort.MaxValue, "a poison list holds 1 to 65,535 entries");
        Require(LabelStorageSize is >= 0 and <= 1 << 20, "a label storage area has 0 to 1 MiB");
        Require(InjectPoisonLimit is >= 0 and <= ushort.MaxValue, "0 to 65,535 lines may be injected");
        Require(FirstEventVector is >= 0 and <= 12, "the first of four event vectors is 0 to 12");
        Require(FirmwareRevision.Length <= 16 && FirmwareRevision.All(char.IsAscii), "a firmware revision has up to 16 ASCII characters");
    }

    private static void Require(bool condition, string otherwise)
    {
        if (!condition)
            throw new ArgumentException($"Memory device: {otherwise}.");
    }
}
