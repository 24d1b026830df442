using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>A host with a cache, host bridges in segments of their own, and trees of switches with type-2 devices below them; each device has 256 MiB, and its decoders are programmed.</summary>
internal sealed class PathBench
{
    public const ulong Quarter = 256UL << 20;
    private const ulong Base = 0x10_0000_0000;
    private const uint Ten = 0x385; // decoders with eight targets
    private readonly List<List<int>> ways = [];
    private readonly OneAtATimeAgent host = new();
    private readonly List<OneAtATimeAgent> engines = [];
    private readonly List<int> bridgeOf = [];
    private readonly FabricOptions fabric;
    private readonly List<string> log = [];

    /// <param name="bridges">What hangs on the root ports of each host bridge.</param>
    /// <param name="opens">Whether the ways of coherence are opened.</param>
    /// <param name="bridge">What host bridges are built from, but for their place.</param>
    /// <param name="profile">Whether commits are checked.</param>
    public PathBench(IReadOnlyList<IReadOnlyList<TreeNode>> bridges, bool opens = true, HostBridgeOptions? bridge = null, CommitProfile profile = CommitProfile.Strict)
    {
        fabric = new FabricOptions { Commit = profile };
        Simulation = new Simulation.Simulation(new SimulationOptions());
        int[] counts = [.. bridges.Select(b => b.Sum(Count))];
        var windows = new List<FixedMemoryWindow>();
        ulong at = Base;
        for (int i = 0; i < bridges.Count; i++)
        {
            windows.Add(new FixedMemoryWindow { Base = new Hpa(at), Size = new ByteSize(Quarter * (ulong)counts[i]), Targets = [i] });
            at += Quarter * (ulong)counts[i];
        }

        Host = new Host(new HostOptions { Memory = ByteSize.GiB(1), Windows = [.. windows] }, fabric);
        Host.AddCoherence(new HostCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(16) }, KeepsLog = true });
        HostBridgeResources[] places = [.. HostBridgeResources.Place([.. bridges.Select(_ => Bdf.BusesMax)], at)];
        Program = new PathProgram(places);
        Program.TagBase = Host.AddAgent("program", Program);
        host.TagBase = Host.AddAgent("one", host);
        Simulation.Add("host0", Host);
        for (int i = 0; i < bridges.Count; i++)
            AddBridge(i, bridges[i], (bridge ?? new HostBridgeOptions { Uid = 0 }) with { Uid = i, Resources = places[i], HdmCapability = Ten });
        Places = places;
        Do(async os =>
        {
            Snoops = new BackInvalidatePaths(os, os, os, places, log);
            Caches = new CacheIdPaths(os, os, os, places, log);
            for (int device = 0; device < Devices.Count; device++)
                await ProgramDecoders(os, device);
            for (int device = 0; opens && device < Devices.Count; device++)
                await Open(os, device);
        });
    }

    public Simulation.Simulation Simulation { get; }

    public Host Host { get; }

    public PathProgram Program { get; }

    public HostBridgeResources[] Places { get; }

    public List<HostBridge> Bridges { get; } = [];

    public List<Endpoint> Devices { get; } = [];

    public List<Switch> Switches { get; } = [];

    public BackInvalidatePaths Snoops { get; private set; } = null!;

    public CacheIdPaths Caches { get; private set; } = null!;

    /// <summary>What software logged.</summary>
    public IReadOnlyList<string> Log => log;

    /// <summary>When everything that was asked for is over.</summary>
    public SimTime Now { get; private set; }

    /// <summary>The first address of a device.</summary>
    public static ulong AddressOf(int device) => Base + Quarter * (ulong)device;

    /// <summary>The function of a device.</summary>
    public PciDevice Function(int device) => PortsAbove(device)[^1].Children[0];

    /// <summary>The ports that face down above a device, from the root port on.</summary>
    public IReadOnlyList<PciDevice> Ports(int device) => PortsAbove(device);

    /// <summary>Opens the ways of a device.</summary>
    public async Task Open(PathProgram os, int device)
    {
        ComponentLocation at = await new ComponentLocator(os, os).Locate(Function(device));
        await Snoops.Enable(Function(device), at);
        await Caches.Assign(Function(device), at);
    }

    /// <summary>Has software do something, and runs until nothing is left to be done.</summary>
    public void Do(Func<PathProgram, Task> command)
    {
        Program.Post(Simulation, command, Now);
        RunResult result = Simulation.Run();
        Assert.True(result.Failures.Count == 0, string.Join('\n', result.Failures.Select(f => f + "\n" + f.Trace)));
        Assert.Equal(0, Program.Left);
        Now = result.End + SimDuration.FromMicroseconds(1);
    }

    /// <summary>The host reads or writes.</summary>
    public AccessStatus OfHost(ulong line, bool isWrite = false)
    {
        Now = host.Access(Simulation, Now, line, isWrite);
        return host.Status;
    }

    /// <summary>An engine of a device reads or writes.</summary>
    public AccessStatus OfDevice(int device, ulong line, bool isWrite = true)
    {
        Now = engines[device].Access(Simulation, Now, line, isWrite);
        return engines[device].Status;
    }

    /// <summary>The same, while software does something at a time of its own.</summary>
    public AccessStatus OfDevice(int device, ulong line, Func<PathProgram, Task> meanwhile, SimDuration after)
    {
        Program.Post(Simulation, meanwhile, Now + after);
        return OfDevice(device, line);
    }

    /// <summary>Accesses that a component refused for a reason.</summary>
    public static long Refused(FabricActor component, AccessStatus reason) => component.Unclaimed.Where(u => u.Reason == reason).Sum(u => u.Count);

    /// <summary>The actor of the n-th port above a device, from the root port on.</summary>
    public LinkedActor PortActor(int device, int index)
    {
        var above = new List<LinkedActor>();
        for (ComponentActor? actor = Devices[device].Parent; actor is not null; actor = actor.Parent)
        {
            if (actor is RootPort or DownstreamPort)
                above.Add((LinkedActor)actor);
        }

        return above[^(index + 1)];
    }

    private static int Count(TreeNode node) => node.Below is null ? 1 : node.Below.Sum(Count);

    private List<PciDevice> PortsAbove(int device)
    {
        var found = new List<PciDevice>();
        IReadOnlyList<PciDevice> bus = Program.Roots[bridgeOf[device]];
        foreach (int index in ways[device])
        {
            if (found.Count > 0)
                bus = found[^1].Children[0].Children;
            found.Add(bus[index]);
        }

        return found;
    }

    private void AddBridge(int index, IReadOnlyList<TreeNode> below, HostBridgeOptions options)
    {
        var bridge = new HostBridge(options, fabric);
        Bridges.Add(bridge);
        RootPort[] roots = [.. below.Select((_, i) => bridge.AddPort($"rp{i}", (byte)i))];
        Simulation.Add($"hb{index}", bridge, Host);
        Host.Attach(Simulation, bridge);
        for (int i = 0; i < roots.Length; i++)
            Add(index, below[i], roots[i], [i]);
    }

    private void Add(int bridge, TreeNode node, LinkedActor above, List<int> way)
    {
        var link = new LinkOptions { Speed = new LinkSpeed(node.Flits == FlitMode.Flit256 ? 64 : 32, 8, node.Flits) };
        if (node.Below is null)
        {
            AddDevice(bridge, node, above, link, way);
            return;
        }

        var actor = new Switch(node.Options with { HdmCapability = Ten }, fabric);
        DownstreamPort[] ports = [.. node.Below.Select((_, i) => actor.AddPort($"dsp{i}", (byte)i))];
        Simulation.Add($"sw{Switches.Count}", actor, above);
        Switches.Add(actor);
        LinkedActor.Join(Simulation, above, actor.Upstream, link);
        for (int i = 0; i < ports.Length; i++)
            Add(bridge, node.Below[i], ports[i], [.. way, i]);
    }

    private void AddDevice(int bridge, TreeNode node, LinkedActor above, LinkOptions link, List<int> way)
    {
        int index = Devices.Count;
        var device = new Type2Endpoint(new EndpointOptions { Capacity = new ByteSize(Quarter), BackInvalidate = node.BackInvalidate, CommitTime = node.CommitTime }, fabric);
        device.AddCoherence(new DeviceCoherenceOptions
        {
            Cache = new CacheOptions { Size = ByteSize.KiB(4) },
            BackInvalidate = node.BackInvalidate,
            Filter = new CacheOptions { Size = new ByteSize(64 * (ulong)node.FilterLines), Ways = Math.Min(4, node.FilterLines) },
            KeepsLog = true,
            Memory = [new OwnMemoryRange(new Hpa(AddressOf(index)), new ByteSize(Quarter), Interleave.Of(1, 256), 0)],
        });
        var engine = new OneAtATimeAgent();
        engine.TagBase = device.Accelerator!.AddAgent("one", engine);
        engines.Add(engine);
        Devices.Add(device);
        ways.Add(way);
        bridgeOf.Add(bridge);
        Simulation.Add($"gpu{index}", device, above);
        LinkedActor.Join(Simulation, above, device, link);
    }

    // A decoder for each device at each component above it, in the order of addresses.
    private async Task ProgramDecoders(PathProgram os, int device)
    {
        PciDevice function = Function(device);
        var locator = new ComponentLocator(os, os);
        ComponentLocation at = await locator.Locate(function);
        await os.WriteConfig(function.Bdf, at.DeviceDvsec + 0x0C, 7, 2);
        await os.WriteMmio(at.HdmDecoders + 4, 2);
        await Commit(os, at.HdmDecoders, device, 0);
        IReadOnlyList<PciDevice> above = Ports(device);
        for (int i = 0; i < above.Count; i++)
        {
            ComponentLocation component = i == 0 ? await locator.Locate(Places[bridgeOf[device]]) : await locator.Locate(above[i].Parent!);
            await Commit(os, component.HdmDecoders, device, above[i].PortNumber);
        }
    }

    private static async Task Commit(PathProgram os, ulong hdm, int device, uint target)
    {
        ulong at = hdm + 0x10;
        while ((await os.ReadMmio(at + 0x10) & 0x200) != 0)
            at += HdmCapabilityRegisters.DecoderLength;
        ulong first = AddressOf(device);
        foreach ((uint offset, uint value) in ((uint, uint)[])[(0x04, (uint)(first >> 32)), (0x00, (uint)first), (0x0C, 0), (0x08, (uint)Quarter), (0x18, 0), (0x14, target), (0x10, 0x200)])
            await os.WriteMmio(at + offset, value);
    }
}
