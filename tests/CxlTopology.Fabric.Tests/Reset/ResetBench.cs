using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>A host with a program on it, two root ports, and two type-2 devices: one behind each, or both behind a switch on the first.</summary>
internal sealed class ResetBench
{
    public const ulong Base = 0x10_0000_0000;
    public const ulong Quarter = 256UL << 20;

    /// <summary>Two quarters of volatile memory and one of persistent.</summary>
    public static EndpointOptions DefaultDevice { get; } = new() { Capacity = new ByteSize(3 * Quarter), Volatile = new ByteSize(2 * Quarter), BackInvalidate = true };

    public ResetBench(bool switched = false, EndpointOptions? device = null, DeviceDvsecOptions? dvsec = null, SimulationOptions? simulation = null, TestAgent? agent = null)
    {
        var fabric = new FabricOptions();
        var link = new LinkOptions { Speed = new LinkSpeed(64, 8, FlitMode.Flit256) }; // back-invalidates pass
        Simulation = new Simulation.Simulation(simulation ?? new SimulationOptions());
        Host = new Host(
            new HostOptions { Windows = [new FixedMemoryWindow { Base = new Hpa(Base), Size = new ByteSize(16 * Quarter), Targets = [7] }] }, fabric);
        HostBridgeResources place = HostBridgeResources.Place([Bdf.BusesMax], 0)[0];
        Program = new HostProgram(place);
        Program.TagBase = Host.AddAgent("program", Program);
        Other.TagBase = Host.AddAgent("other", Other);
        if (agent is not null)
            agent.TagBase = Host.AddAgent("agent", agent);
        Simulation.Add("host0", Host);
        Bridge = new HostBridge(new HostBridgeOptions { Uid = 7, Resources = place }, fabric);
        Ports = [Bridge.AddPort("rp0", 0), Bridge.AddPort("rp1", 1)];
        Simulation.Add("hb0", Bridge, Host);
        Host.Attach(Simulation, Bridge);
        LinkedActor[] above = Ports;
        if (switched)
        {
            Switch = new Switch(new SwitchOptions(), fabric);
            above = [Switch.AddPort("dsp0", 0), Switch.AddPort("dsp1", 1)];
            Simulation.Add("sw0", Switch, Ports[0]);
            LinkedActor.Join(Simulation, Ports[0], Switch.Upstream, link);
        }

        EndpointOptions options = (device ?? DefaultDevice) with
        {
            Configuration = device?.Configuration ?? new EndpointConfigSpaceOptions
            {
                Role = ComponentRole.Type2Endpoint,
                Device = (dvsec ?? DeviceDvsecOptions.Type2) with { Range1Size = (device ?? DefaultDevice).Capacity },
            },
        };
        for (int i = 0; i < 2; i++)
        {
            Endpoint gpu = options.Configuration!.Role == ComponentRole.Type2Endpoint ? new Type2Endpoint(options, fabric) : new Type3Endpoint(options, fabric);
            Simulation.Add($"gpu{i}", gpu, above[i]);
            LinkedActor.Join(Simulation, above[i], gpu, link);
            Devices.Add(gpu);
        }
    }

    public Simulation.Simulation Simulation { get; }

    public Host Host { get; }

    public HostBridge Bridge { get; }

    public LinkedActor[] Ports { get; }

    public Switch? Switch { get; }

    public List<Endpoint> Devices { get; } = [];

    public HostProgram Program { get; }

    /// <summary>A second program on the host; it does not know the buses.</summary>
    public HostProgram Other { get; } = new(null);

    /// <summary>The prefetchable windows of the bridges, as enumeration opened them.</summary>
    public Dictionary<PciDevice, (uint Window, uint BaseHigh, uint LimitHigh)> Windows { get; } = [];

    /// <summary>The path of the first device, as the program finds it.</summary>
    public PciDevice Device => Switch is null ? Program.At(0, 0) : Program.At(0, 0, 0, 0);

    /// <summary>The port right above it.</summary>
    public PciDevice PortAbove => Device.Parent!;

    /// <summary>Runs a test's program to its end, and whatever is left after it.</summary>
    public void Run(Func<HostProgram, Task> script)
    {
        Program.Script = async os =>
        {
            foreach (PciDevice bridge in Switch is null ? [] : (PciDevice[])[os.At(0, 0), os.At(0, 0, 0), os.At(0, 0, 1)])
                Windows[bridge] = (await os.ReadConfig(bridge.Bdf, 0x24), await os.ReadConfig(bridge.Bdf, 0x28), await os.ReadConfig(bridge.Bdf, 0x2C));
            await script(os);
        };
        RunResult result = Simulation.Run();
        Assert.True(result.Failures.Count == 0, string.Join('\n', result.Failures.Select(f => f + "\n" + f.Trace)));
        Assert.Equal(RunOutcome.Idle, result.Outcome);
        Assert.True(Program.Completed && Other.Completed);
    }

    /// <summary>Posts a control message to a component at a time.</summary>
    public void Post(ComponentActor to, Message message, SimTime at) => Simulation.Post(to, message, at);
}
