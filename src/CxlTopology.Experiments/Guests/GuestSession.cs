using CxlTopology.Description;
using CxlTopology.Software;

namespace CxlTopology.Experiments;

/// <summary>Commands to the operating system of a guest, once its host and all guests of the host have booted: no workload runs.</summary>
public static class GuestSession
{
    /// <summary>Boots a topology with its guests, and has a command carried out by the CXL core of a guest.</summary>
    /// <param name="model">The topology.</param>
    /// <param name="guest">The guest.</param>
    /// <param name="command">What is done with its core, in simulated time.</param>
    /// <returns>What firmware of the host could not do, each a sentence.</returns>
    /// <exception cref="ErrnoException">The guest could not be started: which call failed, and why.</exception>
    public static IReadOnlyList<string> Run(TopologyModel model, GuestModel guest, Func<CxlCore, Task> command) => HostSession.Run(model, guest.Host.Name, async core =>
    {
        var runner = new GuestRunner(model, guest.Host, model.Seed);
        await runner.Boot(core);
        await command(runner.CoreOf(guest));
    });
}
