using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary>A virtual machine: a process of the host that has devices open, makes a platform of them, and serves what the guest reads and writes.</summary>
/// <remarks>
/// The platform: one host bridge (ACPI0016, UID 0) with a root port for each device, one fixed memory window for devices' memory, the guest's own memory from address 0. The guest reaches it through the buses that this is; so whatever runs
/// over such buses runs in it, the CXL core and a VMM of its own too. What is not there reads all ones.
/// </remarks>
public sealed partial class VirtualMachine : IConfigurationBus, IMmioBus, IMemoryBus, ISoftwareClock
{
    /// <summary>Devices of a guest.</summary>
    public const int DevicesMax = 8;

    /// <summary>Where the window for devices' memory starts: 64 GiB, or where the guest's own memory ends if that is higher, at a multiple of 256 MiB.</summary>
    public const ulong WindowBase = 64UL << 30;

    private const ulong WindowLeast = 1UL << 30;
    private const ulong MemoryMax = 1UL << 40;
    private const ulong AddressEnd = 1UL << 52;
    private readonly VfioHost host;
    private readonly List<VirtualPort> ports = [];
    private readonly List<string> log = [];
    private readonly VirtualHostBridge bridge = new();
    private bool ended;

    private VirtualMachine(VfioHost host, GuestOptions options, VfioProcess process)
    {
        this.host = host;
        Options = options;
        Process = process;
        SecondStage = new SecondStage(host.Hardware, host.Memory, options);
    }

    /// <summary>What it was built from.</summary>
    public GuestOptions Options { get; }

    /// <summary>The process that it is.</summary>
    public VfioProcess Process { get; }

    /// <summary>Translation of its addresses.</summary>
    public SecondStage SecondStage { get; }

    /// <summary>Its devices, in the order of the options.</summary>
    public IReadOnlyList<VirtualDevice> Devices => [.. ports.Select(p => p.Device)];

    /// <summary>What its ACPI says: CEDT, host bridge.</summary>
    public CxlPlatform Platform { get; private set; } = new(default, []);

    /// <summary>Its window.</summary>
    public FixedMemoryWindow Window { get; private set; } = null!;

    /// <summary>Its buses, as hardware for a VMM in the guest.</summary>
    public VfioHardware Hardware => new(this, this, this, this, this, this);

    /// <summary>What went otherwise than the guest may have thought; at most 1,000 lines, then the oldest go.</summary>
    public IReadOnlyList<string> Log => log;

    /// <summary>Whether it has ended.</summary>
    public bool HasEnded => ended;

    /// <inheritdoc/>
    public SimTime Now => host.Hardware.Clock.Now;

    internal HostMemory HostMemory => host.Memory;

    private HostBridgeResources Bridge => Platform.Bridges[0].Resources;

    /// <summary>Starts one: takes memory, opens and queries the devices, maps the memory for them, makes the platform. If a step fails everything is given back.</summary>
    /// <exception cref="ErrnoException">
    /// EINVAL: memory outside of 2 MiB to 1 TiB, a window past 52 bits of address, translation that cannot be. ENOSPC: more than 8 devices, or more memory of them than the window has. ENOMEM: the host has not so much memory. Else what the step said.
    /// </exception>
    public static async Task<VirtualMachine> Start(VfioHost host, GuestOptions options)
    {
        if (options.Devices.Count > DevicesMax)
            throw new ErrnoException(Errno.ENOSPC, $"{options.Name} cannot have {options.Devices.Count} devices: {DevicesMax} root ports are there.");
        if (options.Memory.Bytes < HostMemory.Page || options.Memory.Bytes > MemoryMax)
            throw new ErrnoException(Errno.EINVAL, $"{options.Name} cannot have {options.Memory} of memory: 2 MiB to 1 TiB are possible.");
        SecondStage.Check(options);
        var machine = new VirtualMachine(host, options, host.StartProcess(options.Name));
        try
        {
            await machine.Build();
        }
        catch (ErrnoException)
        {
            await machine.End();
            throw;
        }

        return machine;
    }

    /// <summary>Ends it, whatever it is doing: the guest is gone, the process exits, everything is released.</summary>
    public async Task End()
    {
        ended = true;
        SecondStage.Unmap(_ => true);
        await Process.Exit();
    }

    /// <inheritdoc/>
    public Task Wait(SimDuration delay) => host.Hardware.Clock.Wait(delay);

