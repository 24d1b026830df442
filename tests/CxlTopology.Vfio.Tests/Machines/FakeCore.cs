using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Machines;

/// <summary>A CXL core of one window at 64 GiB, which commits the decoders of fake devices.</summary>
internal sealed class FakeCore(FakeMachine machine) : IPassthroughCore
{
    public const ulong Window = 64UL << 30;
    private readonly SortedDictionary<ulong, ulong> used = [];

    public ulong WindowSize { get; set; } = 4UL << 30;

    public bool Resets { get; set; } = true;

    /// <summary>What a reset does besides.</summary>
    public Action? OnReset { get; set; }

    public List<string> Log { get; } = [];

    public bool IsBusy { get; set; }

    public IReadOnlyList<PassthroughRegion>? Claim(PciDevice function)
    {
        Log.Add("claim");
        return IsBusy ? throw new ErrnoException(Errno.EBUSY, $"{function.Bdf} is somebody else's.") : CommittedRegions(new PassthroughMemdev("mem0", function, default));
    }

    public void Release(PciDevice function) => Log.Add("release");

    public Task<PassthroughMemdev> AddMemdev(PciDevice function, ByteSize capacity, bool isClaimed = false)
    {
        Log.Add("add");
        return Task.FromResult(new PassthroughMemdev("mem0", function, capacity));
    }

    public Task RemoveMemdev(PassthroughMemdev memdev)
    {
        Log.Add("remove");
        return Task.CompletedTask;
    }

    public IReadOnlyList<PassthroughRegion> CommittedRegions(PassthroughMemdev memdev)
    {
        var regions = new List<PassthroughRegion>();
        FakeDevice device = DeviceOf(memdev.Function);
        for (int decoder = 0; decoder < 2; decoder++)
        {
            uint[] d = device.Hdm[(decoder * 8)..(decoder * 8 + 8)];
            if ((d[4] & 0x400) != 0)
                regions.Add(new PassthroughRegion($"region{decoder}", new Hpa((ulong)d[1] << 32 | d[0]), new ByteSize((ulong)d[3] << 32 | d[2]), 1 << (int)(d[4] >> 4 & 7)));
        }

        return regions;
    }

    public ByteSize FreeHostRange(IReadOnlyList<PassthroughMemdev> memdevs) => new(WindowSize - used.Values.Aggregate(0UL, (sum, size) => sum + size));

    public Task<PassthroughDpa> RequestDpa(PassthroughMemdev memdev, ByteSize size)
    {
        Log.Add("dpa");
        return Task.FromResult(new PassthroughDpa(memdev, default, size));
    }

    public Task FreeDpa(PassthroughDpa dpa)
    {
        Log.Add("free dpa");
        return Task.CompletedTask;
    }

    public Task<PassthroughRegion> CreateRegion(IReadOnlyList<PassthroughDpa> parts)
    {
        ulong at = Window;
        foreach ((ulong start, ulong size) in used)
        {
            if (at + parts[0].Size.Bytes <= start)
                break;
            at = start + size;
        }

        used.Add(at, parts[0].Size.Bytes);
        DeviceOf(parts[0].Memdev.Function).Commit(0, at, parts[0].Size.Bytes);
        Log.Add("create");
        return Task.FromResult(new PassthroughRegion("region0", new Hpa(at), parts[0].Size, parts.Count, parts[0].Memdev.Function));
    }

    public Task Detach(PassthroughRegion region)
    {
        used.Remove(region.Base.Value);
        DeviceOf((PciDevice)region.Handle!).Release(0);
        Log.Add("detach");
        return Task.CompletedTask;
    }

    public void PutRoot(PassthroughRegion region) => Log.Add("put root");

    public Task<bool> CanReset(PciDevice function, bool clearsMemory) => Task.FromResult(Resets);

    public Task Reset(PciDevice function, bool clearsMemory)
    {
        Log.Add(clearsMemory ? "reset and clear" : "reset");
        OnReset?.Invoke();
        if (clearsMemory)
            DeviceOf(function).Memory.Clear();
        return Task.CompletedTask;
    }

    private FakeDevice DeviceOf(PciDevice function) => machine.Devices.First(d => d.Bdf == function.Bdf);
}
