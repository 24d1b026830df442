using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Finds the ports above a device with their registers, and commits what is committed there.</summary>
/// <param name="configuration">Configuration space.</param>
/// <param name="mmio">Memory-mapped registers.</param>
/// <param name="clock">Time.</param>
/// <param name="bridges">The host bridges, as ACPI tells them.</param>
internal sealed class PathRegisters(IConfigurationBus configuration, IMmioBus mmio, ISoftwareClock clock, IReadOnlyList<HostBridgeResources> bridges)
{
    private const int LinkStatus2 = 0x32;
    private const uint FlitMode = 1 << 10;
    private static readonly SimDuration pollInterval = SimDuration.FromMilliseconds(1);
    private readonly ComponentLocator locator = new(configuration, mmio);
    private readonly Dictionary<PciDevice, ComponentLocation> ofPorts = [];
    private readonly Dictionary<HostBridgeResources, ComponentLocation> ofBridges = [];

    /// <summary>The ports from a device up to its root port.</summary>
    /// <exception cref="ErrnoException">ENXIO: the device hangs on no root port of a host bridge that ACPI tells of.</exception>
    public async Task<IReadOnlyList<PathHop>> HopsAbove(PciDevice device)
    {
        var hops = new List<PathHop>();
        for (PciDevice? port = device.Parent; port is not null;)
        {
            PciDevice? upstream = port.PortType == PciExpressPortType.DownstreamPort ? port.Parent : null;
            ComponentLocation table = upstream is not null ? await Of(upstream) : await OfBridge(port.Bdf);
            bool isWide = await HasLargeFlits(port);
            hops.Add(new PathHop(port, await Of(port), table, upstream?.Bdf.ToString() ?? $"the host bridge of {port.Bdf}", isWide));
            port = upstream?.Parent;
        }

        return hops.Count > 0 ? hops : throw new ErrnoException(Errno.ENXIO, $"{device.Bdf} hangs on no port: it is integrated into the root complex");
    }

    /// <summary>Reads a register.</summary>
    public async Task<uint> Read(ulong address) => (uint)await mmio.ReadMmio(address);

    /// <summary>Writes a register.</summary>
    public Task Write(ulong address, uint value) => mmio.WriteMmio(address, value);

    /// <summary>Commits with the registers of these.</summary>
    public Task Commit(ulong at, PathCommit commit, uint control, string who) => Commit(mmio, clock, at, commit, control, who);

    /// <summary>Looks in the registers of these.</summary>
    public Task<bool> Holds(ulong at, PathCommit commit, uint mask, uint setting) => Holds(mmio, at, commit, mask, setting);

    /// <summary>Writes a control register with COMMIT clear, then with COMMIT set, and waits as long as the status register says for what comes of it.</summary>
    /// <param name="mmio">Memory-mapped registers.</param>
    /// <param name="clock">Time.</param>
    /// <param name="at">Address of the capability.</param>
    /// <param name="commit">What is committed.</param>
    /// <param name="control">The control register without COMMIT.</param>
    /// <param name="who">Whose it is, for the exception.</param>
    /// <exception cref="ErrnoException">EIO: refused. ETIMEDOUT: neither committed nor refused in time. ENXIO: it does not answer. COMMIT is clear afterwards.</exception>
    public static async Task Commit(IMmioBus mmio, ISoftwareClock clock, ulong at, PathCommit commit, uint control, string who)
    {
        uint capability = (uint)await mmio.ReadMmio(at);
        if (capability == uint.MaxValue)
            throw new ErrnoException(Errno.ENXIO, $"the {commit.Name} of {who} does not answer: its capability reads 0xffffffff");
        control &= ~commit.Commit;
        await mmio.WriteMmio(at + PathCommit.ControlOffset, control);
        if ((capability & commit.ExplicitCommit) == 0)
            return; // a change takes effect by itself
        await mmio.WriteMmio(at + PathCommit.ControlOffset, control | commit.Commit);
        uint status = (uint)await mmio.ReadMmio(at + PathCommit.StatusOffset);
        SimDuration limit = SimDuration.FromMicroseconds(CommitTimeout.MicrosecondsOf((byte)(status >> 8 & 0xF), (byte)(status >> 12 & 0xF)));
        SimTime deadline = clock.Now + limit;
        while (true)
        {
            if (status == uint.MaxValue)
                throw new ErrnoException(Errno.ENXIO, $"the {commit.Name} of {who} does not answer any more: its status reads 0xffffffff");
            if ((status & PathCommit.Committed) != 0)
                return;
            bool isRefused = (status & PathCommit.NotCommitted) != 0;
            if (isRefused || clock.Now >= deadline)
            {
                await mmio.WriteMmio(at + PathCommit.ControlOffset, control);
                throw isRefused
                    ? new ErrnoException(Errno.EIO, $"the {commit.Name} of {who} was refused by the hardware: its status reads 0x{status:x8}, Error Not Committed, for control 0x{control:x8}")
                    : new ErrnoException(Errno.ETIMEDOUT, $"the {commit.Name} of {who} has not committed within {limit}: its status reads 0x{status:x8}");
            }

            await clock.Wait(deadline - clock.Now < pollInterval ? deadline - clock.Now : pollInterval);
            status = (uint)await mmio.ReadMmio(at + PathCommit.StatusOffset);
        }
    }

    /// <summary>Whether a capability holds a setting, in force.</summary>
    /// <param name="mmio">Memory-mapped registers.</param>
    /// <param name="at">Address of the capability.</param>
    /// <param name="commit">What it is.</param>
    /// <param name="mask">The bits of its control register that the setting is about.</param>
    /// <param name="setting">What they should be.</param>
    public static async Task<bool> Holds(IMmioBus mmio, ulong at, PathCommit commit, uint mask, uint setting)
    {
        uint control = (uint)await mmio.ReadMmio(at + PathCommit.ControlOffset);
        if (control == uint.MaxValue || (control & mask) != setting)
            return false;
        uint capability = (uint)await mmio.ReadMmio(at);
        if ((capability & commit.ExplicitCommit) == 0)
            return true;
        uint status = (uint)await mmio.ReadMmio(at + PathCommit.StatusOffset);
        return status != uint.MaxValue && (control & commit.Commit) != 0 && (status & PathCommit.Committed) != 0;
    }

    private async Task<ComponentLocation> Of(PciDevice function)
    {
        if (ofPorts.TryGetValue(function, out ComponentLocation? known))
            return known;
        ComponentLocation found = await locator.LocateBlock(function.Bdf, await locator.FindBlock(function, (uint)RegisterBlockId.Component), 0);
        if (found.Capabilities.Count > 0)
            ofPorts.Add(function, found); // else it may have been out of reach for the moment
        return found;
    }

    private async Task<ComponentLocation> OfBridge(Bdf root)
    {
        foreach (HostBridgeResources bridge in bridges)
        {
            if (!bridge.HasBus(root.Segment, root.Bus))
                continue;
            if (ofBridges.TryGetValue(bridge, out ComponentLocation? known))
                return known;
            ComponentLocation found = await locator.Locate(bridge);
            if (found.Capabilities.Count > 0)
                ofBridges.Add(bridge, found);
            return found;
        }

        throw new ErrnoException(Errno.ENXIO, $"{root} is on the bus of no host bridge that ACPI tells of");
    }

    private async Task<bool> HasLargeFlits(PciDevice port)
    {
        uint status = port.ExpressCapability == 0 ? 0 : await configuration.ReadConfig(port.Bdf, port.ExpressCapability + LinkStatus2, 2);
        return status != ushort.MaxValue && (status & FlitMode) != 0;
    }
}