    /// <inheritdoc/>
    public async Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4)
    {
        (VirtualPort? port, VirtualDevice? device) = ended ? default : Find(function);
        await PayTrap();
        if (port is not null)
            return port.Read(offset, bytes);
        return device is null ? (uint)IoWidth.AllOnes(bytes) : await device.ReadConfig(offset, bytes);
    }

    /// <inheritdoc/>
    public async Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4)
    {
        (VirtualPort? port, VirtualDevice? device) = ended ? default : Find(function);
        await PayTrap();
        if (port?.Write(offset, bytes, value) == true)
            await port.Device.Reset(); // the bus below it, with all that is there
        if (device is not null)
            await device.WriteConfig(offset, bytes, value);
    }

    /// <inheritdoc/>
    public async Task<ulong> ReadMmio(ulong address, int bytes = 4)
    {
        if (ended)
            return IoWidth.AllOnes(bytes);
        if (Bridge.HasRegister(address))
        {
            await PayTrap();
            return bridge.Read((int)(address - Bridge.RegisterBase), bytes);
        }

        foreach (VirtualPort port in ports)
        {
            if (port.OffsetOf(address) is var own and >= 0)
            {
                await PayTrap();
                return port.ReadComponent(own, bytes);
            }

            if (port.Forwards(address) && port.Device.BarAt(address, out ulong offset) is var bar and >= 0)
                return await port.Device.ReadBar(bar, offset, bytes);
        }

        return IoWidth.AllOnes(bytes);
    }

    /// <inheritdoc/>
    public async Task WriteMmio(ulong address, ulong value, int bytes = 4)
    {
        if (ended)
            return;
        if (Bridge.HasRegister(address))
        {
            await PayTrap();
            bridge.Write((int)(address - Bridge.RegisterBase), bytes, value);
            return;
        }

        foreach (VirtualPort port in ports)
        {
            if (port.OffsetOf(address) is var own and >= 0)
            {
                await PayTrap();
                port.WriteComponent(own, bytes, value);
                return;
            }

            if (port.Forwards(address) && port.Device.BarAt(address, out ulong offset) is var bar and >= 0)
            {
                await port.Device.WriteBar(bar, offset, value, bytes);
                return;
            }
        }
    }

    /// <inheritdoc/>
    public Task<AccessStatus> ReadMemory(ulong address, Memory<byte> into) => SecondStage.Read(address, into);

    /// <inheritdoc/>
    public Task<AccessStatus> WriteMemory(ulong address, ReadOnlyMemory<byte> data) => SecondStage.Write(address, data);

    /// <inheritdoc/>
    public async Task<AccessStatus> ClearMemory(ulong address, ulong bytes)
    {
        for (ulong done = 0; done < bytes;)
        {
            if (SecondStage.Find(address + done) is not { } range || Explain(address + done) is not { } there)
                return AccessStatus.NoWindow;
            ulong length = Math.Min(bytes - done, range.Length - (address + done - range.Base));
            if (await host.Hardware.Memory.ClearMemory(there.HostAddress, length) is var status and not AccessStatus.Ok)
                return status;
            done += length;
        }

        return AccessStatus.Ok;
    }

    /// <summary>The addresses that registers of its devices show: before the guest has programmed any, each has to be 0, or a host address is exposed.</summary>
    public async Task<IReadOnlyList<ulong>> VisibleAddresses()
    {
        var addresses = new List<ulong>();
        foreach (VirtualPort port in ports)
            addresses.AddRange(await port.Device.Addresses());
        return addresses;
    }

    /// <summary>The way of a guest-physical address into the host: what is there, and its address. In a guest of a guest the host is the outer guest.</summary>
    public (ulong HostAddress, string What)? Explain(ulong address)
    {
        if (SecondStage.Find(address) is not { } range)
            return null;
        ulong offset = address - range.Base;
        return range.Mapping?.Region is CxlMemoryRegion memory
            ? (memory.HostAddressOf(range.Mapping.Offset + range.Offset + offset), $"memory of {range.Device!.Device.Name} by its virtual decoder {range.Decoder}")
            : (range.HostAddress + offset, "memory of the guest");
    }

    /// <summary>Firmware of the guest puts a device's memory at an address: in its decoder and in the host bridge's.</summary>
    internal async Task Precommit(int index, ulong start)
    {
        VirtualPort port = ports[index];
        bridge.Precommit(index, start, port.Device.MemorySize.Bytes, port.Number);
        await port.Device.Precommit(start);
    }

    internal void Note(string line)
    {
        const int LinesMax = 1000;
        if (log.Count == LinesMax)
            log.RemoveAt(0);
        log.Add(line);
    }

    /// <summary>A call of the VMM whose failure is the guest's to live with.</summary>
    internal async Task Try(Func<Task> call)
    {
        try
        {
            await call();
        }
        catch (ErrnoException problem)
        {
            Note($"{problem.Errno}: {problem.Message}");
        }
    }

    /// <summary>An access of the guest is served by the VMM.</summary>
    internal Task PayTrap() => Options.TrapLatency.Femtoseconds == 0 ? Task.CompletedTask : host.Hardware.Clock.Wait(Options.TrapLatency);

    /// <summary>The guest committed a virtual decoder: its memory appears where the guest put it, if that is in the window and free.</summary>
    internal void MapMemory(VirtualDevice device, int decoder, ulong at, ulong size, VfioMapping memory, ulong start)
    {
        ulong length = start >= memory.Length ? 0 : Math.Min(size, memory.Length - start);
        bool isInside = at >= Window.Base.Value && at - Window.Base.Value <= Window.Size.Bytes && size <= Window.Size.Bytes - (at - Window.Base.Value);
        if (length == 0 || !isInside)
        {
            Note($"decoder {decoder} of {device.Device.Name} was committed at 0x{at:x}, 0x{size:x} bytes: not in the window, or no memory is left for it");
            return;
        }

        if (SecondStage.IsTaken(at, length))
        {
            Note($"decoder {decoder} of {device.Device.Name} was committed at 0x{at:x}, where something is mapped already");
            return;
        }

        SecondStage.Map(new GuestRange(at, length, 0, memory, start, device, decoder));
    }

    /// <summary>The guest released a virtual decoder.</summary>
    internal void UnmapMemory(VirtualDevice device, int decoder) => SecondStage.Unmap(r => r.Device == device && r.Decoder == decoder);

    private (VirtualPort? Port, VirtualDevice? Device) Find(Bdf function)
    {
        if (function.Segment != Bridge.Segment)
            return default;
        if (function.Bus == Bridge.FirstBus)
            return (function.Function == 0 ? ports.Find(p => p.Number == function.Device) : null, null);
        foreach (VirtualPort port in ports)
        {
            if (port.IsSecondary(function.Bus))
                return (null, function is { Device: 0, Function: 0 } ? port.Device : null);
        }

        return default;
    }

    private async Task Build()
    {
        ProcessMemory memory = await Process.Allocate(Options.Memory);
        SecondStage.Map(new GuestRange(0, Options.Memory.Bytes, memory.HostAddress));
        int iommufd = Process.Open("/dev/iommu");
        var space = new byte[12];
        Put(space, 0, (uint)space.Length);
        await Process.Ioctl(iommufd, VfioRequest.IommuIoasAlloc, space);
        uint id = U32(space, 8);
        await MapForDevices(iommufd, id, memory);
        foreach (VfioPciDevice device in Options.Devices)
        {
            int file = Process.Open($"/dev/vfio/devices/vfio{device.Number}");
            var bind = new byte[16];
            Put(bind, 0, (uint)bind.Length);
            Put(bind, 8, (uint)iommufd);
            await Process.Ioctl(file, VfioRequest.DeviceBindIommufd, bind);
            var attach = new byte[12];
            Put(attach, 0, (uint)attach.Length);
            Put(attach, 8, id);
            await Process.Ioctl(file, VfioRequest.DeviceAttachIommufdPt, attach);
            MakeWindow(); // a decoder that is committed already has to find it
            ports.Add(new VirtualPort((byte)ports.Count, await VirtualDevice.Query(this, device, file)));
        }

        MakeWindow();
        ulong needed = ports.Aggregate(0UL, (sum, p) => sum + p.Device.MemorySize.Bytes);
        if (needed > Window.Size.Bytes)
            throw new ErrnoException(Errno.ENOSPC, $"The window of {Options.Name} has {Window.Size}, and its devices have {new ByteSize(needed)} of memory.");
        if (Window.Base.Value + Window.Size.Bytes > AddressEnd)
            throw new ErrnoException(Errno.EINVAL, $"The window of {Options.Name}, {Window.Base} + {Window.Size}, goes past the 52 bits of a guest-physical address.");
        HostBridgeResources resources = HostBridgeResources.Place([1 + Math.Max(1, ports.Count)], Window.Base.Value + Window.Size.Bytes)[0];
        Platform = new CxlPlatform(Cedt.Of([new HostBridgeStructure { Uid = 0, Base = new Hpa(resources.RegisterBase) }], [Window]).ToBytes(), [(0, resources)]);
    }

    private async Task MapForDevices(int iommufd, uint id, ProcessMemory memory)
    {
        const uint FixedReadWrite = 7;
        var map = new byte[40];
        Put(map, 0, (uint)map.Length);
        Put(map, 4, FixedReadWrite);
        Put(map, 8, id);
        Put(map.AsSpan(), 16, memory.Address);
        Put(map.AsSpan(), 24, memory.Length / IommuDomain.Page * IommuDomain.Page);
        Put(map.AsSpan(), 32, 0ul);
        await Process.Ioctl(iommufd, VfioRequest.IommuIoasMap, map);
    }

    private void MakeWindow()
    {
        ulong memory = ports.Aggregate(0UL, (sum, p) => sum + p.Device.MemorySize.Bytes);
        ulong size = Math.Max(Options.Window?.Bytes ?? memory * 2, Options.Window is null ? WindowLeast : 0);
        ulong start = Math.Max(WindowBase, Options.Memory.Bytes);
        Window = new FixedMemoryWindow
        {
            Base = new Hpa((start + FixedMemoryWindow.Alignment - 1) / FixedMemoryWindow.Alignment * FixedMemoryWindow.Alignment),
            Size = new ByteSize((size + FixedMemoryWindow.Alignment - 1) / FixedMemoryWindow.Alignment * FixedMemoryWindow.Alignment),
            Restrictions = WindowRestrictions.Type2 | WindowRestrictions.Type3 | WindowRestrictions.Volatile | WindowRestrictions.Persistent | WindowRestrictions.BackInvalidate, // none
            Targets = [0],
        };
    }
}
