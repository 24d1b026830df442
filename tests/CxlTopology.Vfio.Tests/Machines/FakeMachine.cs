using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Machines;

/// <summary>A machine whose every access completes at once: devices on one bus, memory behind their decoders, 1 GiB of the host's own.</summary>
internal sealed class FakeMachine : IConfigurationBus, IMmioBus, IMemoryBus, ISoftwareClock
{
    public const ulong OwnMemory = 1UL << 30;
    private readonly Dictionary<ulong, byte[]> own = [];

    public FakeMachine(params FakeDevice[] devices)
    {
        Devices = devices;
        Hardware = new VfioHardware(this, this, this, this);
        ulong next = 0x2000_0000_0000;
        for (int i = 0; i < devices.Length; i++)
            Functions.Add(Place(devices[i], ref next));
    }

    public IReadOnlyList<FakeDevice> Devices { get; }

    public List<PciDevice> Functions { get; } = [];

    public VfioHardware Hardware { get; }

    public SimTime Now { get; private set; }

    /// <summary>Poisoned lines, by host address.</summary>
    public HashSet<ulong> Poison { get; } = [];

    /// <summary>Bytes of the longest access to memory so far.</summary>
    public int LongestAccess { get; set; }

    /// <summary>Every host address that memory was accessed at.</summary>
    public HashSet<ulong> Touched { get; } = [];

    /// <summary>Called at every wait.</summary>
    public Action? Waited { get; set; }

    public Task Wait(SimDuration delay)
    {
        Now += delay;
        Waited?.Invoke();
        return Task.CompletedTask;
    }

    public Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4) =>
        Task.FromResult(Find(function)?.ReadConfig(offset, bytes) ?? (uint)IoWidth.AllOnes(bytes));

    public Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4)
    {
        Find(function)?.WriteConfig(offset, value, bytes);
        return Task.CompletedTask;
    }

    public Task<ulong> ReadMmio(ulong address, int bytes = 4)
    {
        foreach (FakeDevice device in Devices)
        {
            if (device.BarAt(address, out ulong offset) is var bar and >= 0)
                return Task.FromResult(device.ReadBar(bar, offset, bytes));
        }

        return Task.FromResult(IoWidth.AllOnes(bytes));
    }

    public Task WriteMmio(ulong address, ulong value, int bytes = 4)
    {
        foreach (FakeDevice device in Devices)
        {
            if (device.BarAt(address, out ulong offset) is var bar and >= 0)
                device.WriteBar(bar, offset, value, bytes);
        }

        return Task.CompletedTask;
    }

    public Task<AccessStatus> ReadMemory(ulong address, Memory<byte> into)
    {
        LongestAccess = Math.Max(LongestAccess, into.Length);
        if (Line(address) is not { } line)
        {
            into.Span.Fill(0xFF);
            return Task.FromResult(AccessStatus.NoWindow);
        }

        line.AsSpan((int)(address & 63), into.Length).CopyTo(into.Span);
        return Task.FromResult(Poison.Contains(address & ~63UL) ? AccessStatus.Poisoned : AccessStatus.Ok);
    }

    public Task<AccessStatus> WriteMemory(ulong address, ReadOnlyMemory<byte> data)
    {
        LongestAccess = Math.Max(LongestAccess, data.Length);
        if (Line(address) is not { } line)
            return Task.FromResult(AccessStatus.NoWindow);
        data.Span.CopyTo(line.AsSpan((int)(address & 63)));
        return Task.FromResult(AccessStatus.Ok);
    }

    public Task<AccessStatus> ClearMemory(ulong address, ulong bytes)
    {
        FakeDevice? device = Devices.FirstOrDefault(d => !d.IsGone && d.Decode(address) is not null);
        if (device?.Decode(address) is not { } first)
            return Task.FromResult(AccessStatus.NoWindow);
        foreach (ulong line in device.Memory.Keys.Where(l => l - first < bytes).ToArray())
            device.Memory.Remove(line);
        return Task.FromResult(AccessStatus.Ok);
    }

    private byte[]? Line(ulong address)
    {
        Touched.Add(address & ~63UL);
        Dictionary<ulong, byte[]>? memory = null;
        ulong at = address;
        if (address < OwnMemory)
        {
            memory = own;
        }
        else
        {
            foreach (FakeDevice device in Devices)
            {
                if (!device.IsGone && device.Decode(address) is { } dpa)
                    (memory, at) = (device.Memory, dpa);
            }
        }

        if (memory is null)
            return null;
        if (!memory.TryGetValue(at & ~63UL, out byte[]? line))
            memory.Add(at & ~63UL, line = new byte[64]);
        return line;
    }

    private FakeDevice? Find(Bdf bdf) => Devices.FirstOrDefault(d => d.Bdf == bdf);

    private PciDevice Place(FakeDevice device, ref ulong next)
    {
        const int FirstBar = 0x10;
        foreach ((int bar, ulong size) in ((int, ulong)[])[(0, 1UL << 20), (2, 16UL << 20), (4, 4096UL)])
        {
            device.WriteConfig(FirstBar + 4 * bar, (uint)next, 4);
            device.WriteConfig(FirstBar + 4 * bar + 4, (uint)(next >> 32), 4);
            next += Math.Max(size, 16UL << 20);
        }

        device.WriteConfig(4, 6, 2);
        PciDevice found = new PciEnumerator(this).Discover(new HostBridgeResources(0, device.Bdf.Bus, device.Bdf.Bus, 0, 0, 1UL << 36)).Result.First(f => f.Bdf == device.Bdf);
        device.Writes.Clear();
        return found;
    }
}
