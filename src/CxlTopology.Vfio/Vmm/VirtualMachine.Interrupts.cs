using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>The interrupts of a machine: its devices' MSI-X messages, as its own software takes them.</summary>
public sealed partial class VirtualMachine : IInterruptBus
{
    private readonly InterruptHandlers interrupts = new();

    /// <inheritdoc/>
    public ulong MessageAddress => MessageInterrupt.Base;

    /// <summary>Interrupts that nobody in the guest was there to hear, or that went to an address where nobody takes any.</summary>
    public long SpuriousInterrupts => interrupts.Spurious + stray;

    private long stray;

    /// <inheritdoc/>
    public void Connect(Bdf function, Action<uint> handler) => interrupts.Connect(function, handler);

    /// <inheritdoc/>
    public void Disconnect(Bdf function) => interrupts.Disconnect(function);

    /// <summary>Where the guest has a device; null before it has numbered the bus.</summary>
    internal Bdf? FunctionOf(VirtualDevice device) =>
        ports.Find(p => p.Device == device) is { SecondaryBus: not 0 and var bus } ? new Bdf(Bridge.Segment, bus, 0, 0) : null;

    // An exception is the turn's, and fails the program that the machine runs in: hence no task.
    internal async void Inject(VirtualDevice device, ulong address, uint data)
    {
        if (Options.InterruptLatency.Femtoseconds != 0)
            await host.Hardware.Clock.Wait(Options.InterruptLatency);
        if (ended || !device.Interrupts.IsEnabled)
            return; // turned off, or gone, meanwhile
        if (MessageInterrupt.AgentOf(address) == 0 && FunctionOf(device) is { } function)
            interrupts.Deliver(MessageInterrupt.RequesterOf(function), data);
        else
            stray++;
    }
}
