using CxlTopology.Software;
using CxlTopology.Specification;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary>A device of a guest: what the guest reads and writes goes to the file of the VFIO device, but for where its BARs are and its interrupts, which are the VMM's.</summary>
/// <remarks>After a write to the control of a virtual decoder Committed is read back: from 0 to 1 the memory is mapped where the guest put it, from 1 to 0 it is taken away.</remarks>
public sealed partial class VirtualDevice
{
    private const int FirstBar = 0x10;
    private const int LastBar = 0x27;
    private const int Command = 0x04;
    private const ushort MemoryEnable = 2;
    private const ushort MasterEnable = 4;
    private const int BarsMax = 6;
    private const uint InitiateReset = 4;
    private readonly VirtualMachine machine;
    private readonly VfioRegionInfo[] regions;
    private readonly List<VfioMapping> mappings = [];
    private readonly ulong[] bars = new ulong[BarsMax];
    private readonly bool[] committed;
    private readonly int file;
    private readonly ulong hdm; // offset of the decoders in the region that they are reached through
    private readonly int hdmRegion;
    private readonly int hdmBar;
    private readonly ulong hdmInBar;
    private readonly VfioMapping? memory;
    private int dvsec;
    private int express;
    private ushort command;

    private VirtualDevice(VirtualMachine machine, VfioPciDevice device, int file, VfioRegionInfo[] regions, (int Region, ulong At, int Bar, ulong InBar, int Count) decoders, bool canReset)
    {
        this.machine = machine;
        this.file = file;
        this.regions = regions;
        Device = device;
        CanReset = canReset;
        (hdmRegion, hdm, hdmBar, hdmInBar) = (decoders.Region, decoders.At, decoders.Bar, decoders.InBar);
        committed = new bool[decoders.Count];
        Dma = new DeviceDma(device, machine.HostMemory);
        VfioRegionInfo? region = Array.Find(regions, r => r.Type == (VfioCapability.CxlRegionType, VfioCapability.CxlMemorySubtype));
        if (region is null)
            return;
        memory = machine.Process.Map(file, region.Offset, region.Size);
        MemorySize = new ByteSize(region.Size);
    }

    /// <summary>The VFIO device.</summary>
    public VfioPciDevice Device { get; }

    /// <summary>What it does to memory by itself.</summary>
    public DeviceDma Dma { get; }

    /// <summary>Its CXL memory; 0 without.</summary>
    public ByteSize MemorySize { get; }

    /// <summary>Whether it can be reset.</summary>
    public bool CanReset { get; }

    /// <summary>Where the guest has put its BARs; 0 for none.</summary>
    public IReadOnlyList<ulong> Bars => bars;

    /// <summary>Its virtual decoders that are committed.</summary>
    public IEnumerable<int> Committed => Enumerable.Range(0, committed.Length).Where(i => committed[i]);

    /// <summary>Its interrupts.</summary>
    public VirtualInterrupts Interrupts { get; private set; } = null!;

    /// <summary>Asks an open device what it is, as a VMM does.</summary>
    internal static async Task<VirtualDevice> Query(VirtualMachine machine, VfioPciDevice device, int file)
    {
        VfioProcess process = machine.Process;
        var info = new byte[256];
        Put(info, 0, (uint)info.Length);
        await process.Ioctl(file, VfioRequest.DeviceGetInfo, info);
        var flags = (VfioDeviceFlags)U32(info, 4);
        var regions = new List<VfioRegionInfo>();
        for (uint index = 0; index < U32(info, 8); index++)
            regions.Add(await QueryRegion(process, file, index));
        var decoders = (Region: -1, At: 0ul, Bar: -1, InBar: 0ul, Count: 0);
        if ((flags & VfioDeviceFlags.Cxl) != 0)
            decoders = await FindDecoders(process, file, VfioCapabilityChain.Read(info, (int)U32(info, 16)), regions);
        var virtually = new VirtualDevice(machine, device, file, [.. regions], decoders, (flags & VfioDeviceFlags.Reset) != 0);
        await virtually.Initialize();
        return virtually;
    }

    /// <summary>Reads configuration space. All ones where it cannot be.</summary>
    internal async Task<uint> ReadConfig(int offset, int bytes)
    {
        if (Interrupts.Owns(offset, bytes))
            return Interrupts.ReadConfig(offset, bytes, 0);
        var into = new byte[bytes];
        return await TryRead(VfioRegionIndex.Config, (ulong)offset, into)
            ? Interrupts.ReadConfig(offset, bytes, AsSingleFunction(offset, bytes, (uint)Get(into)))
            : (uint)IoWidth.AllOnes(bytes);
    }

    /// <summary>A function has a root port to itself in the guest, whatever it has beside it in the host.</summary>
    private static uint AsSingleFunction(int offset, int bytes, uint value)
    {
        const int HeaderType = 0x0E;
        const uint MultiFunction = 0x80;
        return offset <= HeaderType && offset + bytes > HeaderType ? value & ~(MultiFunction << 8 * (HeaderType - offset)) : value;
    }

