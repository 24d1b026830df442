using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>The drivers of memory devices: a type 3 by its class code, an accelerator by its device DVSEC. Makes the memory device, then the ports above it, then its endpoint.</summary>
internal sealed class MemdevProbe(CxlCore core)
{
    private const int ClassRevision = 0x08;
    private const uint MemoryClass = 0x05_0210;
    private const int Capability = 0x0A;
    private const uint MemCapable = 4;
    private const uint DeviceDvsec = 0;
    private const ushort SerialNumberCapability = 3;
    private readonly ComponentLocator locator = new(core.Configuration, core.Mmio);

    /// <summary>A function without a driver gets one, if it is a memory device or an accelerator with memory.</summary>
    /// <returns>The memory device; null if it is none, or its driver cannot be bound (it is logged why).</returns>
    public async Task<CxlMemdev?> Probe(PciDevice function)
    {
        try
        {
            return await Add(function);
        }
        catch (ErrnoException error)
        {
            core.Log.Add($"{function.Bdf}: probe failed: {error.Message} ({error.Errno})");
            return null;
        }
    }

    /// <summary>The same, for a device that somebody asks for: what keeps its memory device from being made is thrown.</summary>
    /// <returns>The memory device, disabled if its ports or its endpoint could not be made (it is logged why); null if the function is none.</returns>
    /// <exception cref="ErrnoException">The driver of the function fails.</exception>
    public async Task<CxlMemdev?> Add(PciDevice function) => await Register(function) is { } memdev ? await Bind(memdev) : null;

    private async Task<CxlMemdev?> Register(PciDevice function)
    {
        bool isMemory = await core.Configuration.ReadConfig(function.Bdf, ClassRevision) >> 8 == MemoryClass;
        int dvsec = await locator.FindDvsec(function, DeviceDvsec);
        if (!isMemory && (dvsec == 0 || (await core.Configuration.ReadConfig(function.Bdf, dvsec + Capability, 2) & MemCapable) == 0))
            return null; // no business of ours
        if (dvsec == 0)
            core.Log.Add($"{function.Bdf}: no CXL device DVSEC, CXL.mem is left alone");
        DeviceBlocks? device = isMemory ? await DeviceBlocks.Find(core, locator, function) : null;
        ulong block = await locator.FindBlock(function, (uint)RegisterBlockId.Component);
        if (block == 0)
            core.Log.Add($"{function.Bdf}: no component registers ({Errno.ENODEV})");
        var memdev = new CxlMemdev
        {
            Id = core.MemdevIds.Take(),
            Function = function,
            IsAccelerator = !isMemory,
            Serial = await ReadSerial(function),
            Location = await locator.LocateBlock(function.Bdf, block, dvsec),
            DeviceRegisters = device?.Base ?? 0,
            Mailbox = device?.Mailbox,
        };
        try
        {
            await Describe(memdev, device);
        }
        catch (ErrnoException)
        {
            core.MemdevIds.Return(memdev.Id);
            throw;
        }

        core.Add(memdev);
        return memdev;
    }

    private async Task Describe(CxlMemdev memdev, DeviceBlocks? device)
    {
        int ranges = 0;
        try
        {
            var wait = new MediaWait(core);
            ranges = await wait.UntilRangesAreActive(memdev.Function, memdev.Location.DeviceDvsec);
            if (device is not null)
                await wait.RequireMedia(memdev.Function.Bdf.ToString(), device.MemoryDeviceStatus);
            memdev.MediaReady = true;
        }
        catch (ErrnoException error)
        {
            core.Log.Add($"{memdev.Function.Bdf}: the media is not active: {error.Message} ({error.Errno})");
        }

        if (!memdev.MediaReady)
            return;
        if (memdev.Mailbox is not null)
            await new PartitionProbe(memdev).Read();
        else
            await DeclareCapacity(memdev, ranges);
    }

    /// <summary>An accelerator's driver knows how much memory its device has; here, as the ranges of the device DVSEC tell it: one RAM partition.</summary>
    private async Task DeclareCapacity(CxlMemdev memdev, int ranges)
    {
        const int SizeHigh = 0x18;
        const int SizeLow = 0x1C;
        const int RangeLength = 0x10;
        ulong capacity = 0;
        for (int range = 0; range < ranges; range++)
        {
            int at = memdev.Location.DeviceDvsec + RangeLength * range;
            capacity += await core.Configuration.ReadConfig(memdev.Function.Bdf, at + SizeLow) & 0xF000_0000
                | (ulong)await core.Configuration.ReadConfig(memdev.Function.Bdf, at + SizeHigh) << 32;
        }

        memdev.Capacity = new ByteSize(capacity);
        if (capacity != 0)
            memdev.Partitions.Add(new CxlPartition(IsPersistent: false, default, new ByteSize(capacity), QosClass: -1));
    }

    private async Task<ulong> ReadSerial(PciDevice function)
    {
        foreach ((ushort id, int offset) in function.ExtendedCapabilities)
        {
            if (id == SerialNumberCapability)
                return await core.Configuration.ReadConfig(function.Bdf, offset + 4) | (ulong)await core.Configuration.ReadConfig(function.Bdf, offset + 8) << 32;
        }

        return 0;
    }

    /// <summary>A device that caches gets its way to the host. Without, its memory is there all the same.</summary>
    private async Task AssignCacheId(CxlMemdev memdev)
    {
        try
        {
            await core.CacheIds.Assign(memdev.Function, memdev.Location);
        }
        catch (ErrnoException error)
        {
            core.Log.Add($"{memdev.Name}: no CXL.cache: {error.Message} ({error.Errno})");
        }
    }

    /// <summary>The driver of the memory device: it needs its ports, and an endpoint.</summary>
    private async Task<CxlMemdev> Bind(CxlMemdev memdev)
    {
        if (memdev.IsAccelerator)
            await AssignCacheId(memdev);
        try
        {
            await new EndpointProbe(core).Attach(memdev);
        }
        catch (ErrnoException error)
        {
            core.Log.Add($"{memdev.Name}: probe failed: {error.Message} ({error.Errno})");
        }

        return memdev;
    }
}
