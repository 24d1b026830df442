using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Who hears of which function's interrupts.</summary>
public sealed class InterruptHandlers
{
    private readonly Dictionary<uint, Action<uint>> handlers = []; // by requester, for look-up alone

    /// <summary>Interrupts that nobody was there to hear.</summary>
    public long Spurious { get; private set; }

    /// <summary>Sets the handler of a function.</summary>
    public void Connect(Bdf function, Action<uint> handler) => handlers[MessageInterrupt.RequesterOf(function)] = handler;

    /// <summary>Takes it away.</summary>
    public void Disconnect(Bdf function) => handlers.Remove(MessageInterrupt.RequesterOf(function));

    /// <summary>An interrupt has come: its handler is called, or it is spurious.</summary>
    /// <param name="requester">Who sent it (<see cref="MessageInterrupt.RequesterOf"/>).</param>
    /// <param name="data">The data of its message.</param>
    public void Deliver(uint requester, uint data)
    {
        if (handlers.TryGetValue(requester, out Action<uint>? handler))
            handler(data);
        else
            Spurious++;
    }
}
