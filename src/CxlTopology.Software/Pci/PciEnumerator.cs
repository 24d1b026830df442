using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Numbers the buses below a host bridge, sizes and places BARs, opens bridge windows, and turns memory on: what firmware does before anything can be reached.</summary>
/// <remarks>
/// Depth first. A bridge's secondary bus gets the next free number, and its subordinate the last one used when it has been walked. On a link there is device 0 alone. BARs are placed in the order of the walk, each aligned to
/// its size; a bridge's prefetchable window covers what lies below it, in units of 1 MiB; that of an empty port has 2 MiB for what may come. Every access is a configuration request that travels.
/// </remarks>
public sealed partial class PciEnumerator(IConfigurationBus bus)
{
    private const int HeaderType = 0x0E;
    private const uint MultiFunction = 0x80;
    private const int Command = 0x04;
    private const int FirstBar = 0x10;
    private const int BusNumbers = 0x18;
    private const int PrefetchableWindow = 0x24;
    private const int PrefetchableBaseHigh = 0x28;
    private const int PrefetchableLimitHigh = 0x2C;
    private const int MemoryWindow = 0x20;
    private const int Capabilities = 0x34;
    private const int FirstExtended = 0x100;
    private const byte ExpressId = 0x10;
    private const uint ClosedWindow = 0x0000_FFF0; // base above limit
    private const uint MemoryAndMaster = 6;
    private const ulong WindowUnit = 1 << 20;
    private const ulong HotplugBytes = 2 << 20; // of a port with nothing below it, for what may come
    private const int CapabilitiesMax = 48;
    private const int ExtendedMax = 256;
    private bool assigns;

    /// <summary>Finds what lies below one host bridge, as somebody before has numbered and placed it. Writes nothing.</summary>
    /// <param name="host">Its buses and addresses.</param>
    /// <returns>The functions on its root bus, with what lies below them; sizes of BARs are not known.</returns>
    public async Task<IReadOnlyList<PciDevice>> Discover(HostBridgeResources host)
    {
        assigns = false;
        var roots = new List<PciDevice>();
        await Walk(host, null, host.FirstBus, host.FirstBus, roots, Bdf.DevicesMax);
        return roots;
    }

    /// <summary>Enumerates what lies below one host bridge.</summary>
    /// <param name="host">Its buses and addresses.</param>
    /// <returns>The functions on its root bus, with what lies below them.</returns>
    public async Task<IReadOnlyList<PciDevice>> Enumerate(HostBridgeResources host)
    {
        assigns = true;
        var roots = new List<PciDevice>();
        await Walk(host, null, host.FirstBus, host.FirstBus, roots, Bdf.DevicesMax);
        ulong next = host.MmioBase;
        foreach (PciDevice device in roots)
            next = await Place(device, next);
        return roots;
    }

    private async Task<byte> Walk(HostBridgeResources host, PciDevice? parent, byte number, byte last, List<PciDevice> found, int devices)
    {
        for (int device = 0; device < devices; device++)
        {
            int functions = 1;
            for (int function = 0; function < functions; function++)
            {
                var bdf = new Bdf(host.Segment, number, (byte)device, (byte)function);
                uint id = await bus.ReadConfig(bdf, 0);
                if (id is uint.MaxValue or 0)
                    continue;
                uint header = await bus.ReadConfig(bdf, HeaderType, 1);
                if (function == 0 && (header & MultiFunction) != 0)
                    functions = Bdf.FunctionsMax;
                var entry = new PciDevice { Bdf = bdf, Id = id, IsBridge = (header & 0x7F) == 1, Parent = parent };
                found.Add(entry);
                if (assigns)
                    await Size(entry);
                else
                    await ReadBars(entry);
                await FindCapabilities(entry);
                if (entry.IsBridge)
                    last = await WalkBelow(host, entry, last);
            }
        }

        return last;
    }

    private async Task<byte> WalkBelow(HostBridgeResources host, PciDevice bridge, byte last)
    {
        if (assigns && last == host.LastBus)
            return last; // no number is left: what lies below stays unreachable
        bridge.SecondaryBus = assigns ? ++last : (byte)(await bus.ReadConfig(bridge.Bdf, BusNumbers) >> 8);
        if (bridge.SecondaryBus == 0)
            return last; // nobody has numbered it
        if (assigns)
            await WriteBuses(bridge, host.LastBus);
        // Below an upstream port there is a bus of its own with the downstream ports; any other bridge has one device on its link.
        bool internalBus = bridge.PortType == PciExpressPortType.UpstreamPort;
        last = await Walk(host, bridge, bridge.SecondaryBus, last, bridge.Children, internalBus ? Bdf.DevicesMax : 1);
        if (!assigns)
            last = (byte)(await bus.ReadConfig(bridge.Bdf, BusNumbers) >> 16);
        bridge.SubordinateBus = last;
        if (assigns)
            await WriteBuses(bridge, last);
        return last;
    }

    private Task WriteBuses(PciDevice bridge, byte subordinate) =>
        bus.WriteConfig(bridge.Bdf, BusNumbers, bridge.Bdf.Bus | (uint)bridge.SecondaryBus << 8 | (uint)subordinate << 16);

