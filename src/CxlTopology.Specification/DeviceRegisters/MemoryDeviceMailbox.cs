using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>What a memory device does with mailbox commands: a state machine without time or registers of its own.</summary>
/// <remarks>
/// The device that owns it takes the command from its registers, executes it here when it would be done, and acts on the effect. Commands
/// are those of <see cref="MailboxOpcode"/>; the log of their effects says so to software. No command runs in the background. Time is the
/// caller's, in nanoseconds since the device was reset.
/// </remarks>
public sealed partial class MemoryDeviceMailbox
{
    private const int LogCount = 4;

    private readonly MemoryDeviceOptions options;
    private readonly EventLog?[] logs = new EventLog?[LogCount];
    private readonly byte[] interruptModes = new byte[LogCount];
    private ulong timestampSet;
    private ulong timestampSetAt;
    private bool hasTimestamp;

    /// <summary>The mailbox of a device.</summary>
    /// <exception cref="ArgumentException">The options are not possible.</exception>
    public MemoryDeviceMailbox(MemoryDeviceOptions options)
    {
        options.Check();
        this.options = options;
        ulong fixedVolatile = (options.VolatileOnly ?? new ByteSize(options.TotalCapacity.Bytes - options.PersistentOnly.Bytes)).Bytes;
        volatileOnly = new ByteSize(fixedVolatile);
        activeVolatile = new ByteSize(fixedVolatile + options.InitialVolatile.Bytes);
        Health = options.Health;
    }

    /// <summary>The media is disabled: commands on it end so.</summary>
    public bool MediaDisabled { get; set; }

    /// <summary>Which event logs hold records, as the event status register has it: bit 0 informational to bit 3 fatal.</summary>
    public uint EventStatus
    {
        get
        {
            uint status = 0;
            for (int i = 0; i < LogCount; i++)
                status |= logs[i] is { Count: > 0 } ? 1u << i : 0;
            return status;
        }
    }

    /// <summary>The device's time: nanoseconds since 1970 if software has set it, else 0.</summary>
    /// <param name="now">Nanoseconds since the device was reset.</param>
    public ulong Timestamp(ulong now) => hasTimestamp ? timestampSet + (now - timestampSetAt) : 0;

    /// <summary>Logs an event.</summary>
    /// <returns>The MSI-X vector to fire, or null if none: not asked for, or the log was not empty, or is full and the event
    /// lost.</returns>
    public int? Log(EventLogKind kind, EventRecord record, ulong now)
    {
        EventLog log = logs[(int)kind] ??= new EventLog(options.EventLogSize);
        bool wasEmpty = log.Count == 0;
        bool logged = log.TryAdd(record, Timestamp(now));
        return logged && wasEmpty && (interruptModes[(int)kind] & 3) == 1 ? Vector((int)kind) : null;
    }

    /// <summary>An event log, for looking at; null before its first event.</summary>
    public EventLog? LogOf(EventLogKind kind) => logs[(int)kind];

    /// <summary>Executes a command.</summary>
    /// <param name="opcode">The command.</param>
    /// <param name="input">Its payload.</param>
    /// <param name="output">Where the answer goes: the payload registers, 256 bytes or more. May be the same memory as the input.</param>
    /// <param name="now">Nanoseconds since the device was reset.</param>
    /// <exception cref="ArgumentException">The output is shorter than 256 bytes.</exception>
    public MailboxResult Execute(ushort opcode, ReadOnlySpan<byte> input, Span<byte> output, ulong now)
    {
        if (output.Length < 256)
            throw new ArgumentException($"A mailbox has 256 bytes of payload or more, not {output.Length}.", nameof(output));
        return (MailboxOpcode)opcode switch
        {
            MailboxOpcode.GetEventRecords => GetEvents(input, output),
            MailboxOpcode.ClearEventRecords => ClearEvents(input),
            MailboxOpcode.GetEventInterruptPolicy => input.Length == 0 ? GetInterruptPolicy(output) : BadLength,
            MailboxOpcode.SetEventInterruptPolicy => SetInterruptPolicy(input),
            MailboxOpcode.GetFirmwareInfo => input.Length == 0 ? GetFirmwareInfo(output) : BadLength,
            MailboxOpcode.GetTimestamp => input.Length == 0 ? GetTimestamp(output, now) : BadLength,
            MailboxOpcode.SetTimestamp => SetTimestamp(input, now),
            MailboxOpcode.GetSupportedLogs => input.Length == 0 ? GetSupportedLogs(output) : BadLength,
            MailboxOpcode.GetLog => GetLog(input, output),
            MailboxOpcode.Identify => input.Length == 0 ? Success(Identity.Write(output)) : BadLength,
            MailboxOpcode.GetPartitionInfo => input.Length == 0 ? Success(Partition.Write(output)) : BadLength,
            MailboxOpcode.SetPartitionInfo => SetPartition(input),
            MailboxOpcode.GetLabelStorage => GetLabels(input, output),
            MailboxOpcode.SetLabelStorage => SetLabels(input),
            MailboxOpcode.GetHealthInfo => input.Length == 0 ? Success(Health.Write(output)) : BadLength,
            MailboxOpcode.GetAlertConfiguration => input.Length == 0 ? GetAlerts(output) : BadLength,
            MailboxOpcode.SetAlertConfiguration => SetAlerts(input),
            MailboxOpcode.GetShutdownState => input.Length == 0 ? GetShutdownState(output) : BadLength,
            MailboxOpcode.SetShutdownState => SetShutdownState(input),
            MailboxOpcode.GetPoisonList => GetPoison(input, output),
            MailboxOpcode.InjectPoison => Inject(input, now),
            MailboxOpcode.ClearPoison => ClearPoison(input, now),
            _ => new MailboxResult(MailboxReturnCode.Unsupported),
        };
    }

