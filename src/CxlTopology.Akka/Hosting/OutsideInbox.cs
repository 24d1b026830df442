using Akka.Actor;

namespace CxlTopology.Akka;

/// <summary>What outsiders told components, or asked of them, and the simulation has not taken in yet: first in, first out, bounded.</summary>
internal sealed class OutsideInbox(int limit)
{
    private readonly Lock gate = new();
    private readonly Queue<(ActorCell Cell, Envelope? Envelope)> waiting = new();
    private int count; // read without the lock: between two windows nobody may pay for an empty inbox

    /// <summary>How many wait, about.</summary>
    public int Count => Volatile.Read(ref count);

    /// <summary>Adds a message, or without one the wish that the actor be stopped. False if the inbox is full.</summary>
    public bool TryAdd(ActorCell cell, Envelope? envelope)
    {
        lock (gate)
        {
            if (waiting.Count == limit)
                return false;
            waiting.Enqueue((cell, envelope));
            Volatile.Write(ref count, waiting.Count);
            return true;
        }
    }

    /// <summary>Takes what has waited longest.</summary>
    public bool TryTake(out (ActorCell Cell, Envelope? Envelope) first)
    {
        lock (gate)
        {
            bool any = waiting.TryDequeue(out first);
            Volatile.Write(ref count, waiting.Count);
            return any;
        }
    }
}
