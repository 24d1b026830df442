using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Software on a host that does what a test asks for, one thing after the other.</summary>
internal sealed class PathProgram(IReadOnlyList<HostBridgeResources> bridges) : BusProgram
{
    private const uint CommandTag = uint.MaxValue - 1;
    private readonly List<Func<PathProgram, Task>> commands = [];
    private readonly Queue<int> due = new();

    /// <summary>The functions on the root bus of each host bridge.</summary>
    public List<IReadOnlyList<PciDevice>> Roots { get; } = [];

    /// <summary>Commands that are not done.</summary>
    public int Left { get; private set; }

    public void Post(Simulation.Simulation simulation, Func<PathProgram, Task> command, SimTime at)
    {
        commands.Add(command);
        Left++;
        simulation.Post(this, new Message { Kind = (byte)MessageKind.AgentTimer, Tag = CommandTag, Argument = (ulong)(commands.Count - 1), Payload = -1 }, at);
    }

    /// <summary>The address of a capability of a function's component registers; 0 without it.</summary>
    public async Task<ulong> Capability(PciDevice function, ComponentCapabilityId id) =>
        (await new ComponentLocator(this, this).Locate(function)).AddressOf((ushort)id);

    /// <summary>The address of a capability of a host bridge's component registers.</summary>
    public async Task<ulong> Capability(HostBridgeResources bridge, ComponentCapabilityId id) =>
        (await new ComponentLocator(this, this).Locate(bridge)).AddressOf((ushort)id);

    /// <summary>Writes control with COMMIT clear, then set; what status reads then.</summary>
    public async Task<uint> Commit(ulong capability, uint control, uint commit)
    {
        await WriteMmio(capability + 4, control);
        await WriteMmio(capability + 4, control | commit);
        return (uint)await ReadMmio(capability + 8);
    }

    protected override async Task RunProgramAsync()
    {
        foreach (HostBridgeResources bridge in bridges)
            Roots.Add(await new PciEnumerator(this).Enumerate(bridge));
        while (true)
        {
            if (!due.TryDequeue(out int index))
            {
                Rest();
                index = (int)(await Answer(CommandTag)).Argument;
            }

            await commands[index](this);
            Left--;
        }
    }

    protected override void OnMessage(ref Message message)
    {
        if (message.Kind == (byte)MessageKind.AgentTimer && message.Tag == CommandTag)
            due.Enqueue((int)message.Argument);
        else
            base.OnMessage(ref message);
    }
}
