using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Pci;

/// <summary>Configuration requests and MMIO of one host bridge, routed by the bus numbers that the bridges hold at the moment.</summary>
/// <param name="host">The buses of the host bridge.</param>
internal sealed class FakeBus(HostBridgeResources host) : IConfigurationBus, IMmioBus
{
    /// <summary>What lies on the root bus, by device and function.</summary>
    public SortedDictionary<(int Device, int Function), FakeFunction> Roots { get; } = [];

    /// <summary>Dwords of memory-mapped registers; all else reads as all ones.</summary>
    public Dictionary<ulong, uint> Memory { get; } = [];

    /// <summary>Configuration reads so far.</summary>
    public int Reads { get; private set; }

    /// <summary>Configuration writes so far.</summary>
    public int Writes { get; private set; }

    /// <summary>A bus with functions as devices 0, 1, … of the root bus.</summary>
    public static FakeBus Of(HostBridgeResources host, params FakeFunction[] roots)
    {
        var bus = new FakeBus(host);
        for (int i = 0; i < roots.Length; i++)
            bus.Roots.Add((i, 0), roots[i]);
        return bus;
    }

    public Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4)
    {
        Reads++;
        return Task.FromResult(Find(function)?.Read(offset, bytes) ?? (uint)((1UL << (8 * bytes)) - 1));
    }

    public Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4)
    {
        Writes++;
        Find(function)?.Write(offset, value, bytes);
        return Task.CompletedTask;
    }

    public Task<ulong> ReadMmio(ulong address, int bytes = 4) => Task.FromResult<ulong>(Memory.GetValueOrDefault(address, uint.MaxValue));

    public Task WriteMmio(ulong address, ulong value, int bytes = 4)
    {
        Memory[address] = (uint)value;
        return Task.CompletedTask;
    }

    private FakeFunction? Find(Bdf to) => to.Segment != host.Segment ? null : Find(Roots, host.FirstBus, to);

    private static FakeFunction? Find(SortedDictionary<(int Device, int Function), FakeFunction> on, byte bus, Bdf to)
    {
        if (to.Bus == bus)
            return on.GetValueOrDefault((to.Device, to.Function));
        foreach (FakeFunction bridge in on.Values)
        {
            if (bridge.IsBridge && bridge.Secondary != 0 && to.Bus >= bridge.Secondary && to.Bus <= bridge.Subordinate)
                return Find(bridge.Below, bridge.Secondary, to);
        }

        return null;
    }
}
