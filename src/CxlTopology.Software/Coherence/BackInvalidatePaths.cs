using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>The ways of back-invalidate snoops from devices to their hosts: BI decoders of devices and ports, BI route tables of switches and host bridges.</summary>
/// <remarks>
/// From the device up: its own decoder (BI Enable), then each port that faces down (the one right above the device BI Enable, the others BI Forward) and the route table of the component that the port belongs to.
/// All on the way need 256-byte flits. Ports are shared: what a device needs is taken back when the last device that needs it goes. What somebody else has enabled in a device,
/// firmware or the host of a guest, stays theirs.
/// </remarks>
/// <param name="configuration">Configuration space.</param>
/// <param name="mmio">Memory-mapped registers.</param>
/// <param name="clock">Time.</param>
/// <param name="bridges">The host bridges, as ACPI tells them.</param>
/// <param name="log">Takes what goes wrong when a way is taken down, a sentence each.</param>
public sealed class BackInvalidatePaths(
    IConfigurationBus configuration, IMmioBus mmio, ISoftwareClock clock, IReadOnlyList<HostBridgeResources> bridges, List<string> log)
{
    private static readonly BiDecoderRegisters fields = BiDecoderRegisters.For(port: true);
    private readonly PathRegisters registers = new(configuration, mmio, clock, bridges);
    private readonly Dictionary<PciDevice, ComponentLocation> enabled = [];
    private readonly Dictionary<PciDevice, HashSet<PciDevice>> users = [];

    /// <summary>Whether the way of a device was enabled here.</summary>
    public bool IsEnabled(PciDevice device) => enabled.ContainsKey(device);

    /// <summary>Enables the way of a device. What is in force already is left as it is, so that the call repairs what a reset has taken.</summary>
    /// <param name="device">The device.</param>
    /// <param name="location">Its registers.</param>
    /// <returns>False if the device has no BI decoder: it never back-invalidates.</returns>
    /// <exception cref="ErrnoException">
    /// ENXIO: a port, switch or host bridge has no BI decoder or route table, or does not answer. EINVAL: a link has 68-byte flits. EIO: hardware refused a commit. ETIMEDOUT: it took too long. What was
    /// done for this device is undone.
    /// </exception>
    public async Task<bool> Enable(PciDevice device, ComponentLocation location)
    {
        ulong decoder = location.AddressOf(PathCommit.BiDecoder.Capability);
        if (decoder == 0)
            return false;
        if (!enabled.ContainsKey(device) && await registers.Holds(decoder, PathCommit.BiDecoder, fields.Enable.Mask, fields.Enable.Mask))
            return true; // somebody else's, with the way above it
        IReadOnlyList<PathHop> hops = await registers.HopsAbove(device);
        if (hops.FirstOrDefault(h => !h.IsWide) is { } narrow)
            throw new ErrnoException(Errno.EINVAL, $"{device.Bdf} cannot back-invalidate: the link of {narrow.Port.Bdf} has 68-byte flits");
        enabled[device] = location;
        try
        {
            if (!await registers.Holds(decoder, PathCommit.BiDecoder, fields.Enable.Mask, fields.Enable.Mask))
                await registers.Commit(decoder, PathCommit.BiDecoder, fields.Enable.Mask, device.Bdf.ToString());
            bool direct = true;
            foreach (PathHop hop in hops)
            {
                await EnableHop(hop, device, direct);
                direct = false;
            }
        }
        catch (ErrnoException)
        {
            await Disable(device);
            throw;
        }

        return true;
    }

    /// <summary>Takes the way of a device back, from the device up. Nothing happens if it was not enabled here; what goes wrong is logged.</summary>
    public async Task Disable(PciDevice device)
    {
        if (!enabled.Remove(device, out ComponentLocation? location))
            return;
        await Try(() => registers.Commit(location.AddressOf(PathCommit.BiDecoder.Capability), PathCommit.BiDecoder, 0, device.Bdf.ToString()));
        IReadOnlyList<PathHop> hops;
        try
        {
            hops = await registers.HopsAbove(device);
        }
        catch (ErrnoException error)
        {
            log.Add($"{device.Bdf}: {error.Message} ({error.Errno})");
            return;
        }

        foreach (PathHop hop in hops)
        {
            if (!users.TryGetValue(hop.Port, out HashSet<PciDevice>? here) || !here.Remove(device) || here.Count > 0)
                continue;
            users.Remove(hop.Port);
            if (hop.Registers.AddressOf(PathCommit.BiDecoder.Capability) is > 0 and var decoder)
                await Try(() => registers.Commit(decoder, PathCommit.BiDecoder, 0, hop.Port.Bdf.ToString()));
            if (hop.Table.AddressOf(PathCommit.BiRouteTable.Capability) is > 0 and var table)
                await Try(() => registers.Commit(table, PathCommit.BiRouteTable, 0, hop.TableName));
        }
    }

    private async Task EnableHop(PathHop hop, PciDevice device, bool direct)
    {
        ulong decoder = hop.Registers.AddressOf(PathCommit.BiDecoder.Capability);
        ulong table = hop.Table.AddressOf(PathCommit.BiRouteTable.Capability);
        if (decoder == 0)
            throw new ErrnoException(Errno.ENXIO, $"{device.Bdf} cannot back-invalidate: {hop.Port.Bdf} has no BI decoder");
        if (table == 0)
            throw new ErrnoException(Errno.ENXIO, $"{device.Bdf} cannot back-invalidate: {hop.TableName} has no BI route table");
        if (!users.TryGetValue(hop.Port, out HashSet<PciDevice>? here))
            users.Add(hop.Port, here = []);
        here.Add(device);
        uint both = fields.Enable.Mask | fields.Forward.Mask;
        uint setting = direct ? fields.Enable.Mask : fields.Forward.Mask;
        bool changed = !await registers.Holds(decoder, PathCommit.BiDecoder, both, setting);
        if (changed)
            await registers.Commit(decoder, PathCommit.BiDecoder, setting, hop.Port.Bdf.ToString());
        if (changed || !await registers.Holds(table, PathCommit.BiRouteTable, 0, 0))
            await registers.Commit(table, PathCommit.BiRouteTable, 0, hop.TableName);
    }

    private async Task Try(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (ErrnoException error)
        {
            log.Add($"{error.Message} ({error.Errno})");
        }
    }
}