    private static MailboxResult BadLength => new(MailboxReturnCode.InvalidPayloadLength);

    private static MailboxResult BadInput => new(MailboxReturnCode.InvalidInput);

    private static MailboxResult Success(int length = 0, MailboxEffect effect = MailboxEffect.None, Dpa dpa = default) =>
        new(MailboxReturnCode.Success, length, effect, dpa);

    private int Vector(int log) => options.FirstEventVector + log;

    private MailboxResult GetEvents(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.Length != 1)
            return BadLength;
        if (input[0] >= LogCount)
            return BadInput;
        EventLog? log = logs[input[0]];
        if (log is not null)
            return Success(log.Write(output));
        output[..EventLog.HeaderLength].Clear();
        return Success(EventLog.HeaderLength);
    }

    private MailboxResult ClearEvents(ReadOnlySpan<byte> input)
    {
        if (input.Length < 6)
            return BadLength;
        (byte kind, bool all, int count) = (input[0], (input[1] & 1) != 0, input[2]);
        if (kind >= LogCount || (all ? count != 0 : count == 0))
            return BadInput;
        if (input.Length < 6 + (2 * count))
            return BadLength;
        EventLog? log = logs[kind];
        if (all)
            log?.Clear();
        else if (log is null || !log.TryClear(input.Slice(6, 2 * count)))
            return new MailboxResult(MailboxReturnCode.InvalidHandle);
        return Success(effect: MailboxEffect.EventsCleared);
    }

    private MailboxResult GetInterruptPolicy(Span<byte> output)
    {
        for (int i = 0; i < LogCount; i++)
            output[i] = (byte)(interruptModes[i] | ((interruptModes[i] & 3) == 1 ? Vector(i) << 4 : 0));
        return Success(LogCount);
    }

    // The fifth byte, if it comes, is that of the dynamic capacity log, which there is not.
    private MailboxResult SetInterruptPolicy(ReadOnlySpan<byte> input)
    {
        if (input.Length is not (LogCount or LogCount + 1))
            return BadLength;
        for (int i = 0; i < LogCount; i++)
        {
            if ((input[i] & 3) == 3)
                return BadInput;
        }

        for (int i = 0; i < LogCount; i++)
            interruptModes[i] = (byte)(input[i] & 3);
        return Success(effect: MailboxEffect.InterruptPolicyChanged);
    }

    private MailboxResult GetTimestamp(Span<byte> output, ulong now)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output, Timestamp(now));
        return Success(8);
    }

    private MailboxResult SetTimestamp(ReadOnlySpan<byte> input, ulong now)
    {
        if (input.Length != 8)
            return BadLength;
        (hasTimestamp, timestampSet, timestampSetAt) = (true, BinaryPrimitives.ReadUInt64LittleEndian(input), now);
        return Success();
    }

    private static MailboxResult GetSupportedLogs(Span<byte> output)
    {
        output[..28].Clear();
        output[0] = 1;
        CommandEffects.Identifier.TryWriteBytes(output[8..], bigEndian: true, out _);
        BinaryPrimitives.WriteUInt32LittleEndian(output[24..], (uint)CommandEffects.Length);
        return Success(28);
    }

    private static MailboxResult GetLog(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.Length != 24)
            return BadLength;
        if (new Guid(input[..16], bigEndian: true) != CommandEffects.Identifier)
            return BadInput;
        uint offset = BinaryPrimitives.ReadUInt32LittleEndian(input[16..]);
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(input[20..]);
        if (offset > CommandEffects.Length || length > CommandEffects.Length - offset || length > output.Length)
            return BadInput;
        Span<byte> log = stackalloc byte[CommandEffects.Length];
        for (int i = 0; i < CommandEffects.Entries.Count; i++)
        {
            (MailboxOpcode opcode, ushort effect) = CommandEffects.Entries[i];
            BinaryPrimitives.WriteUInt16LittleEndian(log[(i * CommandEffects.EntryLength)..], (ushort)opcode);
            BinaryPrimitives.WriteUInt16LittleEndian(log[((i * CommandEffects.EntryLength) + 2)..], effect);
        }

        log.Slice((int)offset, (int)length).CopyTo(output);
        return Success((int)length);
    }
}
