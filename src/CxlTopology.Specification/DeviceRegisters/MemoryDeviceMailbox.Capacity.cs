using System.Buffers.Binary;
using System.Text;

namespace CxlTopology.Specification;

/// <content>Identity, partitions, labels, health.</content>
public sealed partial class MemoryDeviceMailbox
{
    private const int AlertsLength = 16;
    private const int SetAlertsLength = 12;

    private readonly ByteSize volatileOnly;
    private readonly byte[] alerts = new byte[AlertsLength];
    private ByteSize activeVolatile;
    private ByteSize? nextVolatile;
    private byte[]? labels;
    private byte shutdownState;

    /// <summary>What the device says it is.</summary>
    public IdentifyMemoryDevice Identity => new()
    {
        FirmwareRevision = options.FirmwareRevision,
        TotalCapacity = options.TotalCapacity,
        VolatileOnly = volatileOnly,
        PersistentOnly = options.PersistentOnly,
        PartitionAlignment = options.PartitionAlignment,
        EventLogSize = (ushort)options.EventLogSize,
        LabelStorageSize = (uint)options.LabelStorageSize,
        PoisonListLimit = options.PoisonListLimit,
        InjectPoisonLimit = (ushort)options.InjectPoisonLimit,
    };

    /// <summary>How its memory is divided: volatile memory first, persistent memory behind it.</summary>
    public PartitionInfo Partition => new(
        activeVolatile,
        new ByteSize(options.TotalCapacity.Bytes - activeVolatile.Bytes),
        nextVolatile ?? default,
        nextVolatile is ByteSize next ? new ByteSize(options.TotalCapacity.Bytes - next.Bytes) : default);

    /// <summary>Its health, as the model says.</summary>
    public HealthInfo Health { get; set; }

    /// <summary>To be called after a reset: a division that waits for one becomes active, and the time is forgotten, on a conventional
    /// one; a function-level reset changes nothing.</summary>
    public void Reset(ResetKind kind)
    {
        if (kind is ResetKind.Function)
            return;
        (hasTimestamp, timestampSet, timestampSetAt) = (false, 0, 0);
        if (kind is ResetKind.Cxl)
            return;
        activeVolatile = nextVolatile ?? activeVolatile;
        nextVolatile = null;
        Array.Clear(interruptModes);
        if (kind is ResetKind.Cold)
            Array.Clear(logs);
    }

    private MailboxResult SetPartition(ReadOnlySpan<byte> input)
    {
        if (input.Length != 9)
            return BadLength;
        ulong alignment = options.PartitionAlignment.Bytes;
        ulong fixedBytes = volatileOnly.Bytes + options.PersistentOnly.Bytes;
        if (alignment == 0 || fixedBytes == options.TotalCapacity.Bytes)
            return new MailboxResult(MailboxReturnCode.Unsupported);
        ulong units = BinaryPrimitives.ReadUInt64LittleEndian(input);
        if (units > options.TotalCapacity.Bytes / IdentifyMemoryDevice.CapacityUnit)
            return BadInput;
        ulong wanted = units * IdentifyMemoryDevice.CapacityUnit;
        if (wanted < volatileOnly.Bytes
            || wanted > options.TotalCapacity.Bytes - options.PersistentOnly.Bytes
            || (wanted - volatileOnly.Bytes) % alignment != 0)
        {
            return BadInput;
        }

        bool immediately = (input[8] & 1) != 0;
        if (!immediately)
        {
            nextVolatile = new ByteSize(wanted);
            return Success();
        }

        (activeVolatile, nextVolatile) = (new ByteSize(wanted), null);
        return Success(effect: MailboxEffect.PartitionChanged);
    }

    private MailboxResult GetLabels(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.Length != 8)
            return BadLength;
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(input);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(input[4..]);
        if (MediaDisabled)
            return new MailboxResult(MailboxReturnCode.MediaDisabled);
        if (offset > options.LabelStorageSize || length > options.LabelStorageSize - offset || length > output.Length)
            return BadInput;
        if (labels is null)
            output[..(int)length].Clear();
        else
            labels.AsSpan((int)offset, (int)length).CopyTo(output);
        return Success((int)length);
    }

    private MailboxResult SetLabels(ReadOnlySpan<byte> input)
    {
        if (input.Length < 8)
            return BadLength;
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(input);
        ReadOnlySpan<byte> data = input[8..];
        if (MediaDisabled)
            return new MailboxResult(MailboxReturnCode.MediaDisabled);
        if (offset > options.LabelStorageSize || data.Length > options.LabelStorageSize - offset)
            return BadInput;
        labels ??= new byte[options.LabelStorageSize];
        data.CopyTo(labels.AsSpan((int)offset));
        return Success();
    }

    private MailboxResult GetFirmwareInfo(Span<byte> output)
    {
        output[..0x50].Clear();
        output[0] = 1;
        output[1] = 1;
        Encoding.ASCII.GetBytes(options.FirmwareRevision, output.Slice(0x10, 16));
        return Success(0x50);
    }

    private MailboxResult GetAlerts(Span<byte> output)
    {
        alerts.CopyTo(output);
        return Success(AlertsLength);
    }

    // Which alerts are meant, which of them to enable, then the thresholds of the five programmable warnings.
    private MailboxResult SetAlerts(ReadOnlySpan<byte> input)
    {
        if (input.Length != SetAlertsLength)
            return BadLength;
        (byte meant, byte enabled) = (input[0], input[1]);
        if ((meant & ~0x1F) != 0)
            return BadInput;
        alerts[0] = (byte)((alerts[0] & ~meant) | (enabled & meant));
        if ((meant & enabled & 1) != 0)
            alerts[3] = input[2];
        for (int i = 1; i < 5; i++)
        {
            if ((meant & enabled & (1 << i)) != 0)
                input.Slice(2 + (2 * i), 2).CopyTo(alerts.AsSpan(6 + (2 * i)));
        }

        return Success();
    }

    private MailboxResult GetShutdownState(Span<byte> output)
    {
        output[0] = shutdownState;
        return Success(1);
    }

    private MailboxResult SetShutdownState(ReadOnlySpan<byte> input)
    {
        if (input.Length != 1)
            return BadLength;
        shutdownState = (byte)(input[0] & 1);
        return Success();
    }
}