    /// <summary>Writes configuration space.</summary>
    internal async Task WriteConfig(int offset, int bytes, uint value)
    {
        if (await Interrupts.WriteConfig(offset, bytes, value))
            return;
        bool resets = dvsec != 0 && offset == dvsec + DvsecEmulation.Control2 && (value & InitiateReset) != 0 && CanReset;
        var data = new byte[bytes];
        Set(data, resets ? value & ~InitiateReset : value);
        await TryWrite(VfioRegionIndex.Config, (ulong)offset, data);
        if (resets)
            await Reset();
        else if (IsFunctionReset(offset, bytes, value))
            await Interrupts.Reset();
        if (offset is >= FirstBar and <= LastBar)
            await FollowBars();
        else if (offset is Command or Command + 1)
            command = (ushort)await ReadConfig(Command, 2);
    }

    /// <summary>Which BAR a guest-physical address lies in, and where; -1 if none.</summary>
    internal int BarAt(ulong address, out ulong offset)
    {
        offset = 0;
        if ((command & MemoryEnable) == 0)
            return -1;
        for (int bar = 0; bar < BarsMax; bar++)
        {
            offset = address - bars[bar];
            if (bars[bar] != 0 && offset < regions[bar].Size)
                return bar;
        }

        return -1;
    }

    /// <summary>Reads a BAR: by a mapping where there is one, else by the file.</summary>
    internal async Task<ulong> ReadBar(int bar, ulong offset, int bytes)
    {
        if (Interrupts.ReadTable(bar, offset, bytes) is { } own)
            return own;
        var into = new byte[bytes];
        bool done = MappingAt(bar, offset, bytes) is { } mapping
            ? await mapping.Load(offset - mapping.Offset, into) == MappingResult.Ok
            : await Trap(() => IsDecoder(bar, offset) ? TryRead(hdmRegion, hdm + (offset - hdmInBar), into) : TryRead(bar, offset, into));
        return done ? Get(into) | Interrupts.PendingAt(bar, offset, bytes) : IoWidth.AllOnes(bytes);
    }

    /// <summary>Writes a BAR.</summary>
    internal async Task WriteBar(int bar, ulong offset, ulong value, int bytes)
    {
        if (await Interrupts.WriteTable(bar, offset, bytes, value))
            return;
        var data = new byte[bytes];
        Set(data, value);
        if (MappingAt(bar, offset, bytes) is { } mapping)
        {
            await mapping.Store(offset - mapping.Offset, data);
            return;
        }

        bool isDecoder = IsDecoder(bar, offset);
        await Trap(() => isDecoder ? TryWrite(hdmRegion, hdm + (offset - hdmInBar), data) : TryWrite(bar, offset, data));
        if (isDecoder)
            await FollowDecoders();
    }

    /// <summary>A reset that the guest asked for, by whatever means.</summary>
    internal async Task Reset()
    {
        try
        {
            if (CanReset)
            {
                await machine.Process.Ioctl(file, VfioRequest.DeviceReset);
            }
            else
            {
                var hot = new byte[12]; // no files: what it is owned by is the iommufd
                Put(hot, 0, (uint)hot.Length);
                await machine.Process.Ioctl(file, VfioRequest.DevicePciHotReset, hot);
            }
        }
        catch (ErrnoException problem)
        {
            machine.Note($"{Device.Name}: reset failed: {problem.Errno}: {problem.Message}");
        }

        await Interrupts.Reset();
        await FollowDecoders();
        command = (ushort)await ReadConfig(Command, 2);
    }

    // The device resets itself then, and the kernel puts its state back: what the guest had armed is for the guest to arm again.
    private bool IsFunctionReset(int offset, int bytes, uint value)
    {
        const int ControlOfHigh = 9; // of the PCI Express capability: the upper byte of device control
        const uint Initiate = 0x80;
        int shift = 8 * (express + ControlOfHigh - offset);
        return express != 0 && Device.ResetsAsFunction && shift >= 0 && shift < 8 * bytes && (value >> shift & Initiate) != 0;
    }

    /// <summary>A register of the virtual decoders, by its offset in their capability.</summary>
    internal async Task<uint> ReadDecoderRegister(int offset)
    {
        var into = new byte[4];
        return hdmRegion >= 0 && await TryRead(hdmRegion, hdm + (ulong)offset, into) ? U32(into, 0) : 0;
    }

    /// <summary>The addresses that the guest can read of its device: base registers of the decoders, of the DVSEC's ranges, BARs.</summary>
    internal async Task<IReadOnlyList<ulong>> Addresses()
    {
        var addresses = new List<ulong>();
        for (int decoder = 0; decoder < committed.Length; decoder++)
            addresses.Add(await Wide(HdmCapabilityRegisters.DecoderOffset(decoder)));
        foreach (int at in (int[])[DvsecEmulation.Range1BaseHigh, DvsecEmulation.Range2BaseHigh])
        {
            if (dvsec != 0)
                addresses.Add((ulong)await ReadRaw(dvsec + at, 4) << 32 | await ReadRaw(dvsec + at + 4, 4) & 0xF000_0000);
        }

        for (int bar = 0; bar < BarsMax; bar++)
            addresses.Add(await ReadRaw(FirstBar + 4 * bar, 4) & ~0xFu);
        return addresses;
    }

