using System.Runtime.CompilerServices;
using CxlTopology.Simulation.Tests.Actors;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Simulation.Tests.Messages;

public sealed class MessageQueueTests
{
    [Fact]
    public void Message_IsOneCacheLine() => Assert.Equal(64, Unsafe.SizeOf<Message>());

    [Fact]
    public void Queue_IsFirstInFirstOut() =>
        Prop.ForAll<bool[]>(steps =>
        {
            var queue = new MessageQueue(1000);
            var model = new Queue<uint>();
            uint next = 0;
            foreach (bool add in steps)
            {
                if (add || model.Count == 0)
                {
                    Message message = Probe.Make(next);
                    queue.Enqueue(ref message);
                    model.Enqueue(next++);
                }
                else if (queue.Peek().Tag != model.Peek() || queue.Dequeue().Tag != model.Dequeue())
                {
                    return false;
                }

                if (queue.Count != model.Count)
                    return false;
            }

            return true;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Enqueue_PastTheLimit_SaysSo()
    {
        var queue = new MessageQueue(2);
        Message message = Probe.Make(1);
        queue.Enqueue(ref message);
        queue.Enqueue(ref message);

        InvariantException refused = Assert.Throws<InvariantException>(() =>
        {
            Message third = Probe.Make(3);
            queue.Enqueue(ref third);
        });

        Assert.Equal("A queue bounded at 2 messages overflowed: its sender was not pushed back.", refused.Message);
    }

    [Fact]
    public void Dequeue_OfNothing_SaysSo() => Assert.Throws<InvariantException>(() => new MessageQueue(2).Dequeue());

    [Fact]
    public void Enqueue_TakesThePayloadAlong()
    {
        var queue = new MessageQueue(2);
        var message = new Message { Kind = Message.FirstModelKind, Flags = Message.HasLines | 5, Payload = 77 };

        queue.Enqueue(ref message);
        Message taken = queue.Dequeue();

        Assert.Equal((5, -1), (message.Flags, message.Payload));
        Assert.Equal((Message.HasLines | 5, 77), (taken.Flags, taken.Payload));
    }
}
