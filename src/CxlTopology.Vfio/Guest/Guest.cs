using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>What runs in a virtual machine: firmware, which numbers the guest's buses; the same CXL core as in a host; the driver of its accelerators.</summary>
public sealed class Guest
{
    private readonly Dictionary<VirtualDevice, PciDevice> functions = [];

    /// <summary>A guest that has not booted.</summary>
    public Guest(VirtualMachine machine) => Machine = machine;

    /// <summary>The machine that it runs in.</summary>
    public VirtualMachine Machine { get; }

    /// <summary>Its CXL core; null before it has booted.</summary>
    public CxlCore? Core { get; private set; }

    /// <summary>Its regions, in the order in which its driver made them.</summary>
    public List<CxlRegion> Regions { get; } = [];

    /// <summary>Boots: buses are numbered; what firmware commits in such a machine is committed; ports, decoders and memory devices are found.</summary>
    /// <exception cref="ErrnoException">The core could not be probed.</exception>
    public async Task Boot()
    {
        IReadOnlyList<PciDevice> found = await new PciEnumerator(Machine).Enumerate(Machine.Platform.Bridges[0].Resources);
        for (int i = 0; i < Machine.Devices.Count; i++)
        {
            PciDevice? function = found.FirstOrDefault(p => p.PortNumber == i)?.Children.FirstOrDefault();
            if (function is not null)
                functions[Machine.Devices[i]] = function;
        }

        ulong next = Machine.Window.Base.Value;
        for (int i = 0; i < Machine.Devices.Count; i++)
        {
            VirtualDevice device = Machine.Devices[i];
            if (device.Device.Options.Dialect != VfioDialect.V3 || device.MemorySize.Bytes == 0)
                continue;
            await Machine.Precommit(i, next);
            next += device.MemorySize.Bytes;
        }

        var core = new CxlCore(Machine, Machine, Machine, Machine, Machine.Platform);
        _ = new CxlRegions(core);
        await core.Probe(new Dictionary<int, IReadOnlyList<PciDevice>> { [Machine.Platform.Bridges[0].Uid] = found });
        Core = core;
    }

    /// <summary>The function of a device, as the guest has it; null if its buses do not lead to it.</summary>
    public PciDevice? FunctionOf(VirtualDevice device) => functions.GetValueOrDefault(device);

    /// <summary>The accelerator's driver: the region that firmware committed for the device is used, or one is made of its memory.</summary>
    /// <param name="device">The device.</param>
    /// <param name="size">How much of its memory; all of it by default.</param>
    /// <exception cref="ErrnoException">ENODEV: the core has no memory device for it. Else as the core says.</exception>
    public async Task<CxlRegion> LoadDriver(VirtualDevice device, ByteSize? size = null)
    {
        CxlMemdev memdev = (FunctionOf(device) is { } function ? Core?.MemdevOf(function) : null)
            ?? throw new ErrnoException(Errno.ENODEV, $"The guest has no memory device for {device.Device.Name}: {Core?.Log.LastOrDefault() ?? "it has not booted"}.");
        CxlRegion region;
        if (CxlRegions.CommittedRegions(memdev).Any(r => r.IsAuto))
        {
            region = CxlRegions.AttachDriver(memdev);
        }
        else
        {
            var regions = (CxlRegions)Core!.Assembler!;
            (CxlRootDecoder root, _) = regions.FindFreeAddresses([memdev], WindowRestrictions.Type2 | WindowRestrictions.Volatile);
            CxlEndpointDecoder decoder = CxlRegions.RequestMemory(memdev, isPersistent: false, size ?? memdev.Capacity);
            region = await regions.CreateAcceleratorRegion(root, [decoder]);
        }

        Regions.Add(region);
        return region;
    }

    /// <summary>The driver goes: a region that it made is deleted, and its memory given back.</summary>
    public async Task UnloadDriver(CxlRegion region)
    {
        Regions.Remove(region);
        if (region.IsAuto)
            return;
        CxlEndpointDecoder? decoder = region.Targets.FirstOrDefault();
        await ((CxlRegions)Core!.Assembler!).Delete(region);
        if (decoder is not null)
            DeviceMemory.Free(decoder);
    }

    /// <summary>A VFIO of the guest's own, to pass a device on to a guest of its own.</summary>
    /// <param name="memory">Of its memory, what it hands out.</param>
    public VfioHost MakeHost(HostMemory memory) => new(Machine.Hardware, memory);
}
