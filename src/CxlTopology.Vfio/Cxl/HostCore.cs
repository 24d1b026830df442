using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>The CXL core of a host, or of a guest that passes a device on, as passthrough uses it.</summary>
/// <param name="core">The core; its platform is probed.</param>
public sealed class HostCore(CxlCore core) : IPassthroughCore
{
    private const int Capability = 0x0A;
    private const int Control = 0x0C;
    private const uint CacheCapable = 1;
    private const uint CacheEnable = 1;
    private const uint MemoryClearCapable = 1 << 11;
    private readonly HashSet<PciDevice> users = []; // for look-up alone, as the next
    private readonly HashSet<PciDevice> claimed = [];
    private readonly HashSet<CxlMemdev> added = [];
    private readonly Queue<TaskCompletionSource> waiting = [];
    private bool taken;
    private readonly Claims claims = new(core);

    /// <summary>The core.</summary>
    public CxlCore Core { get; } = core;

    private CxlRegions Regions => Core.Assembler as CxlRegions ?? new CxlRegions(Core);

    /// <inheritdoc/>
    public IReadOnlyList<PassthroughRegion>? Claim(PciDevice function)
    {
        if ((Core.FunctionAt(function.Bdf) is { } known ? Core.MemdevOf(known) : null) is not { } memdev)
            return null;
        RequireFree(function, isClaimed: false);
        claimed.Add(function);
        return RegionsOf(memdev);
    }

    /// <inheritdoc/>
    public void Release(PciDevice function) => claimed.Remove(function);

    /// <inheritdoc/>
    public Task<PassthroughMemdev> AddMemdev(PciDevice function, ByteSize capacity, bool isClaimed = false) => Alone(() => Add(function, capacity, isClaimed));

    /// <summary>Has something else done with the core, when none of the calls here is under way: a device that comes or goes by hot plug.</summary>
    /// <param name="call">What is done.</param>
    public Task Exclusively(Func<CxlCore, Task> call) => Alone(async () =>
    {
        await call(Core);
        return true;
    });

    /// <inheritdoc/>
    public Task RemoveMemdev(PassthroughMemdev memdev) => Alone(async () =>
    {
        await Remove(memdev);
        return true;
    });

    private void RequireFree(PciDevice function, bool isClaimed)
    {
        if (users.Contains(function) || (!isClaimed && claimed.Contains(function)))
            throw new ErrnoException(Errno.EBUSY, $"{function.Bdf} has another user: a device, or its part of an interleaved region, goes to one guest.");
        if (Core.FunctionAt(function.Bdf) is { } known && Core.MemdevOf(known) is { AttachedByDriver: true } memdev)
            throw new ErrnoException(Errno.EBUSY, $"A driver of the host is attached to the region that firmware committed of {memdev.Name} ({function.Bdf}).");
    }

    private async Task<PassthroughMemdev> Add(PciDevice function, ByteSize capacity, bool isClaimed)
    {
        RequireFree(function, isClaimed);
        users.Add(function);
        try
        {
            return await Join(function, capacity);
        }
        catch (ErrnoException)
        {
            users.Remove(function);
            throw;
        }
    }

    private async Task<PassthroughMemdev> Join(PciDevice function, ByteSize capacity)
    {
        bool isNew = Core.FunctionAt(function.Bdf) is not { } known || Core.MemdevOf(known) is null;
        if (isNew)
            await Core.AddDevice(function.Bdf);
        CxlMemdev memdev = (Core.FunctionAt(function.Bdf) is { } found ? Core.MemdevOf(found) : null)
            ?? throw new ErrnoException(Errno.ENODEV, $"The CXL core has no memory device for {function.Bdf}.");
        if (memdev.Endpoint is null)
        {
            if (isNew)
                await Core.RemoveDevice(memdev);
            throw new ErrnoException(Errno.ENXIO, $"{memdev.Name} of {function.Bdf} has no endpoint: its ports or decoders could not be enumerated.");
        }

        if (isNew)
            added.Add(memdev);
        await SetCache(function, enabled: true);
        return new PassthroughMemdev(memdev.Name, function, capacity, memdev);
    }