    /// <summary>Reads where the BARs are; how large they are only writing would tell.</summary>
    private async Task ReadBars(PciDevice device)
    {
        int count = device.IsBridge ? 2 : 6;
        for (int index = 0; index < count; index++)
        {
            uint low = await bus.ReadConfig(device.Bdf, FirstBar + 4 * index);
            if (low == 0 || (low & 1) != 0)
                continue;
            bool wide = (low >> 1 & 3) == 2;
            ulong start = low & ~0xFUL;
            if (wide)
                start |= (ulong)await bus.ReadConfig(device.Bdf, FirstBar + 4 * index + 4) << 32;
            device.Bars.Add(new PciBar { Index = index, Size = 0, Is64Bit = wide, Base = start });
            index += wide ? 1 : 0;
        }
    }

    /// <summary>Finds out how large the BARs are, by writing ones.</summary>
    private async Task Size(PciDevice device)
    {
        int count = device.IsBridge ? 2 : 6;
        for (int index = 0; index < count; index++)
        {
            int offset = FirstBar + 4 * index;
            await bus.WriteConfig(device.Bdf, offset, uint.MaxValue);
            uint low = await bus.ReadConfig(device.Bdf, offset);
            if (low == 0 || (low & 1) != 0)
                continue;
            bool wide = (low >> 1 & 3) == 2;
            ulong mask = low & ~0xFUL;
            if (wide)
            {
                await bus.WriteConfig(device.Bdf, offset + 4, uint.MaxValue);
                mask |= (ulong)await bus.ReadConfig(device.Bdf, offset + 4) << 32;
            }
            else
            {
                mask |= 0xFFFF_FFFFUL << 32;
            }

            device.Bars.Add(new PciBar { Index = index, Size = ~mask + 1, Is64Bit = wide });
            index += wide ? 1 : 0;
        }
    }

    private async Task FindCapabilities(PciDevice device)
    {
        int at = (int)await bus.ReadConfig(device.Bdf, Capabilities, 1);
        for (int left = CapabilitiesMax; at >= 0x40 && left > 0; left--)
        {
            uint head = await bus.ReadConfig(device.Bdf, at);
            if ((head & 0xFF) == ExpressId)
            {
                device.ExpressCapability = at;
                device.PortType = (PciExpressPortType)(head >> 20 & 0xF);
                device.PortNumber = (byte)(await bus.ReadConfig(device.Bdf, at + 0x0C) >> 24);
            }

            at = (int)(head >> 8 & 0xFC);
        }

        if (device.ExpressCapability == 0)
            return;
        at = FirstExtended;
        for (int left = ExtendedMax; at >= FirstExtended && left > 0; left--)
        {
            uint head = await bus.ReadConfig(device.Bdf, at);
            if (head is 0 or uint.MaxValue)
                return;
            device.ExtendedCapabilities.Add(((ushort)head, at));
            at = (int)(head >> 20 & 0xFFC);
        }
    }

    /// <summary>Gives a function its addresses, and a bridge the window that covers what lies below it. The next free address.</summary>
    private async Task<ulong> Place(PciDevice device, ulong next)
    {
        foreach (PciBar bar in device.Bars)
        {
            if (!bar.Is64Bit)
                continue; // these addresses are above 4 GiB: it stays without one
            next = AlignUp(next, bar.Size);
            bar.Base = next;
            next += bar.Size;
            await WriteBar(device, bar);
        }

        if (device.IsBridge)
        {
            ulong start = AlignUp(next, WindowUnit);
            ulong end = start;
            foreach (PciDevice below in device.Children)
                end = await Place(below, end);
            if (end == start && device.PortType is PciExpressPortType.RootPort or PciExpressPortType.DownstreamPort)
                end = start + HotplugBytes;
            bool open = end > start;
            (device.WindowBase, device.WindowEnd) = open ? (start, AlignUp(end, WindowUnit)) : (0, 0);
            next = open ? AlignUp(end, WindowUnit) : next;
            await WriteWindow(device);
        }

        await bus.WriteConfig(device.Bdf, Command, MemoryAndMaster, 2);
        return next;
    }

    private async Task WriteWindow(PciDevice bridge)
    {
        bool open = bridge.WindowEnd > bridge.WindowBase;
        ulong limit = bridge.WindowEnd - 1;
        await bus.WriteConfig(bridge.Bdf, MemoryWindow, ClosedWindow);
        await bus.WriteConfig(bridge.Bdf, PrefetchableBaseHigh, open ? (uint)(bridge.WindowBase >> 32) : 0);
        await bus.WriteConfig(bridge.Bdf, PrefetchableLimitHigh, open ? (uint)(limit >> 32) : 0);
        await bus.WriteConfig(bridge.Bdf, PrefetchableWindow, open ? (uint)(bridge.WindowBase >> 16 & 0xFFF0) | (uint)(limit & 0xFFF0_0000) : ClosedWindow);
    }

    private async Task WriteBar(PciDevice device, PciBar bar)
    {
        await bus.WriteConfig(device.Bdf, FirstBar + 4 * bar.Index, (uint)bar.Base);
        await bus.WriteConfig(device.Bdf, FirstBar + 4 * bar.Index + 4, (uint)(bar.Base >> 32));
    }

    private static ulong AlignUp(ulong value, ulong alignment) => (value + alignment - 1) & ~(alignment - 1);
}
