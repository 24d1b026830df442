using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>Where requests go by the header: bus numbers, windows, base address registers.</summary>
/// <remarks>
/// A request asks every port on its way, so what the registers say is put together once, and again after they were written or reset.
/// </remarks>
internal sealed partial class PciFunction
{
    private bool routed;
    private bool decodesMemory;
    private byte secondary;
    private byte subordinate;
    private (ulong First, ulong Last) wide;
    private (ulong First, ulong Last) narrow;
    private ulong[]? bases;

    /// <summary>Whether a configuration request to a bus goes through this port.</summary>
    public bool LeadsTo(byte bus)
    {
        if (!routed)
            Route();
        return secondary != 0 && bus >= secondary && bus <= subordinate;
    }

    /// <summary>Whether an access to memory space goes through this port: it lies in one of its windows.</summary>
    public bool Forwards(ulong address)
    {
        if (!routed)
            Route();
        return decodesMemory && ((address >= wide.First && address <= wide.Last) || (address >= narrow.First && address <= narrow.Last));
    }

    /// <summary>The BAR that an address lies in, and where; -1 if it lies in none.</summary>
    public int BarAt(ulong address, out ulong offset)
    {
        if (!routed)
            Route();
        offset = 0;
        for (int i = 0; decodesMemory && i < bases!.Length; i++)
        {
            offset = address - bases[i];
            if (offset < layout.Bars[i].Size)
                return layout.Bars[i].Index;
        }

        return -1;
    }

    private void Route()
    {
        (ulong, ulong) closed = (1, 0);
        routed = true;
        decodesMemory = registers.Get(layout.Header, layout.HeaderFields.MemorySpaceEnable) && !IsAsleep;
        bases ??= new ulong[layout.Bars.Count];
        for (int i = 0; i < bases.Length; i++)
            bases[i] = layout.Bars[i].Address(registers);
        if (layout.Type1 is not { } header)
        {
            (secondary, subordinate, wide, narrow) = (0, 0, closed, closed);
            return;
        }

        RegisterView view = registers[header];
        secondary = registers.Get(header, header.Table.SecondaryBus);
        subordinate = registers.Get(header, header.Table.SubordinateBus);
        wide = header.Table.PrefetchableWindow(view) ?? closed;
        narrow = header.Table.MemoryWindow(view) ?? closed;
    }
}
