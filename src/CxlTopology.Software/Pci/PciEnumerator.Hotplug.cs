using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>What comes later: a device that appears behind a port.</summary>
public sealed partial class PciEnumerator
{
    /// <summary>
    /// Looks behind a port for what has come, or come back. A device with a single function gets addresses in the port's window; a switch that was there before gets its numbers and addresses back, and so does what is
    /// below it.
    /// </summary>
    /// <param name="port">A root port or a downstream port that has its bus number.</param>
    /// <returns>The function; null if nothing answers there.</returns>
    /// <exception cref="ErrnoException">There is no room in the window, or a switch came that was not there before, which would need bus numbers: ENOSPC.</exception>
    public async Task<PciDevice?> Rescan(PciDevice port)
    {
        assigns = true;
        var bdf = new Bdf(port.Bdf.Segment, port.SecondaryBus, 0, 0);
        uint id = await bus.ReadConfig(bdf, 0);
        if (port.SecondaryBus == 0 || id is uint.MaxValue or 0)
            return null;
        bool isBridge = (await bus.ReadConfig(bdf, HeaderType, 1) & 0x7F) == 1;
        if (isBridge)
        {
            if (port.Children is not [var known, ..] || known.Id != id)
                throw new ErrnoException(Errno.ENOSPC, $"a switch came behind {port.Bdf}, and there are no bus numbers for what is below it");
            await Restore(known);
            return known;
        }

        var device = new PciDevice { Bdf = bdf, Id = id, IsBridge = false, Parent = port };
        await Size(device);
        await FindCapabilities(device);
        ulong end = port.WindowBase;
        foreach (PciBar bar in device.Bars)
            end = bar.Is64Bit ? AlignUp(end, bar.Size) + bar.Size : end;
        if (end > port.WindowEnd)
            throw new ErrnoException(Errno.ENOSPC, $"the BARs of {bdf} need 0x{end - port.WindowBase:x} bytes; the window of {port.Bdf} has 0x{port.WindowEnd - port.WindowBase:x}");
        await Place(device, port.WindowBase);
        port.Children.Clear();
        port.Children.Add(device);
        return device;
    }

    /// <summary>Writes what a function was given before, and what lies below it.</summary>
    private async Task Restore(PciDevice device)
    {
        foreach (PciBar bar in device.Bars)
        {
            if (bar.Is64Bit)
                await WriteBar(device, bar);
        }

        if (device.IsBridge)
        {
            await WriteBuses(device, device.SubordinateBus);
            await WriteWindow(device);
        }

        await bus.WriteConfig(device.Bdf, Command, MemoryAndMaster, 2);
        foreach (PciDevice below in device.Children)
            await Restore(below);
    }
}
