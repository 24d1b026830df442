using System.Buffers.Binary;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Asks the mailboxes of memory devices for what a listing shows besides the CXL core's own objects.</summary>
/// <remarks>A device without a mailbox is not asked. A command that a device refuses, or does not answer, leaves its part of the details null: a listing then leaves it out.</remarks>
public static class MemdevDetailsReader
{
    // A device that always says that there is more must not hold up a listing: as many answers as the longest list there can be needs.
    private const int PoisonAnswersMax = 1 << 16;
    private const int PoisonQuestionLength = 16;

    /// <summary>Reads what a listing with these options needs, of every memory device.</summary>
    public static async Task<IReadOnlyDictionary<CxlMemdev, MemdevDetails>> Read(CxlCore core, ListingOptions options)
    {
        ListingOptions wanted = options.Resolved();
        var details = new Dictionary<CxlMemdev, MemdevDetails>();
        foreach (CxlMemdev memdev in core.Memdevs.ToArray())
        {
            if (memdev.Mailbox is { } mailbox)
                details.Add(memdev, await Read(memdev, mailbox, wanted));
        }

        return details;
    }

    private static async Task<MemdevDetails> Read(CxlMemdev memdev, MailboxClient mailbox, ListingOptions options)
    {
        var details = new MemdevDetails();
        if (options.Health && await Ask(mailbox, MailboxOpcode.GetHealthInfo, HealthInfo.Length) is { } health)
            details = details with { Health = HealthInfo.Read(health) };
        if (options.AlertConfiguration && await Ask(mailbox, MailboxOpcode.GetAlertConfiguration, AlertConfiguration.Length) is { } alerts)
            details = details with { Alerts = AlertConfiguration.Read(alerts) };
        if (options.Firmware && await Ask(mailbox, MailboxOpcode.GetFirmwareInfo, FirmwareInfo.Length) is { } firmware)
            details = details with { Firmware = FirmwareInfo.Read(firmware) };
        if (options.Partition && memdev.Identity is { PartitionAlignment.Bytes: > 0 } && await Ask(mailbox, MailboxOpcode.GetPartitionInfo, PartitionInfo.Length) is { } partition)
            details = details with { Partition = PartitionInfo.Read(partition) };
        return options.MediaErrors ? await ReadPoison(memdev, mailbox, details) : details;
    }

    private static async Task<byte[]?> Ask(MailboxClient mailbox, MailboxOpcode opcode, int length, ReadOnlyMemory<byte> input = default)
    {
        try
        {
            byte[] answer = await mailbox.Send(opcode, input);
            return answer.Length >= length ? answer : null;
        }
        catch (ErrnoException)
        {
            return null;
        }
    }

    private static async Task<MemdevDetails> ReadPoison(CxlMemdev memdev, MailboxClient mailbox, MemdevDetails details)
    {
        var records = new List<PoisonRecord>();
        ulong? overflow = null;
        byte[] question = new byte[PoisonQuestionLength];
        BinaryPrimitives.WriteUInt64LittleEndian(question.AsSpan(8), memdev.Capacity.Bytes / PoisonList.LineBytes);
        for (int i = 0; i < PoisonAnswersMax; i++)
        {
            if (memdev.Capacity.Bytes == 0 || await Ask(mailbox, MailboxOpcode.GetPoisonList, PoisonList.HeaderLength, question) is not { } answer)
                break;
            records.AddRange(PoisonList.ReadAnswer(answer, out bool more, out bool overflowed));
            if (overflowed)
                overflow = BinaryPrimitives.ReadUInt64LittleEndian(answer.AsSpan(2));
            if (!more)
                break;
        }

        return details with { Poison = records, PoisonOverflow = overflow };
    }
}
