using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <content>The poison list.</content>
public sealed partial class MemoryDeviceMailbox
{
    private PoisonList? poison;
    private (Dpa Dpa, ulong Lines, int Given) question;

    /// <summary>The poison list, for looking at; null before its first entry.</summary>
    public PoisonList? Poison => poison;

    /// <summary>The device found poison, or took poisoned data in.</summary>
    /// <param name="dpa">The first address, a multiple of 64.</param>
    /// <param name="lines">How many 64-byte lines, from 1.</param>
    /// <param name="source">Why.</param>
    /// <param name="now">Nanoseconds since the device was reset.</param>
    /// <returns>False if the list overflowed.</returns>
    public bool AddPoison(Dpa dpa, uint lines, PoisonSource source, ulong now) =>
        (poison ??= new PoisonList(options.PoisonListLimit)).TryAdd(dpa, lines, source, Timestamp(now));

    /// <summary>A whole line was written without poison: it is off the list.</summary>
    public void RemovePoison(Dpa dpa, ulong now) => poison?.Remove(dpa, Timestamp(now));

    private static bool IsLine(ulong address) => address % PoisonList.LineBytes == 0;

    private MailboxResult GetPoison(ReadOnlySpan<byte> input, Span<byte> output)
    {
        if (input.Length != 16)
            return BadLength;
        if (MediaDisabled)
            return new MailboxResult(MailboxReturnCode.MediaDisabled);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(input);
        ulong lines = BinaryPrimitives.ReadUInt64LittleEndian(input[8..]);
        ulong total = options.TotalCapacity.Bytes;
        if (address >= total || lines > (total - address) / PoisonList.LineBytes)
            return new MailboxResult(MailboxReturnCode.InvalidPhysicalAddress);
        if (!IsLine(address))
            return BadInput;

        // The same question after an answer that said there is more goes on where that ended.
        Dpa dpa = new(address);
        int skip = question.Dpa == dpa && question.Lines == lines ? question.Given : 0;
        poison ??= new PoisonList(options.PoisonListLimit);
        (int length, bool more) = poison.Write(dpa, lines, skip, output, out int written);
        question = more ? (dpa, lines, skip + written) : default;
        return Success(length);
    }

    private MailboxResult Inject(ReadOnlySpan<byte> input, ulong now)
    {
        if (input.Length != 8)
            return BadLength;
        if (MediaDisabled)
            return new MailboxResult(MailboxReturnCode.MediaDisabled);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(input);
        if (address >= options.TotalCapacity.Bytes)
            return new MailboxResult(MailboxReturnCode.InvalidPhysicalAddress);
        if (!IsLine(address))
            return BadInput;
        Dpa dpa = new(address);
        poison ??= new PoisonList(options.PoisonListLimit);
        if (poison.Contains(dpa))
            return Success();
        if (poison.Injected >= options.InjectPoisonLimit || poison.Count >= poison.Limit)
            return new MailboxResult(MailboxReturnCode.InjectPoisonLimit);
        poison.TryAdd(dpa, 1, PoisonSource.Injected, Timestamp(now));
        return Success(effect: MailboxEffect.PoisonInjected, dpa: dpa);
    }

    private MailboxResult ClearPoison(ReadOnlySpan<byte> input, ulong now)
    {
        if (input.Length != 8 + PoisonList.LineBytes)
            return BadLength;
        if (MediaDisabled)
            return new MailboxResult(MailboxReturnCode.MediaDisabled);
        ulong address = BinaryPrimitives.ReadUInt64LittleEndian(input);
        if (address >= options.TotalCapacity.Bytes)
            return new MailboxResult(MailboxReturnCode.InvalidPhysicalAddress);
        if (!IsLine(address))
            return BadInput;
        Dpa dpa = new(address);
        poison?.Remove(dpa, Timestamp(now));
        return Success(effect: MailboxEffect.PoisonCleared, dpa: dpa);
    }
}
