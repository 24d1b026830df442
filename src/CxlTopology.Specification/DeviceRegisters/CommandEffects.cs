namespace CxlTopology.Specification;

/// <summary>The Command Effects Log of a memory device: which commands there are, and what they may change.</summary>
internal static class CommandEffects
{
    /// <summary>Bytes of an entry.</summary>
    public const int EntryLength = 4;

    private const ushort None = 0;
    private const ushort ConfigAfterColdReset = 1 << 0;
    private const ushort ImmediateConfig = 1 << 1;
    private const ushort ImmediateData = 1 << 2;
    private const ushort ImmediatePolicy = 1 << 3;
    private const ushort ImmediateLog = 1 << 4;

    /// <summary>Identifier of the log, 0da9c0b5-bf41-4b78-8f79-96b1623b3f17.</summary>
    public static Guid Identifier { get; } = new("0da9c0b5-bf41-4b78-8f79-96b1623b3f17");

    /// <summary>The entries, ascending by command.</summary>
    public static IReadOnlyList<(MailboxOpcode Opcode, ushort Effect)> Entries { get; } =
    [
        (MailboxOpcode.GetEventRecords, None),
        (MailboxOpcode.ClearEventRecords, ImmediateLog),
        (MailboxOpcode.GetEventInterruptPolicy, None),
        (MailboxOpcode.SetEventInterruptPolicy, ImmediatePolicy),
        (MailboxOpcode.GetFirmwareInfo, None),
        (MailboxOpcode.GetTimestamp, None),
        (MailboxOpcode.SetTimestamp, ImmediatePolicy),
        (MailboxOpcode.GetSupportedLogs, None),
        (MailboxOpcode.GetLog, None),
        (MailboxOpcode.Identify, None),
        (MailboxOpcode.GetPartitionInfo, None),
        (MailboxOpcode.SetPartitionInfo, ConfigAfterColdReset | ImmediateConfig | ImmediateData),
        (MailboxOpcode.GetLabelStorage, None),
        (MailboxOpcode.SetLabelStorage, ImmediateConfig | ImmediateData),
        (MailboxOpcode.GetHealthInfo, None),
        (MailboxOpcode.GetAlertConfiguration, None),
        (MailboxOpcode.SetAlertConfiguration, ImmediatePolicy),
        (MailboxOpcode.GetShutdownState, None),
        (MailboxOpcode.SetShutdownState, ImmediatePolicy),
        (MailboxOpcode.GetPoisonList, None),
        (MailboxOpcode.InjectPoison, ImmediateData),
        (MailboxOpcode.ClearPoison, ImmediateData),
    ];

    /// <summary>Bytes of the log.</summary>
    public static int Length => Entries.Count * EntryLength;
}