    private async Task Remove(PassthroughMemdev memdev)
    {
        users.Remove(memdev.Function);
        await SetCache(memdev.Function, enabled: false);
        if (added.Remove(Of(memdev)) && Core.Memdevs.Contains(Of(memdev)))
            await Core.RemoveDevice(Of(memdev)); // it was not there before
    }

    /// <summary>What a device answers to Get Poison List for all of its memory.</summary>
    /// <exception cref="ErrnoException">EOPNOTSUPP: an accelerator needs no mailbox, and without one there is nobody to ask.</exception>
    public static async Task<byte[]> QueryPoison(PassthroughMemdev memdev)
    {
        if (Of(memdev).Mailbox is not { } mailbox)
            throw new ErrnoException(Errno.EOPNOTSUPP, $"{memdev.Name} has no mailbox: its poison list cannot be asked for.");
        const int QuestionLength = 16;
        const ulong LineBytes = 64;
        var question = new byte[QuestionLength]; // from device address 0, so many lines
        LittleEndian.Put(question.AsSpan(), 8, memdev.Capacity.Bytes / LineBytes);
        return await mailbox.Send(MailboxOpcode.GetPoisonList, question);
    }

    /// <inheritdoc/>
    public IReadOnlyList<PassthroughRegion> CommittedRegions(PassthroughMemdev memdev) => RegionsOf(Of(memdev));

    private static PassthroughRegion[] RegionsOf(CxlMemdev memdev) =>
        [.. CxlRegions.CommittedRegions(memdev).Select(r => new PassthroughRegion(r.Name, r.Base, r.Size, r.Ways, r, r.IsAuto))];

    /// <inheritdoc/>
    public ByteSize FreeHostRange(IReadOnlyList<PassthroughMemdev> memdevs) => FindWindow([.. memdevs.Select(Of)]) is { } root ? HostAddresses.LargestFree(root) : default;

    /// <inheritdoc/>
    public Task<PassthroughDpa> RequestDpa(PassthroughMemdev memdev, ByteSize size)
    {
        CxlEndpointDecoder decoder = CxlRegions.RequestMemory(Of(memdev), isPersistent: false, size);
        return Task.FromResult(new PassthroughDpa(memdev, decoder.DpaBase, decoder.DpaSize, decoder));
    }

