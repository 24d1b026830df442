namespace CxlTopology.Simulation.Tests.Allocation;

/// <summary>What a <see cref="Looper"/> does with each message.</summary>
internal enum Loop
{
    /// <summary>Sends the message in hand on.</summary>
    Forward,

    /// <summary>Ends the message in hand and sends a fresh one.</summary>
    Fresh,

    /// <summary>Schedules the message in hand to itself.</summary>
    Schedule,

    /// <summary>Sends it on, and arms a timer that it takes back with the next message.</summary>
    Cancel,

    /// <summary>Sends it on with one payload line more, or with none when it has eight.</summary>
    Lines,

    /// <summary>Hands it to a child, which sends it on.</summary>
    HandOver,

    /// <summary>Holds it back in a queue, and sends on what has waited longest.</summary>
    Queue,
}

/// <summary>
/// One of two actors that pass messages to and fro for ever. Reads the allocation counter of its thread at two of its messages.
/// </summary>
internal sealed class Looper(Loop loop, long from, long to) : ComponentActor
{
    private const int Together = 40;
    private readonly MessageQueue queue = new(1000);
    private TimerHandle timer;
    private long handled;
    private long before;

    /// <summary>Where it sends.</summary>
    public Connection Peer { get; set; }

    /// <summary>The child that is handed messages.</summary>
    public Child Below { get; } = new();

    /// <summary>Called after the second reading.</summary>
    public Action Done { get; set; } = () => { };

    /// <summary>Bytes allocated by the thread between the two messages; -1 before the second.</summary>
    public long Allocated { get; private set; } = -1;

    protected override void OnAttached() => AddChild("below", Below);

    protected override void OnStart()
    {
        for (int i = 0; i < Together; i++)
        {
            var message = new Message { Kind = Message.FirstModelKind, Tag = (uint)i, Length = (byte)i, Payload = -1 };
            Send(ref message, Peer, Now + SimDuration.FromPicoseconds(i * 130));
        }
    }

    protected override void Receive(ref Message message)
    {
        handled++;
        if (handled == from)
            before = GC.GetAllocatedBytesForCurrentThread();
        if (handled == to)
        {
            Allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Done();
        }

        switch (loop)
        {
            case Loop.Forward:
                Send(ref message, Peer);
                break;
            case Loop.Fresh:
                var fresh = new Message { Kind = Message.FirstModelKind, Tag = message.Tag, Payload = -1 };
                Send(ref fresh, Peer);
                break;
            case Loop.Schedule:
                Schedule(ref message, SimDuration.FromNanoseconds(1 + (handled % 200)));
                break;
            case Loop.Cancel:
                Cancel(timer);
                var late = new Message { Kind = Message.FirstModelKind + 1, Payload = -1 };
                timer = Schedule(ref late, SimDuration.FromNanoseconds(200 + (handled % 3 * 1_000)));
                Send(ref message, Peer);
                break;
            case Loop.Lines:
                if (message.Length++ % 8 == 0)
                    DropPayload(ref message);
                AddLine(ref message).Fill((byte)handled);
                Send(ref message, Peer);
                break;
            case Loop.HandOver:
                HandOver(Below, ref message);
                break;
            default:
                queue.Enqueue(ref message);
                if (queue.Count < 20)
                    break;
                Message waited = queue.Dequeue();
                Send(ref waited, Peer);
                break;
        }
    }

    /// <summary>Sends on what it is handed.</summary>
    internal sealed class Child : ComponentActor
    {
        public Connection Peer { get; set; }

        protected override void Receive(ref Message message) => Send(ref message, Peer);
    }
}
