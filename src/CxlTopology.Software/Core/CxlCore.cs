using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>
/// The CXL core of an operating system: it finds ports, decoders and memory devices, and makes regions, as Linux does. It sees hardware through configuration space, MMIO and memory alone, so it runs in a
/// host as well as in a guest.
/// </summary>
/// <param name="configuration">Configuration space.</param>
/// <param name="mmio">Memory-mapped registers.</param>
/// <param name="memory">Memory.</param>
/// <param name="clock">Time.</param>
/// <param name="platform">What ACPI says.</param>
/// <remarks>Sequential: one call at a time, and the next after the one before has completed.</remarks>
public sealed class CxlCore(IConfigurationBus configuration, IMmioBus mmio, IMemoryBus memory, ISoftwareClock clock, CxlPlatform platform)
{
    private readonly Dictionary<Bdf, PciDevice> functions = [];
    private readonly Dictionary<PciDevice, CxlDport> dports = [];
    private readonly Dictionary<PciDevice, CxlMemdev> memdevsOfFunctions = [];
    private readonly Dictionary<(ushort Segment, byte Bus), PciDevice> portsOfBuses = [];
    private BackInvalidatePaths? backInvalidates;
    private CacheIdPaths? cacheIds;

    /// <summary>Configuration space.</summary>
    public IConfigurationBus Configuration { get; } = configuration;

    /// <summary>Memory-mapped registers.</summary>
    public IMmioBus Mmio { get; } = mmio;

    /// <summary>Memory.</summary>
    public IMemoryBus Memory { get; } = memory;

    /// <summary>Time.</summary>
    public ISoftwareClock Clock { get; } = clock;

    /// <summary>What ACPI says.</summary>
    public CxlPlatform Platform { get; } = platform;

    /// <summary><c>root0</c>; null before the platform was probed.</summary>
    public CxlPort? Root { get; internal set; }

    /// <summary>Ports of host bridges, switches and endpoints, by id.</summary>
    public List<CxlPort> Ports { get; } = [];

    /// <summary>Memory devices by id.</summary>
    public List<CxlMemdev> Memdevs { get; } = [];

    /// <summary>Regions by id.</summary>
    public List<CxlRegion> Regions { get; } = [];

    /// <summary>The ways of back-invalidate snoops.</summary>
    public BackInvalidatePaths BackInvalidates => backInvalidates ??= new BackInvalidatePaths(Configuration, Mmio, Clock, [.. Platform.Bridges.Select(b => b.Resources)], Log);

    /// <summary>The ways of CXL.cache, and cache ids.</summary>
    public CacheIdPaths CacheIds => cacheIds ??= new CacheIdPaths(Configuration, Mmio, Clock, [.. Platform.Bridges.Select(b => b.Resources)], Log);

    /// <summary>What the kernel would have logged: warnings and errors, a sentence each.</summary>
    public List<string> Log { get; } = [];

    /// <summary>What makes regions of decoders that are found committed; null for nothing.</summary>
    public IRegionAssembler? Assembler { get; set; }

    /// <summary>The functions on the root bus of each host bridge, by its UID, as they were found.</summary>
    public Dictionary<int, IReadOnlyList<PciDevice>> RootBuses { get; } = [];

    /// <summary>Ids of ports, endpoints and the root: one pool.</summary>
    public IdPool PortIds { get; } = new();

    /// <summary>Ids of memory devices.</summary>
    public IdPool MemdevIds { get; } = new();

    /// <summary>Ids of regions.</summary>
    public IdPool RegionIds { get; } = new();

    /// <summary>Has what caches hold of a range of addresses written back and invalidated.</summary>
    /// <returns>False if the platform has no way to.</returns>
    public async Task<bool> FlushCaches(ulong first, ulong bytes)
    {
        if (!Platform.InvalidatesCaches)
            return false;
        if (Platform.HasCaches && bytes > 0 && Memory is IHostCaches caches)
            await caches.Flush(first, bytes);
        return true;
    }