    /// <summary>Firmware of the guest commits the first decoder at an address, as firmware of a machine with such a device does.</summary>
    internal async Task Precommit(ulong at)
    {
        await TryWrite(hdmRegion, hdm + 0x20, new byte[4]);
        await FollowDecoders(); // released, if it was committed
        foreach ((int offset, uint value) in ((int, uint)[])
            [(0x14, (uint)(at >> 32)), (0x10, (uint)at), (0x1C, (uint)(MemorySize.Bytes >> 32)), (0x18, (uint)MemorySize.Bytes), (0x20, HdmEmulation.Commit)])
        {
            var data = new byte[4];
            Put(data, 0, value);
            await TryWrite(hdmRegion, hdm + (ulong)offset, data);
        }

        await FollowDecoders();
    }

    private async Task Initialize()
    {
        for (int bar = 0; bar < BarsMax; bar++)
        {
            await TryWrite(VfioRegionIndex.Config, (ulong)(FirstBar + 4 * bar), new byte[4]); // what the host has put there is not the guest's to know
            foreach (VfioArea area in regions[bar].Areas.Where(a => a.Size != 0))
                mappings.Add(machine.Process.Map(file, regions[bar].Offset + area.Offset, area.Size));
        }

        await TryWrite(VfioRegionIndex.Config, Command, new byte[2]);
        Interrupts = await VirtualInterrupts.Find(machine, file, (offset, bytes) => ReadRaw(offset, bytes));
        Interrupts.Inject = (address, data) => machine.Inject(this, address, data);
        express = await FindExpress();
        if (hdmRegion >= 0)
            dvsec = await FindDvsec();
        await FollowDecoders();
    }

    private async Task<uint> ReadRaw(int offset, int bytes)
    {
        var into = new byte[bytes];
        return await TryRead(VfioRegionIndex.Config, (ulong)offset, into) ? (uint)Get(into) : (uint)IoWidth.AllOnes(bytes);
    }

    private async Task FollowBars()
    {
        for (int bar = 0; bar < BarsMax; bar++)
        {
            uint low = await ReadRaw(FirstBar + 4 * bar, 4);
            bars[bar] = regions[bar].Size == 0 ? 0 : low & ~0xFul;
            if (regions[bar].Size == 0 || (low >> 1 & 3) != 2)
                continue;
            bars[bar] |= (ulong)await ReadRaw(FirstBar + 4 * bar + 4, 4) << 32;
            bar++;
        }
    }

    private async Task FollowDecoders()
    {
        ulong start = 0; // of the decoder in the device's memory: decoders have it one behind the other
        for (int decoder = 0; decoder < committed.Length; decoder++)
        {
            int at = HdmCapabilityRegisters.DecoderOffset(decoder);
            bool now = (await ReadDecoderRegister(at + HdmDecoderRegisters.ControlOffset) & HdmEmulation.Committed) != 0;
            if (now)
            {
                ulong first = await Wide(at + HdmDecoderRegisters.BaseOffset);
                ulong size = await Wide(at + HdmDecoderRegisters.SizeOffset);
                if (!committed[decoder] && memory is not null)
                    machine.MapMemory(this, decoder, first, size, memory, start);
                start += size;
            }
            else if (committed[decoder])
            {
                machine.UnmapMemory(this, decoder);
            }

            committed[decoder] = now;
        }
    }

    private async Task<ulong> Wide(int offset) => await ReadDecoderRegister(offset) | (ulong)await ReadDecoderRegister(offset + 4) << 32;

    private bool IsDecoder(int bar, ulong offset) =>
        bar == hdmBar && offset - hdmInBar < (ulong)HdmCapabilityRegisters.DecoderOffset(committed.Length);

    private VfioMapping? MappingAt(int bar, ulong offset, int bytes)
    {
        foreach (VfioMapping mapping in mappings)
        {
            if (mapping.Region.Index == bar && offset >= mapping.Offset && offset - mapping.Offset + (ulong)bytes <= mapping.Length)
                return mapping;
        }

        return null;
    }

    private async Task<bool> Trap(Func<Task<bool>> access)
    {
        await machine.PayTrap();
        return await access();
    }

    private async Task<bool> TryRead(int region, ulong offset, byte[] into)
    {
        try
        {
            return await machine.Process.Read(file, regions[region].Offset + offset, into) == into.Length;
        }
        catch (ErrnoException)
        {
            return false;
        }
    }

    private async Task<bool> TryWrite(int region, ulong offset, byte[] data)
    {
        try
        {
            return await machine.Process.Write(file, regions[region].Offset + offset, data) == data.Length;
        }
        catch (ErrnoException)
        {
            return false;
        }
    }

    /// <summary>Whether the guest lets it make requests of its own.</summary>
    internal bool IsMaster => (command & MasterEnable) != 0;
}
