using System.Numerics;
using System.Runtime.InteropServices;

namespace CxlTopology.Simulation;

/// <summary>The serializer: messages, with their payload lines and control records, to bytes and back.</summary>
/// <remarks>
/// A message is 16 words of 32 bits, most of them zero: a mask says which follow. The places of the two words that mean something in their own process alone say other things:
/// bit 9 that a payload follows, bit 14 nothing. The time is relative to the batch's. A payload is lines (their number, then 64 bytes each) or a record (the number of its codec,
/// its length, its bytes), as the message's flags say.
/// </remarks>
internal sealed class MessageCodec
{
    /// <summary>The version of the form above and of what surrounds it.</summary>
    public const byte Version = 1;

    /// <summary>The shortest message: a mask, kind and port, destination, the sender's half of the key.</summary>
    private const int BytesMin = 14;

    private const int LinesMax = 256;
    private const int PayloadWord = 9;
    private const int NextWord = 14;
    private readonly Partition partition;
    private readonly RecordCodec?[] byId = new RecordCodec?[256];
    private readonly Dictionary<Type, RecordCodec> byType = [];

    public MessageCodec(Partition partition, IReadOnlyList<RecordCodec> records)
    {
        if (!BitConverter.IsLittleEndian)
            throw new PlatformNotSupportedException("A run over several processes needs little-endian machines.");
        this.partition = partition;
        foreach (RecordCodec codec in (IEnumerable<RecordCodec>)[new FailureCodec(), .. records])
        {
            if (byId[codec.Id] is { } other || !byType.TryAdd(codec.Type, codec))
                throw new WiringException($"The codec of {codec.Type.Name} has the number {codec.Id} or the type of another; each is there once.");
            byId[codec.Id] = codec;
        }
    }

    /// <summary>Up to where this process has come: what another sends is due later, or at that time.</summary>
    public long HandledUntil { get; set; }

    /// <summary>Adds a message to a batch. It stays where it is.</summary>
    public void Write(int slot, long origin, WireBuffer to)
    {
        Message copy = partition.slab[slot];
        bool payload = (copy.Flags & (Message.HasLines | Message.HasRecord)) != 0;
        copy.Time -= origin;
        int head = copy.Payload;
        copy.Payload = 0;
        copy.Next = 0;
        ReadOnlySpan<uint> words = MemoryMarshal.Cast<Message, uint>(new ReadOnlySpan<Message>(in copy));
        uint mask = 0;
        Span<byte> area = to.Append(2 + 4 * words.Length);
        int length = 2;
        for (int i = 0; i < words.Length; i++)
        {
            uint word = words[i];
            if (word == 0)
                continue;
            mask |= 1u << i;
            MemoryMarshal.Write(area[length..], word);
            length += 4;
        }

        if (payload)
            mask |= 1u << PayloadWord;
        MemoryMarshal.Write(area, (ushort)mask);
        to.Truncate(to.Length - area.Length + length);
        if ((copy.Flags & Message.HasLines) != 0)
            WriteLines(head, to);
        else if (payload)
            WriteRecord(head, to);
    }

    /// <summary>Takes a message out of a batch, into a slot of this partition.</summary>
    /// <param name="from">The batch.</param>
    /// <param name="origin">The batch's time.</param>
    /// <param name="sender">The partition that it comes from.</param>
    public int Read(ref WireReader from, long origin, int sender)
    {
        uint mask = from.ReadUInt16();
        if ((mask & 1u << NextWord) != 0)
            throw new WireException("A message has a part that this version does not know.");
        Message message = default;
        Span<uint> words = MemoryMarshal.Cast<Message, uint>(new Span<Message>(ref message));
        ReadOnlySpan<byte> present = from.ReadBytes(4 * BitOperations.PopCount(mask & ~(1u << PayloadWord)));
        for (uint rest = mask & ~(1u << PayloadWord); rest != 0; rest &= rest - 1)
        {
            words[BitOperations.TrailingZeroCount(rest)] = MemoryMarshal.Read<uint>(present);
            present = present[4..];
        }

        Check(message, origin, sender);
        message.Time += origin;
        message.Payload = -1;
        bool payload = (mask & 1u << PayloadWord) != 0;
        ushort carries = (ushort)(message.Flags & (Message.HasLines | Message.HasRecord));
        if (payload != (carries != 0) || carries == (Message.HasLines | Message.HasRecord))
            throw new WireException($"A message of kind {message.Kind} has flags 0x{message.Flags:x4}, which its payload does not fit.");
        int slot = partition.slotCache.Take();
        if (payload || message.Kind < Message.FirstModelKind)
            ReadPayload(ref from, ref message, slot);
        partition.slab[slot] = message;
        return slot;
    }

    /// <summary>How many messages so many bytes can hold at the most.</summary>
    public static int CountMax(int bytes) => Math.Max(0, bytes) / BytesMin;

