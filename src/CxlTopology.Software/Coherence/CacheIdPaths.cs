using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>The ways of CXL.cache between hosts and devices that cache: cache ids, the cache ID decoders of ports, the cache ID route tables of switches and host bridges.</summary>
/// <remarks>
/// A device gets the smallest id that is free in the host. The port right above it assigns the id; the ports above that forward it, where flits of 256 bytes carry one. A link with 68-byte flits carries none:
/// below it there is one device, with id 0 there, and the port above the link assigns. From the device up: the port's decoder, then the route table of the component that the port belongs to.
/// </remarks>
/// <param name="configuration">Configuration space.</param>
/// <param name="mmio">Memory-mapped registers.</param>
/// <param name="clock">Time.</param>
/// <param name="bridges">The host bridges, as ACPI tells them.</param>
/// <param name="log">Takes what goes wrong when a way is taken down, a sentence each.</param>
public sealed class CacheIdPaths(
    IConfigurationBus configuration, IMmioBus mmio, ISoftwareClock clock, IReadOnlyList<HostBridgeResources> bridges, List<string> log)
{
    private const int FirstTarget = CacheIdRouteTableRegisters.FirstTarget;
    private static readonly SimDuration writeBackPoll = SimDuration.FromMicroseconds(100);
    private static readonly SimDuration writeBackMax = SimDuration.FromMilliseconds(100);
    private static readonly CacheIdRouteTableRegisters tableFields = CacheIdRouteTableRegisters.For(CacheIdRouteTableRegisters.TargetsMax);
    private readonly PathRegisters registers = new(configuration, mmio, clock, bridges);
    private readonly SortedDictionary<int, PciDevice> devices = [];
    private readonly Dictionary<PciDevice, SortedDictionary<int, bool>> users = []; // by port: the ids below it, and whether the device has HDM-D
    private readonly Dictionary<PciDevice, ulong> tables = []; // by port: the route table of its component
    private readonly Dictionary<(ulong Table, int Id), PciDevice> entries = [];

    /// <summary>The id of a device in its host; null without one.</summary>
    public int? IdOf(PciDevice device)
    {
        foreach ((int id, PciDevice known) in devices)
        {
            if (known == device)
                return id;
        }

        return null;
    }

    /// <summary>Gives a device that caches an id, and programs the way to it. What is in force already is left as it is, so that the call repairs what a reset has taken.</summary>
    /// <param name="device">The device.</param>
    /// <param name="location">Its registers.</param>
    /// <returns>The id; null if the device does not cache, or nothing on its way knows of cache ids.</returns>
    /// <exception cref="ErrnoException">
    /// ENOSPC: sixteen devices of the host have ids, or a route table has no room for the id or for another HDM-D device. EBUSY: a link with 68-byte flits has another caching device below it. ENXIO: a port, switch or host
    /// bridge has no cache ID decoder or route table, or does not answer. EIO: hardware refused a commit. ETIMEDOUT: it took too long. What was done for this device is undone.
    /// </exception>
    public async Task<int?> Assign(PciDevice device, ComponentLocation location)
    {
        if (location.DeviceDvsec == 0)
            return null;
        uint capability = await configuration.ReadConfig(device.Bdf, location.DeviceDvsec + CxlDvsec.Capability, 2);
        if (capability == CxlDvsec.AllOnes || (capability & CxlDvsec.Cache) == 0)
            return null;
        bool isNew = IdOf(device) is null;
        if (isNew && devices.Count == CacheIdRouteTableRegisters.TargetsMax)
            throw new ErrnoException(Errno.ENOSPC, $"{device.Bdf} gets no cache id: {CacheIdRouteTableRegisters.TargetsMax} devices of the host have one");
        IReadOnlyList<PathHop> hops = await registers.HopsAbove(device);
        if (hops.All(h => DecoderOf(h) == 0 && TableOf(h) == 0))
            return null;
        int id = IdOf(device) ?? FreeId();
        devices[id] = device;
        bool isHdmD = location.AddressOf(PathCommit.BiDecoder.Capability) is not (> 0 and var bi)
            || BiDecoderRegisters.For(port: false).HdmDCompatible.Extract(await registers.Read(bi));
        try
        {
            for (int i = 0; i < hops.Count; i++)
                await Program(device, id, isHdmD, hops[i], assigns: i == 0 || !hops[i].IsWide, IdAt(hops, i, id));
            if (isNew)
                await SetCaching(device, location.DeviceDvsec, allowed: true);
        }
        catch (ErrnoException)
        {
            await TakeDown(device, id, hops);
            throw;
        }

        return id;
    }

    /// <summary>Takes the id of a device back: its cache is written back and stays empty, then the way is taken down from the top. Nothing happens without an id; what goes wrong is logged.</summary>
    public async Task Release(PciDevice device, ComponentLocation location)
    {
        if (IdOf(device) is not { } id)
            return;
        try
        {
            await WriteBack(device, location.DeviceDvsec);
        }
        catch (ErrnoException error)
        {
            log.Add($"{device.Bdf}: {error.Message} ({error.Errno})");
        }

        IReadOnlyList<PathHop> hops = [];
        try
        {
            hops = await registers.HopsAbove(device);
        }
        catch (ErrnoException error)
        {
            log.Add($"{device.Bdf}: {error.Message} ({error.Errno})");
        }

        await TakeDown(device, id, hops);
    }

    /// <summary>The id that a device has above a port: 0 if the next link on the way up has no room for it.</summary>
    private static int IdAt(IReadOnlyList<PathHop> hops, int index, int id) => index + 1 < hops.Count && !hops[index + 1].IsWide ? 0 : id;

    private static ulong DecoderOf(PathHop hop) => hop.Registers.AddressOf(PathCommit.CacheIdDecoder.Capability);

    private static ulong TableOf(PathHop hop) => hop.Table.AddressOf(PathCommit.CacheIdRouteTable.Capability);

    private int FreeId()
    {
        int id = 0;
        while (devices.ContainsKey(id))
            id++;
        return id;
    }

    private async Task Program(PciDevice device, int id, bool isHdmD, PathHop hop, bool assigns, int idAbove)
    {
        ulong decoder = DecoderOf(hop);
        ulong table = TableOf(hop);
        if (decoder == 0)
            throw new ErrnoException(Errno.ENXIO, $"{device.Bdf} cannot use CXL.cache: {hop.Port.Bdf} has no cache ID decoder");
        if (table == 0)
            throw new ErrnoException(Errno.ENXIO, $"{device.Bdf} cannot use CXL.cache: {hop.TableName} has no cache ID route table");
        if (entries.TryGetValue((table, idAbove), out PciDevice? other) && other != device)
            throw new ErrnoException(Errno.EBUSY, $"{device.Bdf} cannot use CXL.cache beside {other.Bdf}: a link with 68-byte flits above {hop.TableName} carries no cache ids");
        if (!users.TryGetValue(hop.Port, out SortedDictionary<int, bool>? here))
            users.Add(hop.Port, here = []);
        if (assigns && here.Keys.Any(k => k != id))
            throw new ErrnoException(Errno.EBUSY, $"{device.Bdf} cannot use CXL.cache: {hop.Port.Bdf} leads to another caching device, and its link carries no cache ids");
        uint capability = await registers.Read(table);
        if (capability == uint.MaxValue)
            throw new ErrnoException(Errno.ENXIO, $"the cache ID route table of {hop.TableName} does not answer: its capability reads 0xffffffff");
        if (idAbove >= tableFields.TargetCount.Extract(capability))
            throw new ErrnoException(Errno.ENOSPC, $"{device.Bdf} cannot have cache id {idAbove}: the route table of {hop.TableName} has {tableFields.TargetCount.Extract(capability)}");
        here[id] = isHdmD;
        tables[hop.Port] = table;
        entries[(table, idAbove)] = device;
        if (isHdmD && tableFields.HdmDCount.Extract(capability) is > 0 and var most && PortsWithHdmD(table) > most)
            throw new ErrnoException(Errno.ENOSPC, $"{device.Bdf} cannot have HDM-D memory below {hop.TableName}: its cache ID route table takes {most} such device(s)");
        await ProgramDecoder(hop, decoder, assigns, here, idAbove);
        await ProgramTable(hop, table, idAbove, valid: true);
    }

    private int PortsWithHdmD(ulong table) => users.Count(u => tables.GetValueOrDefault(u.Key) == table && u.Value.ContainsValue(true));

    private async Task ProgramDecoder(PathHop hop, ulong decoder, bool assigns, SortedDictionary<int, bool> ids, int idAbove)
    {
        uint setting = (ids.Count == 0 ? 0 : assigns ? CacheIdDecoderRegisters.Assign.Mask : CacheIdDecoderRegisters.Forward.Mask)
            | CacheIdDecoderRegisters.LocalCacheId.Insert(0, (byte)(assigns ? idAbove : 0));
        if (ids.Any(i => i.Value))
        {
            setting |= CacheIdDecoderRegisters.HdmDPresent.Mask
                | CacheIdDecoderRegisters.HdmDCacheId.Insert(0, (byte)(assigns ? idAbove : ids.First(i => i.Value).Key));
        }

        uint mask = CacheIdDecoderRegisters.Assign.Mask | CacheIdDecoderRegisters.Forward.Mask | CacheIdDecoderRegisters.LocalCacheId.Mask
            | CacheIdDecoderRegisters.HdmDPresent.Mask | CacheIdDecoderRegisters.HdmDCacheId.Mask;
        if (!await registers.Holds(decoder, PathCommit.CacheIdDecoder, mask, setting))
            await registers.Commit(decoder, PathCommit.CacheIdDecoder, setting, hop.Port.Bdf.ToString());
    }

    private async Task ProgramTable(PathHop hop, ulong table, int id, bool valid)
    {
        ulong at = table + (ulong)(FirstTarget + 2 * id & ~3);
        int shift = 16 * (id & 1);
        uint entry = valid ? 1u | (uint)hop.Port.PortNumber << 8 : 0;
        uint word = await registers.Read(at);
        if (word != uint.MaxValue && (word >> shift & 0xFFFF) == entry && await registers.Holds(table, PathCommit.CacheIdRouteTable, 0, 0))
            return;
        await registers.Write(at, (word & ~(0xFFFFu << shift)) | entry << shift);
        await registers.Commit(table, PathCommit.CacheIdRouteTable, 0, hop.TableName);
    }

    private async Task TakeDown(PciDevice device, int id, IReadOnlyList<PathHop> hops)
    {
        devices.Remove(id);
        for (int i = hops.Count - 1; i >= 0; i--)
        {
            PathHop hop = hops[i];
            if (!users.TryGetValue(hop.Port, out SortedDictionary<int, bool>? here) || !here.Remove(id))
                continue;
            if (here.Count == 0)
                users.Remove(hop.Port);
            int idAbove = IdAt(hops, i, id);
            entries.Remove((TableOf(hop), idAbove));
            bool assigns = i == 0 || !hop.IsWide;
            await Try(() => ProgramTable(hop, TableOf(hop), idAbove, valid: false));
            await Try(() => ProgramDecoder(hop, DecoderOf(hop), assigns, here, here.Count == 0 ? 0 : idAbove));
        }
    }

    /// <summary>Has the device write its cache back and keep it empty, so that nothing is in it that the host can no longer ask for.</summary>
    private async Task WriteBack(PciDevice device, int dvsec)
    {
        uint capability = await configuration.ReadConfig(device.Bdf, dvsec + CxlDvsec.Capability, 2);
        if (capability == CxlDvsec.AllOnes)
            return; // it is gone, and its cache with it
        await SetCaching(device, dvsec, allowed: false);
        if ((capability & CxlDvsec.WriteBackCapable) == 0)
            return;
        uint control = await configuration.ReadConfig(device.Bdf, dvsec + CxlDvsec.Control2, 2);
        await configuration.WriteConfig(device.Bdf, dvsec + CxlDvsec.Control2, (control & ~CxlDvsec.Commands) | CxlDvsec.InitiateWriteBack, 2);
        SimTime deadline = clock.Now + writeBackMax;
        while (true)
        {
            uint status = await configuration.ReadConfig(device.Bdf, dvsec + CxlDvsec.Status2, 2);
            if (status == CxlDvsec.AllOnes || (status & CxlDvsec.CacheInvalid) != 0)
                return;
            if (clock.Now >= deadline)
                throw new ErrnoException(Errno.ETIMEDOUT, $"the cache of {device.Bdf} was not written back and invalidated within 100 ms (STATUS2 0x{status:x4})");
            await clock.Wait(writeBackPoll);
        }
    }

    private async Task SetCaching(PciDevice device, int dvsec, bool allowed)
    {
        uint control = await configuration.ReadConfig(device.Bdf, dvsec + CxlDvsec.Control2, 2);
        uint next = (control & ~(CxlDvsec.Commands | CxlDvsec.DisableCaching)) | (allowed ? 0 : CxlDvsec.DisableCaching);
        if (control != CxlDvsec.AllOnes && next != control)
            await configuration.WriteConfig(device.Bdf, dvsec + CxlDvsec.Control2, next, 2);
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
