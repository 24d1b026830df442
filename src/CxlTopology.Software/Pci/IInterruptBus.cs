using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Interrupts of devices (MSI, MSI-X), as software takes them: told apart by who sends them, so that no device can pass for another.</summary>
public interface IInterruptBus
{
    /// <summary>The address that a vector of a device is given, to interrupt this software.</summary>
    ulong MessageAddress { get; }

    /// <summary>Has a handler hear of the interrupts of a function, from now on; of an earlier handler, if it had one, they are taken.</summary>
    /// <param name="function">The function.</param>
    /// <param name="handler">Called with the data of the message: what the vector was given.</param>
    void Connect(Bdf function, Action<uint> handler);

    /// <summary>Nobody hears of a function's interrupts any more: those that come are counted as spurious.</summary>
    void Disconnect(Bdf function);

    /// <summary>Interrupts that nobody was there to hear.</summary>
    long SpuriousInterrupts { get; }
}