    /// <summary>
    /// Finds the platform: what the CEDT says, the functions on the buses, host bridges, and then the memory devices in the order of their functions, with the ports that they need. What cannot be used is
    /// logged and passed over, as Linux does.
    /// </summary>
    /// <param name="found">What lies on the root bus of each host bridge, by its UID, if somebody has looked before; null to look.</param>
    /// <exception cref="ErrnoException">There is no usable CEDT (ENXIO), or the platform was probed before (EBUSY).</exception>
    public async Task Probe(IReadOnlyDictionary<int, IReadOnlyList<PciDevice>>? found = null)
    {
        if (Root is not null)
            throw new ErrnoException(Errno.EBUSY, "the platform has been probed already: root0 is there");
        foreach ((int uid, HostBridgeResources resources) in Platform.Bridges)
            RootBuses[uid] = found?.GetValueOrDefault(uid) ?? await new PciEnumerator(Configuration).Discover(resources);
        await new RootProbe(this).Probe();
        List<PciDevice> devices = [];
        foreach (IReadOnlyList<PciDevice> bus in RootBuses.Values)
            Collect(bus, devices);
        devices.Sort((a, b) => a.Bdf.ConfigurationAddress(0).CompareTo(b.Bdf.ConfigurationAddress(0)));
        var probe = new MemdevProbe(this);
        foreach (PciDevice device in devices)
            await probe.Probe(device);
    }

    /// <summary>A device has come, or somebody gives one back that was removed: it is found on its bus, and gets its drivers.</summary>
    /// <param name="bdf">Its address: device 0 behind a root port or a downstream port.</param>
    /// <returns>The memory devices: one, or those below a switch that was there before. One that is disabled says why in the <see cref="Log"/>.</returns>
    /// <exception cref="ErrnoException">
    /// Nothing answers there, or it is no memory device: ENODEV. It has a memory device already: EEXIST. There is no room for it: ENOSPC. Else what the driver of the function says.
    /// </exception>
    public async Task<IReadOnlyList<CxlMemdev>> AddDevice(Bdf bdf)
    {
        if (FunctionAt(bdf) is { } present && MemdevOf(present) is { } there)
            throw new ErrnoException(Errno.EEXIST, $"{bdf} is {there.Name} already");
        if (!portsOfBuses.TryGetValue((bdf.Segment, bdf.Bus), out PciDevice? port) || bdf is not { Device: 0, Function: 0 })
            throw new ErrnoException(Errno.ENODEV, $"no root port or downstream port leads to {bdf}");
        PciDevice found = await new PciEnumerator(Configuration).Rescan(port)
            ?? throw new ErrnoException(Errno.ENODEV, $"nothing answers at {bdf}: its vendor reads 0xffff");
        List<PciDevice> devices = [];
        Collect(port.Children, devices);
        List<CxlMemdev> added = [];
        foreach (PciDevice device in devices)
        {
            if (MemdevOf(device) is null && await new MemdevProbe(this).Add(device) is { } memdev)
                added.Add(memdev);
        }

        return added.Count > 0 ? added : throw new ErrnoException(Errno.ENODEV, $"{bdf} is neither a memory device nor an accelerator with memory");
    }

    /// <summary>
    /// A device goes, or its driver is unbound: its regions lose it, its decoders are taken down, its endpoint goes, then the ports that nothing is below any more, then the memory device. Nothing of it is left; hardware that does
    /// not answer any more keeps none of that from happening.
    /// </summary>
    /// <exception cref="ErrnoException">It is no memory device of this core (any more): ENODEV.</exception>
    public async Task RemoveDevice(CxlMemdev memdev)
    {
        if (MemdevOf(memdev.Function) != memdev)
            throw new ErrnoException(Errno.ENODEV, $"{memdev.Name} at {memdev.Function.Bdf} is not there any more");
        await new EndpointProbe(this).Detach(memdev);
        await CacheIds.Release(memdev.Function, memdev.Location);
        Remove(memdev);
    }

    /// <summary>Sends a command to the mailbox of a memory device.</summary>
    /// <exception cref="ErrnoException">The device has no mailbox, as an accelerator need not: EOPNOTSUPP. Else as <see cref="MailboxClient.Send"/>.</exception>
    public static Task<byte[]> Command(CxlMemdev memdev, MailboxOpcode opcode, ReadOnlyMemory<byte> input = default) =>
        memdev.Mailbox is { } mailbox ? mailbox.Send(opcode, input) : throw new ErrnoException(Errno.EOPNOTSUPP, $"{memdev.Name} has no mailbox to send {opcode} to");

