namespace CxlTopology.Simulation;

/// <summary>Messages that an actor holds back, first in first out: the waiting side of a port without credits, for example.</summary>
/// <remarks>
/// Bounded by <paramref name="limit"/>; one more throws <see cref="InvariantException"/>, because whoever pushes back must do so before.
/// Allocates when it grows only.
/// </remarks>
public sealed class MessageQueue(int limit)
{
    private Message[] items = [];
    private int head;

    /// <summary>How many wait.</summary>
    public int Count { get; private set; }

    /// <summary>Puts a message at the end; its payload moves with it, so the kernel does not free it when the handler returns.</summary>
    public void Enqueue(ref Message message)
    {
        if (Count == limit)
            throw new InvariantException($"A queue bounded at {limit:N0} messages overflowed: its sender was not pushed back.");
        if (Count == items.Length)
            Grow();
        items[(head + Count) & (items.Length - 1)] = message;
        Count++;
        message.Flags &= unchecked((ushort)~(Message.HasLines | Message.HasRecord));
        message.Payload = -1;
    }

    /// <summary>The message that has waited longest. Only while <see cref="Count"/> is above 0.</summary>
    public ref Message Peek() => ref items[head];

    /// <summary>A waiting message: 0 has waited longest.</summary>
    internal ref Message this[int place] => ref items[(head + place) & (items.Length - 1)];

    /// <summary>Takes the message that has waited longest.</summary>
    public Message Dequeue()
    {
        if (Count == 0)
            throw new InvariantException("Nothing waits in this queue.");
        Message message = items[head];
        head = (head + 1) & (items.Length - 1);
        Count--;
        return message;
    }

    private void Grow()
    {
        var larger = new Message[Math.Max(4, items.Length * 2)];
        for (int i = 0; i < Count; i++)
            larger[i] = items[(head + i) & (items.Length - 1)];
        items = larger;
        head = 0;
    }
}
