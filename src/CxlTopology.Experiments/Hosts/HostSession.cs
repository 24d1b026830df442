using System.Runtime.ExceptionServices;
using CxlTopology.Description;
using CxlTopology.Simulation;
using CxlTopology.Software;

namespace CxlTopology.Experiments;

/// <summary>Commands to the operating system of a host, once its machine has booted: no workload runs.</summary>
public static class HostSession
{
    /// <summary>Boots a topology, without its workloads, and has a command carried out by the CXL core of a host.</summary>
    /// <param name="model">The topology.</param>
    /// <param name="host">The name of the host, or of a guest: then the CXL core of the guest is asked.</param>
    /// <param name="command">What is done with the core, in simulated time.</param>
    /// <returns>What firmware and the CXL core could not do at boot, each a sentence.</returns>
    /// <exception cref="InvariantException">An actor failed.</exception>
    /// <remarks>What the command throws is thrown here.</remarks>
    public static IReadOnlyList<string> Run(TopologyModel model, string host, Func<CxlCore, Task> command)
    {
        var guests = new SortedDictionary<string, GuestAgent>(StringComparer.Ordinal);
        BuiltTopology built = TopologyBuilder.Build(
            model with { Workloads = [], Expectations = [] }, new SimulationOptions { Seed = model.Seed }, addAgents: (hostModel, actor, building) =>
            {
                foreach (GuestAgent agent in HostGuests.AddTo(hostModel, actor, building)?.Agents ?? [])
                    guests.Add(agent.Model.Name, agent);
            });
        GuestAgent? guest = guests.GetValueOrDefault(host);
        HostProgram program = built.Programs[guest?.Model.Host.Name ?? host];
        Run(built.Simulation, program, guest is null ? command : _ => InGuest(guest));
        return
        [
            .. program.Problems.Select(p => $"{p.Write.Node.Name}: {p.What}"), .. program.BootProblems,
            .. guests.Values.Where(g => g.Problem is not null && g.Model.Host.Name == (guest?.Model.Host.Name ?? host)).Select(g => $"{g.Model.Name}: {g.Problem}"),
        ];

        Task InGuest(GuestAgent asked) => asked.Guest?.Core is { } core ? command(core) : Task.CompletedTask; // why it does not run is among the problems
    }

    /// <summary>Runs a simulation, and has a command carried out by the CXL core of a host in it once that has booted.</summary>
    /// <exception cref="InvariantException">An actor failed.</exception>
    /// <remarks>What the command throws is thrown here.</remarks>
    internal static void Run(Simulation.Simulation simulation, HostProgram program, Func<CxlCore, Task> command)
    {
        ExceptionDispatchInfo? thrown = null;
        bool done = false;
        program.Post(simulation, Carry, SimTime.Zero);
        RunResult result = simulation.Run();
        if (result.Failures.Count > 0)
            throw new InvariantException("The machine failed: " + result.Failures[0]);
        thrown?.Throw();
        if (!done)
            throw new InvariantException("The host did not finish its command.");

        async Task Carry(CxlCore core)
        {
            try
            {
                await command(core);
            }
#pragma warning disable CA1031 // whatever it is goes to the caller: an actor is not where it belongs
            catch (Exception error)
#pragma warning restore CA1031
            {
                thrown = ExceptionDispatchInfo.Capture(error);
            }

            done = true;
        }
    }
}
