using CxlTopology.Description;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Vfio;

namespace CxlTopology.Experiments;

/// <summary>The guest-physical addresses of a workload in a guest, and how they become host addresses.</summary>
/// <param name="agent">The guest.</param>
/// <param name="program">The software of its host, which prepares pages.</param>
/// <param name="device">The device whose region the workload goes to; null if its addresses are as the file says.</param>
/// <param name="part">Which of its regions.</param>
public sealed class GuestAddressSpace(GuestAgent agent, HostProgram program, GuestDeviceModel? device, int part)
{
    private HostService service;

    /// <summary>The host's software.</summary>
    public HostProgram Program => program;

    /// <summary>What an access costs that nothing answers but the hypervisor.</summary>
    public SimDuration Trap => agent.Model.Trap;

    /// <summary>First address of the workload's target, once the guest has booted; null if there is none, and the workload does not start.</summary>
    /// <param name="stated">What the file says, if it is not a region.</param>
    /// <param name="reason">Why there is none.</param>
    public ulong? Locate(ulong stated, out string? reason)
    {
        reason = null;
        if (agent.Stage >= GuestStage.Incomplete)
        {
            if (device is null)
                return stated;
            foreach ((GuestDeviceModel of, int which, CxlRegion region) in agent.Regions)
            {
                if (of.Name == device.Name && which == part)
                    return region.Base.Value;
            }
        }

        string what = agent.Stage >= GuestStage.Incomplete ? $"{agent.Model.Name} has no region of {device!.Name}" : $"{agent.Model.Name} is {GuestReports.WordOf(agent.Stage)}";
        reason = agent.Problem is { } problem ? $"{what} ({problem.Errno})" : what;
        return null;
    }

    /// <summary>Offers what <see cref="Ask"/> asks for.</summary>
    /// <param name="client">The workload.</param>
    /// <param name="tag">The tag of the answers.</param>
    public void Register(ComponentActor client, uint tag) =>
        service = program.AddService(client, tag, address => agent.Guest is { } guest ? guest.Machine.SecondStage.Prepare(address) : Task.CompletedTask);

    /// <summary>The message to <see cref="Program"/> that asks for a page to be prepared.</summary>
    public Message Ask(ulong argument, ulong address) => service.Ask(argument, address);

    /// <summary>Translates.</summary>
    /// <param name="address">Guest-physical.</param>
    /// <param name="isWrite">Whether it is a store.</param>
    /// <param name="hostAddress">Where it goes.</param>
    /// <param name="cost">What the translation costs.</param>
    public GuestTranslation Translate(ulong address, bool isWrite, out ulong hostAddress, out SimDuration cost)
    {
        if (agent.Guest is { } guest)
            return guest.Machine.SecondStage.Translate(address, isWrite, out hostAddress, out cost);
        (hostAddress, cost) = (0, SimDuration.Zero);
        return GuestTranslation.Missing;
    }
}
