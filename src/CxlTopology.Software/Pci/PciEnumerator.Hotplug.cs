using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>What comes later: a device that appears behind a port.</summary>
public sealed partial class PciEnumerator
{
    /// <summary>
    /// Looks behind a port for what has come, or come back. The functions of a device get addresses in the port's window; a switch that was there before gets its numbers and addresses back, and so does what is
    /// below it.
    /// </summary>
    /// <param name="port">A root port or a downstream port that has its bus number.</param>
    /// <returns>The function, or function 0 of several; null if nothing answers there.</returns>
    /// <exception cref="ErrnoException">There is no room in the window, or a switch came that was not there before, which would need bus numbers: ENOSPC.</exception>
    public async Task<PciDevice?> Rescan(PciDevice port)
    {
        assigns = true;
        var bdf = new Bdf(port.Bdf.Segment, port.SecondaryBus, 0, 0);
        uint id = await bus.ReadConfig(bdf, 0);
        if (port.SecondaryBus == 0 || id is uint.MaxValue or 0)
            return null;
        uint header = await bus.ReadConfig(bdf, HeaderType, 1);
        if ((header & 0x7F) == 1)
        {
            if (port.Children is not [var known, ..] || known.Id != id)
                throw new ErrnoException(Errno.ENOSPC, $"a switch came behind {port.Bdf}, and there are no bus numbers for what is below it");
            await Restore(known);
            return known;
        }

        var found = new List<PciDevice>();
        for (byte function = 0; function < ((header & MultiFunction) == 0 ? 1 : Bdf.FunctionsMax); function++)
        {
            Bdf at = bdf with { Function = function };
            uint there = function == 0 ? id : await bus.ReadConfig(at, 0);
            if (there is uint.MaxValue or 0)
                continue;
            if (function > 0 && port.Children.Find(c => c.Bdf == at && c.Id == there) is { } known && await IsPlaced(known))
            {
                found.Add(known); // it never went, and somebody may be using it
                continue;
            }

            var device = new PciDevice { Bdf = at, Id = there, IsBridge = false, Parent = port };
            await Size(device);
            await FindCapabilities(device);
            found.Add(device);
        }

        ulong end = port.WindowBase;
        foreach (PciBar bar in found.SelectMany(d => d.Bars))
            end = bar.Is64Bit ? AlignUp(end, bar.Size) + bar.Size : end;
        if (end > port.WindowEnd)
            throw new ErrnoException(Errno.ENOSPC, $"the BARs of {bdf} need 0x{end - port.WindowBase:x} bytes; the window of {port.Bdf} has 0x{port.WindowEnd - port.WindowBase:x}");
        ulong next = port.WindowBase;
        port.Children.Clear();
        foreach (PciDevice device in found)
        {
            next = device.Bars.Count > 0 && device.Bars[0].Base != 0
                ? Math.Max(next, device.Bars.Max(b => b.Base + b.Size))
                : await Place(device, next);
            port.Children.Add(device);
        }

        return found[0];
    }

    /// <summary>Whether a function has its BARs where they were put.</summary>
    private async Task<bool> IsPlaced(PciDevice device)
    {
        foreach (PciBar bar in device.Bars)
        {
            if (!bar.Is64Bit)
                continue;
            ulong low = await bus.ReadConfig(device.Bdf, FirstBar + 4 * bar.Index) & ~0xFu;
            if (bar.Base == 0 || (low | (ulong)await bus.ReadConfig(device.Bdf, FirstBar + 4 * bar.Index + 4) << 32) != bar.Base)
                return false;
        }

        return true;
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