    /// <summary>The CDAT of a port's device (an endpoint, or a switch), read over its data object exchange when somebody first needs it; null if it has none that Linux would accept (it is logged why).</summary>
    /// <param name="port">An endpoint or a switch.</param>
    public async Task<Cdat?> ReadCdat(CxlPort port)
    {
        if (port.Cdat is not null || port.Function is not { } function)
            return port.Cdat;
        byte[]? bytes = await new DataObjectClient(Configuration, Clock.Wait).ReadCdat(function);
        if (bytes is null)
        {
            if (function.ExtendedCapabilities.Exists(c => c.Id == DataObjectClient.CapabilityId))
                Log.Add($"{port.Name}: the CDAT of {function.Bdf} could not be read ({Errno.EIO})");
            return null;
        }

        if (!Cdat.TryParse(bytes, out Cdat? table, out string? problem))
            Log.Add($"{port.Name}: the CDAT of {function.Bdf} is not accepted: {problem} ({Errno.EINVAL})");
        return port.Cdat = table;
    }

    /// <summary>The address of a downstream port's component registers, looked for when somebody first needs them; 0 if they are not to be found.</summary>
    public async Task<ulong> FindRegisters(CxlDport dport)
    {
        if (dport is { ComponentRegisters: 0, Function: { } function })
            dport.ComponentRegisters = await new ComponentLocator(Configuration, Mmio).FindBlock(function, (uint)RegisterBlockId.Component);
        return dport.ComponentRegisters;
    }

    /// <summary>The function at an address; null if none was found there.</summary>
    public PciDevice? FunctionAt(Bdf bdf) => functions.GetValueOrDefault(bdf);

    /// <summary>The memory device of a function; null without one.</summary>
    public CxlMemdev? MemdevOf(PciDevice function) => memdevsOfFunctions.GetValueOrDefault(function);

    /// <summary>The downstream port that a function is; null if it is none, or its port is not there.</summary>
    public CxlDport? DportOf(PciDevice function) => dports.GetValueOrDefault(function);

    internal void Add(CxlPort port) => Insert(Ports, port, p => p.Id);

    internal void Remove(CxlPort port)
    {
        Ports.RemoveAt(IndexOf(Ports, port.Id, p => p.Id));
        foreach (CxlDport dport in port.Dports)
        {
            if (dport.Function is { } function)
                dports.Remove(function);
        }

        PortIds.Return(port.Id);
    }

    internal void Add(CxlDport dport)
    {
        dport.Port.Dports.Add(dport);
        if (dport.Function is { } function)
            dports.Add(function, dport);
    }

    internal void Add(CxlMemdev memdev)
    {
        Insert(Memdevs, memdev, m => m.Id);
        memdevsOfFunctions.Add(memdev.Function, memdev);
    }

    internal void Remove(CxlMemdev memdev)
    {
        Memdevs.RemoveAt(IndexOf(Memdevs, memdev.Id, m => m.Id));
        memdevsOfFunctions.Remove(memdev.Function);
        MemdevIds.Return(memdev.Id);
    }

    private void Collect(IReadOnlyList<PciDevice> found, List<PciDevice> devices)
    {
        foreach (PciDevice device in found)
        {
            functions[device.Bdf] = device;
            if (!device.IsBridge)
                devices.Add(device);
            else if (device.SecondaryBus != 0 && device.PortType != PciExpressPortType.UpstreamPort)
                portsOfBuses[(device.Bdf.Segment, device.SecondaryBus)] = device;
            Collect(device.Children, devices);
        }
    }

    private static void Insert<T>(List<T> list, T item, Func<T, int> idOf)
    {
        int index = IndexOf(list, idOf(item), idOf);
        list.Insert(index < 0 ? ~index : index, item);
    }

    /// <summary>The index of the item with an id, or the complement of where it would stand.</summary>
    private static int IndexOf<T>(List<T> list, int id, Func<T, int> idOf)
    {
        int low = 0;
        int high = list.Count - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int there = idOf(list[middle]);
            if (there == id)
                return middle;
            if (there < id)
                low = middle + 1;
            else
                high = middle - 1;
        }

        return ~low;
    }
}
