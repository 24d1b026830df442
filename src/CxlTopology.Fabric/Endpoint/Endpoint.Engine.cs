using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What an endpoint does for its engine: requests to the host's memory, interrupts, the registers in its BAR.</summary>
public abstract partial class Endpoint
{
    /// <summary>Whether the function may make requests: Bus Master Enable is set, and it is not being reset.</summary>
    internal bool IsMaster => quiet is null && Function is { IsMaster: true };

    /// <summary>Whether the device may keep translations of the host's IOMMU, and caches the host's memory: it asks by CXL.cache then.</summary>
    internal bool KeepsTranslations => quiet is null && Coherence is not null && Function is { TranslationEnabled: true };

    /// <summary>Interrupts by a vector, if software has that on.</summary>
    internal void Interrupt(int vector)
    {
        Function!.Raise(vector);
        SendOutgoing();
    }

    /// <summary>A request of the engine to the host.</summary>
    private void OnEngineRequest(ref Message message)
    {
        message.Agent = Function!.RoutingId;
        Transmit(ref message);
    }

    /// <summary>What the host says to one.</summary>
    private void OnEngineAnswer(ref Message message)
    {
        TakeCredits(ref message);
        if (!IsUp || Accelerator is null)
        {
            Lose(ref message);
            return;
        }

        message.Port = NoPort;
        HandOver(Accelerator, ref message);
    }

    private void ServeEngine(ref Message message, EngineSpace space)
    {
        if (ServeSpace(ref message, space, (long)message.Address))
            OfEngines(static engines => engines.StartJobs());
    }

    /// <summary>Has the engines do something within this turn, as themselves: should that fail, they have. Without engines, or if those have failed, nothing.</summary>
    private void OfEngines(Action<Accelerator> step)
    {
        if (Accelerator is not { } engines || !TryEnter(engines))
            return;
        step(engines);
        Resume();
    }
}