    private void Check(in Message message, long origin, int sender)
    {
        ActorPlace[] places = partition.simulation.places;
        if (message.Kind is < Message.FirstModelKind and not (Message.ChildFailedKind or Message.DirectiveKind))
            throw new WireException($"A message from process {sender} is of kind {message.Kind}, which does not cross.");
        if ((uint)message.Destination >= (uint)places.Length || places[message.Destination].Component == 0
            || places[places[message.Destination].Component].Owner != partition.index || places[message.Destination].Actor is null)
        {
            throw new WireException($"A message from process {sender} goes to actor {message.Destination}, which is not here.");
        }

        if ((uint)message.Source >= (uint)places.Length || places[message.Source].Component == 0
            || places[places[message.Source].Component].Owner != sender)
        {
            throw new WireException($"A message from process {sender} comes from actor {message.Source}, which is not there.");
        }

        if (message.Time < 0 || message.Time > long.MaxValue - origin)
            throw new WireException($"A message from process {sender} is due {message.Time} fs after the batch's time, which is out of range.");
        if (message.Time + origin < HandledUntil)
        {
            throw new WireException(
                $"A message from process {sender} is due at {new SimTime(message.Time + origin)}, which is over: everything before {new SimTime(HandledUntil)} is handled.");
        }
    }

    /// <summary>Takes out what a message carries, and checks that it is what its kind must carry; the message's slot is given back if not.</summary>
    private void ReadPayload(ref WireReader from, ref Message message, int slot)
    {
        try
        {
            if ((message.Flags & Message.HasLines) != 0)
                message.Payload = ReadLines(ref from);
            else if ((message.Flags & Message.HasRecord) != 0)
                message.Payload = partition.records.Add(ReadRecord(ref from, message));
            if (message.Kind < Message.FirstModelKind)
                CheckSupervision(message);
        }
        catch
        {
            if (message.Payload >= 0)
                partition.DropPayload(ref message);
            partition.slotCache.Return(slot);
            throw;
        }
    }

    /// <summary>Reports go from an actor to its parent, directives back.</summary>
    private void CheckSupervision(in Message message)
    {
        ActorPlace[] places = partition.simulation.places;
        bool report = message.Kind == Message.ChildFailedKind;
        (int above, int below) = report ? (message.Destination, message.Source) : (message.Source, message.Destination);
        if (places[below].Actor?.Parent?.Id != above)
            throw new WireException($"A message of kind {message.Kind} goes from actor {message.Source} to {message.Destination}: {above} is not the parent of {below}.");
        if (!report)
        {
            if (message.Argument is not ((ulong)SupervisionDirective.Restart or (ulong)SupervisionDirective.Stop) || message.Payload >= 0)
                throw new WireException($"Actor {below} is given the directive {message.Argument}, which this version does not know.");
        }
        else if ((message.Flags & Message.HasRecord) == 0 || partition.records.Get(message.Payload) is not ActorFailure failure || failure.ActorId != below)
        {
            throw new WireException($"Actor {below} reports a failure, and does not say which.");
        }
        else
        {
            partition.foreignFailures.Add(failure);
        }
    }

    private void WriteLines(int head, WireBuffer to)
    {
        int at = to.Length;
        to.WriteUInt16(0);
        int count = 0;
        for (int line = head; line >= 0; line = partition.lines.Next(line))
        {
            if (++count > LinesMax)
                throw new InvariantException($"A message carries more than {LinesMax} payload lines to another process.");
            to.WriteBytes(partition.lines.Line(line));
        }

        MemoryMarshal.Write(to.At(at, 2), (ushort)count);
    }

    private int ReadLines(ref WireReader from)
    {
        int count = from.ReadUInt16();
        if (count is 0 or > LinesMax)
            throw new WireException($"A message has {count} payload lines; 1 to {LinesMax} are possible.");
        ReadOnlySpan<byte> bytes = from.ReadBytes(count * PayloadLines.LineBytes);
        int head = -1;
        try
        {
            for (int i = count - 1; i >= 0; i--)
            {
                int line = partition.lineCache.Take();
                bytes.Slice(i * PayloadLines.LineBytes, PayloadLines.LineBytes).CopyTo(partition.lines.Line(line));
                partition.lines.Next(line) = head;
                head = line;
            }
        }
        catch (SimulationLimitException)
        {
            var taken = new Message { Payload = head, Flags = Message.HasLines };
            partition.DropPayload(ref taken);
            throw;
        }

        return head;
    }

    private void WriteRecord(int index, WireBuffer to)
    {
        object record = partition.records.Get(index);
        if (!byType.TryGetValue(record.GetType(), out RecordCodec? codec))
            throw new InvariantException($"A {record.GetType().Name} would cross to another process, and has no codec.");
        to.WriteByte(codec.Id);
        int at = to.Length;
        to.WriteInt32(0);
        codec.Write(record, to);
        MemoryMarshal.Write(to.At(at, 4), to.Length - at - 4);
    }

    private object ReadRecord(ref WireReader from, in Message message)
    {
        byte id = from.ReadByte();
        RecordCodec codec = byId[id] ?? throw new WireException($"A control record is of number {id}, which this version does not know.");
        if (codec is FailureCodec && message.Kind >= Message.FirstModelKind)
            throw new WireException($"A message of kind {message.Kind} carries a failure; only reports to a parent do.");
        var inside = new WireReader(from.ReadBytes(from.ReadCount(WireBuffer.BytesMax)));
        object record = codec.Read(ref inside);
        inside.End();
        return record;
    }
}