    /// <inheritdoc/>
    public Task FreeDpa(PassthroughDpa dpa)
    {
        var decoder = (CxlEndpointDecoder)dpa.Handle!;
        if (decoder.DpaSize.Bytes != 0 && !decoder.Enabled && decoder.Region is null)
            DeviceMemory.Free(decoder);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task<PassthroughRegion> CreateRegion(IReadOnlyList<PassthroughDpa> parts) => Alone(() => Create(parts));

    /// <inheritdoc/>
    public Task Detach(PassthroughRegion region) => Alone(async () =>
    {
        if (Core.Regions.Contains((CxlRegion)region.Handle!))
            await Regions.Delete((CxlRegion)region.Handle!);
        return true;
    });

    private async Task<PassthroughRegion> Create(IReadOnlyList<PassthroughDpa> parts)
    {
        CxlMemdev[] memdevs = [.. parts.Select(p => Of(p.Memdev))];
        CxlRootDecoder root = FindWindow(memdevs)
            ?? throw new ErrnoException(Errno.ENOSPC, $"No window of the host allows accelerators and leads to {string.Join(", ", memdevs.Select(m => m.Name))}.");
        CxlRegion region = await Regions.CreateAcceleratorRegion(root, [.. parts.Select(p => (CxlEndpointDecoder)p.Handle!)]);
        return new PassthroughRegion(region.Name, region.Base, region.Size, region.Ways, region);
    }

    /// <inheritdoc/>
    public void PutRoot(PassthroughRegion region)
    {
        // The region held it, and is deleted: nothing is left to give up.
    }

    /// <inheritdoc/>
    public async Task<bool> CanReset(PciDevice function, bool clearsMemory)
    {
        if (!await NewReset().IsSupported(function))
            return false;
        return !clearsMemory || await Has(function, MemoryClearCapable);
    }

    /// <inheritdoc/>
    public async Task Reset(PciDevice function, bool clearsMemory)
    {
        CxlReset reset = NewReset();
        await reset.Run(function, claims, new CxlResetOptions { ClearsMemory = clearsMemory });
        Core.Log.AddRange(reset.Log);
    }

    /// <summary>The window with the longest free range of those that take so many ways, allow an accelerator's memory and lead to every device in turn; null without one.</summary>
    private CxlRootDecoder? FindWindow(CxlMemdev[] memdevs)
    {
        const WindowRestrictions Needed = WindowRestrictions.Type2 | WindowRestrictions.Volatile;
        CxlRootDecoder? best = null;
        foreach (CxlRootDecoder root in Core.Root?.Decoders.OfType<CxlRootDecoder>() ?? [])
        {
            int ways = root.Interleave.Ways;
            bool fits = (root.Window.Restrictions & Needed) == Needed && memdevs.Length % ways == 0 && System.Numerics.BitOperations.IsPow2(memdevs.Length / ways);
            for (int i = 0; fits && i < memdevs.Length; i++)
                fits = root.Targets[i % ways] == BridgeOf(memdevs[i]);
            if (fits && (best is null || HostAddresses.LargestFree(root).Bytes > HostAddresses.LargestFree(best).Bytes))
                best = root;
        }

        return best;
    }

    /// <summary>The downstream port of the root that leads to a device.</summary>
    private static CxlDport? BridgeOf(CxlMemdev memdev)
    {
        CxlPort? port = memdev.Endpoint;
        while (port?.Parent is { Kind: not CxlPortKind.Root })
            port = port.Parent;
        return port?.ParentDport;
    }

    private CxlReset NewReset() => new(Core.Configuration, Core.Mmio, Core.Clock);

    /// <summary>The core takes one call after the other.</summary>
    private async Task<T> Alone<T>(Func<Task<T>> call)
    {
        if (taken)
        {
            var turn = new TaskCompletionSource();
            waiting.Enqueue(turn);
            await turn.Task;
        }

        taken = true;
        try
        {
            return await call();
        }
        finally
        {
            if (waiting.TryDequeue(out TaskCompletionSource? next))
                next.SetResult();
            else
                taken = false;
        }
    }

    private async Task<bool> Has(PciDevice function, uint capability)
    {
        (int dvsec, _) = await CxlRegisterInfo.FindDvsec(Core.Configuration, function, 0);
        return dvsec != 0 && (await Core.Configuration.ReadConfig(function.Bdf, dvsec + Capability, 2) & capability) != 0;
    }

    /// <summary>Turns CXL.cache of a device that has it on or off.</summary>
    private async Task SetCache(PciDevice function, bool enabled)
    {
        if (!await Has(function, CacheCapable))
            return;
        (int dvsec, _) = await CxlRegisterInfo.FindDvsec(Core.Configuration, function, 0);
        uint control = await Core.Configuration.ReadConfig(function.Bdf, dvsec + Control, 2);
        if (control != ushort.MaxValue)
            await Core.Configuration.WriteConfig(function.Bdf, dvsec + Control, enabled ? control | CacheEnable : control & ~CacheEnable, 2);
    }

    private static CxlMemdev Of(PassthroughMemdev memdev) => (CxlMemdev)memdev.Handle!;

    /// <summary>Memory that is passed through has no other user.</summary>
    private sealed class Claims(CxlCore core) : IMemoryClaims
    {
        public bool TryClaim(ulong first, ulong bytes) => true;

        public void Release(ulong first, ulong bytes)
        {
        }

        public Task<bool> FlushCaches(ulong first, ulong bytes) => core.FlushCaches(first, bytes);
    }
}
