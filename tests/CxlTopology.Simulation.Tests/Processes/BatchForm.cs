namespace CxlTopology.Simulation.Tests.Processes;

/// <summary>Batches written by hand, as the form of version 1 is described: what the tests of the reader start from.</summary>
internal static class BatchForm
{
    /// <summary>Bytes before the first message: version, kind, flags, three times, the number of messages.</summary>
    public const int HeadBytes = 31;

    /// <summary>Places of the words of a message that tests speak of.</summary>
    public const int TimeWord = 0;
    public const int KeyHighWord = 3;
    public const int ArgumentWord = 6;
    public const int DestinationWord = 8;
    public const int PayloadWord = 9;
    public const int KindWord = 12;
    public const int FlagsWord = 13;
    public const int NextWord = 14;

    /// <summary>The batch of a window, with messages.</summary>
    public static byte[] Window(params byte[][] messages) => Window(0, messages);

    /// <summary>The batch of a window whose messages are relative to a time.</summary>
    public static byte[] Window(long origin, params byte[][] messages) => Window(origin, messages.Length, messages);

    /// <summary>The batch of a window that announces a number of messages.</summary>
    public static byte[] Window(long origin, int count, params byte[][] messages)
    {
        WireBuffer batch = Head();
        batch.WriteInt64(messages.Length == 0 ? long.MaxValue : origin);
        batch.WriteInt32(count);
        foreach (byte[] message in messages)
            batch.WriteBytes(message);
        return batch.Written.ToArray();
    }

    /// <summary>The batch of a window up to its messages.</summary>
    public static WireBuffer Head(byte flags = 0, long earliest = long.MaxValue, long failedUntil = long.MaxValue)
    {
        var head = new WireBuffer();
        head.WriteByte(1);
        head.WriteByte(1);
        head.WriteByte(flags);
        head.WriteInt64(earliest);
        head.WriteInt64(failedUntil);
        return head;
    }

    /// <summary>A message: a mask of its words that are not zero, these words, and what it carries.</summary>
    public static byte[] Message(IEnumerable<(int Word, uint Value)> words, byte[]? payload = null)
    {
        var message = new WireBuffer();
        uint mask = payload is null ? 0 : 1u << PayloadWord;
        message.WriteUInt16(0);
        foreach ((int word, uint value) in words.Where(w => w.Value != 0).OrderBy(w => w.Word))
        {
            mask |= 1u << word;
            message.WriteUInt32(value);
        }

        BitConverter.TryWriteBytes(message.At(0, 2), (ushort)mask);
        message.WriteBytes(payload ?? []);
        return message.Written.ToArray();
    }

    /// <summary>A message of a kind from an actor to an actor, with more words if need be.</summary>
    public static byte[] Message(int from, int to, byte kind, params (int Word, uint Value)[] more) =>
        Message([(TimeWord, 50_000_000), (KeyHighWord, (uint)from << 8), (DestinationWord, (uint)to), (KindWord, kind), .. more]);

    /// <summary>A message that carries something.</summary>
    public static byte[] Carrying(int from, int to, byte kind, ushort flags, byte[] payload) =>
        Message([(TimeWord, 50_000_000), (KeyHighWord, (uint)from << 8), (DestinationWord, (uint)to), (KindWord, kind), (FlagsWord, flags)], payload);

    /// <summary>A payload of lines.</summary>
    public static byte[] Lines(ushort announced, int lines)
    {
        var payload = new WireBuffer();
        payload.WriteUInt16(announced);
        payload.Append(64 * lines).Fill(0x5a);
        return payload.Written.ToArray();
    }

    /// <summary>A payload that is a record.</summary>
    public static byte[] Record(byte number, byte[] content, int? announced = null)
    {
        var payload = new WireBuffer();
        payload.WriteByte(number);
        payload.WriteInt32(announced ?? content.Length);
        payload.WriteBytes(content);
        return payload.Written.ToArray();
    }

    /// <summary>The report of an actor's failure, as a record's content.</summary>
    public static byte[] Failure(int actor, byte directive = 0)
    {
        var content = new WireBuffer();
        content.WriteInt32(actor);
        content.WriteText("child");
        content.WriteByte(20);
        content.WriteInt32(1);
        content.WriteInt64(0);
        content.WriteText("System.FormatException");
        content.WriteText("of another process");
        content.WriteText("");
        content.WriteByte(directive);
        return content.Written.ToArray();
    }

    /// <summary>What a process without actors tells at the end.</summary>
    public static byte[] EmptyState()
    {
        var state = new WireBuffer();
        state.WriteByte(1);
        for (int i = 0; i < 4; i++)
            state.WriteInt64(0);
        state.WriteInt32(0);
        state.WriteInt32(0);
        state.WriteInt32(0);
        state.WriteText("");
        return state.Written.ToArray();
    }
}
