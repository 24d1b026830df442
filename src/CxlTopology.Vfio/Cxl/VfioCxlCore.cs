using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>The CXL side of a device that is open: its registers as the guest has them, its memory device in the host's core, its region.</summary>
/// <remarks>
/// In order: registers are found and the shadows taken; memory is waited for; the device is added to the core; committed regions are looked for. Then a driver uses the region or makes one, registers it and finishes. Everything is undone by
/// <see cref="Disable"/>, from any step.
/// </remarks>
public sealed class VfioCxlCore
{
    private readonly VfioPciDevice device;
    private readonly IPassthroughCore core;
    private readonly List<PassthroughDpa> taken = [];
    private readonly List<PassthroughMemdev> others = [];
    private EmulatedSpace? dvsec;
    private EmulatedSpace? hdm;
    private bool isDisabled;
    private int exchange;
    private int memoryIndex;
    private int registerIndex;
    private int cleared; // devices of the region that have cleared their memory

    internal VfioCxlCore(VfioPciDevice device, IPassthroughCore core)
    {
        this.device = device;
        this.core = core;
    }

    /// <summary>Where its registers are.</summary>
    /// <exception cref="InvalidOperationException">It is not enabled.</exception>
    public CxlRegisterInfo Registers => registers ?? throw new InvalidOperationException($"The CXL side of {device.Name} is not enabled.");

    private CxlRegisterInfo? registers;

    /// <summary>The device DVSEC as the guest has it.</summary>
    public EmulatedSpace Dvsec => dvsec ?? throw new InvalidOperationException($"The CXL side of {device.Name} is not enabled.");

    /// <summary>The HDM decoders as the guest has them.</summary>
    public EmulatedSpace Hdm => hdm ?? throw new InvalidOperationException($"The CXL side of {device.Name} is not enabled.");

    /// <summary>The component registers that are the device's for the guest.</summary>
    internal PassedRegisters? Passed { get; private set; }

    /// <summary>Device memory that was declared to the core.</summary>
    public ByteSize Capacity { get; private set; }

    /// <summary>The memory device; null while there is none.</summary>
    public PassthroughMemdev? Memdev { get; private set; }

    /// <summary>The region that is passed through; null while there is none.</summary>
    public PassthroughRegion? Region { get; private set; }

    /// <summary>The regions of its memory that were committed when it was enabled.</summary>
    internal IReadOnlyList<PassthroughRegion> Committed { get; private set; } = [];

    /// <summary>Whether firmware committed it: then it is not destroyed.</summary>
    public bool IsPrecommitted { get; private set; }

    /// <summary>The region of the device that is its memory; null before it is registered.</summary>
    public CxlMemoryRegion? Memory { get; private set; }

    /// <summary>What the device info says of it.</summary>
    internal VfioCapability DeviceCapability => device.Options.Dialect == VfioDialect.V3
        ? CxlDeviceCapability.V3(Registers, IsPrecommitted, memoryIndex, registerIndex)
        : CxlDeviceCapability.Rfc(Registers);

    private VfioDialect Dialect => device.Options.Dialect;

    /// <summary>Enables it.</summary>
    /// <exception cref="ErrnoException">ENODEV: no CXL registers. EINVAL, ENXIO, ETIMEDOUT: its memory is not to be had. ENOTTY: it cannot clear its memory, and was to.</exception>
    internal async Task Enable()
    {
        registers = await CxlRegisterInfo.Find(device.Hardware, device.Function, device.Bars);
        exchange = device.Function.ExtendedCapabilities.Find(c => c.Id == DataObjectClient.CapabilityId).Offset;
        await TakeShadows();
        if (Dialect != VfioDialect.RfcV2AsPosted)
            Passed = await PassedRegisters.Take(device.Hardware.Mmio, Registers.BlockAddress, device.Group.TakeOwedErrors(device.Name));
        device.Note("registers found and shadowed");
        if (!device.Options.SkipsMediaReady)
            await new RangeWait(device.Hardware).UntilActive(device.Function.Bdf, Registers.Dvsec, device.Options.MediaReadyTimeout);
        Capacity = Dialect == VfioDialect.RfcV2AsPosted ? AcceleratorDriver.PostedCapacity : device.Options.Capacity ?? await ReadCapacity();
        Memdev = await core.AddMemdev(device.Function, Capacity, device.IsClaimed);
        device.Note($"memory device {Memdev.Name} added");
        foreach (PciDevice other in device.Options.InterleaveWith)
            others.Add(await core.AddMemdev(other, Capacity));
        Committed = core.CommittedRegions(Memdev);
        RequireFirmwares(Committed); // before anything of it is cleared
        RequireWhole();
        foreach (PciDevice function in Functions)
            await ClearByReset(function);
        if (cleared == 0 && Scrub != VfioScrub.None && Dialect != VfioDialect.RfcV2AsPosted)
            await device.Quiesce(); // an engine may still write for the last user
        if (Dialect != VfioDialect.RfcV2AsPosted)
            await RefreshRanges();
        if (Committed.Count == 0)
            return;
        if (Committed.Count > 1)
            device.Note($"{Committed.Count} committed regions: the first one is used");
        (Region, IsPrecommitted) = (Committed[0], true);
        device.Note($"{Region.Name} was committed by firmware and is used");
    }

    /// <summary>Makes the region.</summary>
    /// <exception cref="ErrnoException">EEXIST: there is one. ENOSPC: no free host addresses for so much. Else as the core says.</exception>
    public async Task CreateRegion(ByteSize size)
    {
        if (Region is not null)
            throw new ErrnoException(Errno.EEXIST, $"{device.Name} has {Region.Name} already.");
        if (size.Bytes > Capacity.Bytes)
            throw new ErrnoException(Errno.ENOSPC, $"{size} of {device.Name} cannot be had: {Capacity} of device memory are declared.");
        ByteSize free = core.FreeHostRange([Memdev!, .. others]);
        int ways = 1 + others.Count;
        if (free.Bytes < size.Bytes * (ulong)ways)
            throw new ErrnoException(Errno.ENOSPC, $"{new ByteSize(size.Bytes * (ulong)ways)} of host addresses are needed for {device.Name}; the largest free range has {free}.");
        taken.Add(await core.RequestDpa(Memdev!, size));
        foreach (PassthroughMemdev other in others)
            taken.Add(await core.RequestDpa(other, size));

        Region = await core.CreateRegion(taken);
        device.Note($"{Region.Name} created");
    }

    /// <summary>Makes the region a region of the device.</summary>
    /// <exception cref="ErrnoException">EIO: it could not be overwritten, and was to be. ENOTTY: it can be cleared by overwriting alone, and was not to be.</exception>
    internal async Task Register()
    {
        if (Scrub is not (VfioScrub.Pages or VfioScrub.None) && cleared < Region!.Ways)
            await Overwrite();
        memoryIndex = device.AddRegion(index => Memory = new CxlMemoryRegion(device, index, Region!, scrubs: Scrub == VfioScrub.Pages));
        if (Dialect == VfioDialect.V3)
            registerIndex = device.AddRegion(index => new ComponentRegisterRegion(device, index, this));
        device.SetRegion(Registers.Bar, new ComponentBarRegion(device, Registers.Bar, device.Bars.First(b => b.Index == Registers.Bar), this));
        device.Note($"{Region!.Name} registered");
    }

    /// <summary>The last step of opening.</summary>
    internal async Task Finish()
    {
        if (Dialect != VfioDialect.RfcV2AsPosted)
            ShowCapacity();
        if (Dialect == VfioDialect.RfcV2 && await CanReset(clearsMemory: false))
            device.OfferReset();
        device.Note("CXL enabled");
    }

    /// <summary>Undoes everything: the region if it was made, the memory device.</summary>
    internal async Task Disable()
    {
        if (isDisabled)
            return;
        isDisabled = true;
        await AbortExchange();
        if (Passed is not null && device.Options.Fault != VfioFault.RegistersKept && await Passed.GiveBack() is { } owed)
            device.Group.OweErrors(device.Name, owed);
        if (Memory is not null)
            device.Note($"{Region!.Name} unregistered");
        Memory = null;
        if (Region is not null && !IsPrecommitted)
        {
            await core.Detach(Region);
            core.PutRoot(Region);
            device.Note($"{Region.Name} destroyed");
        }

        foreach (PassthroughDpa dpa in Enumerable.Reverse(taken))
            await core.FreeDpa(dpa);
        taken.Clear();
        Region = null;
        foreach (PassthroughMemdev other in others)
            await core.RemoveMemdev(other);
        others.Clear();
        if (Memdev is not null)
            await core.RemoveMemdev(Memdev);
        Memdev = null;
        device.Note("CXL disabled");
    }

    /// <summary>A CXL reset, which clears memory if the guest has set that: the guest's registers are as when the device was opened, afterwards.</summary>
    internal async Task Reset()
    {
        const uint MemoryClear = 8;
        bool clears = (Dvsec[DvsecEmulation.Control2, 2] & MemoryClear) != 0 && await CanReset(clearsMemory: true);
        foreach (PciDevice function in Functions)
            await core.Reset(function, clears);
        RestoreShadows();
    }

    /// <summary>The guest's registers become what they were when the device was opened.</summary>
    internal void RestoreShadows()
    {
        dvsec?.Restore();
        hdm?.Restore();
    }

    /// <summary>Reads configuration space where it is emulated; 0 where it is not.</summary>
    internal async Task<int> ReadConfiguration(int at, Memory<byte> into)
    {
        if (dvsec is null)
            return 0;
        if (await dvsec.Read(at - Registers.Dvsec, into, Dialect == VfioDialect.V3) is var bytes and > 0)
            return bytes;
        if (!IsInExchange(at))
            return 0;
        LittleEndian.Set(into, await device.Hardware.Configuration.ReadConfig(device.Function.Bdf, at, into.Length));
        return into.Length;
    }

    /// <summary>Writes configuration space where it is emulated; 0 where it is not.</summary>
    internal async Task<int> WriteConfiguration(int at, ReadOnlyMemory<byte> data)
    {
        if (dvsec is null)
            return 0;
        if (await dvsec.Write(at - Registers.Dvsec, data, Dialect == VfioDialect.V3) is var bytes and > 0)
            return bytes;
        int inside = at - Registers.Dvsec;
        if (inside >= 0 && inside < Registers.DvsecLength && Dialect != VfioDialect.RfcV2AsPosted)
            return data.Length; // a register of the DVSEC that the table does not know is not the guest's to write
        if (!IsInExchange(at))
            return 0;
        await device.Hardware.Configuration.WriteConfig(device.Function.Bdf, at, (uint)LittleEndian.Get(data.Span), data.Length);
        return data.Length;
    }

    // The posted walk for the data object exchange starts anywhere, and is modelled as finding none: its registers are left to vfio-pci, which lets nobody write them.
    private bool IsInExchange(int at) => Dialect != VfioDialect.RfcV2AsPosted && exchange != 0 && at >= exchange + 4 && at < exchange + 0x18;

    private VfioScrub Scrub => device.Options.Fault == VfioFault.ScrubSkipped ? VfioScrub.None : device.Options.Scrub;

    /// <summary>What the guest has asked the data object exchange, and was answered, is not the next one's to read.</summary>
    private async Task AbortExchange()
    {
        const int Control = 0x08;
        const uint Abort = 1;
        if (exchange != 0)
            await device.Hardware.Configuration.WriteConfig(device.Function.Bdf, exchange + Control, Abort);
    }

    /// <summary>The functions whose memory it has: its own, and those that it is interleaved with.</summary>
    private IEnumerable<PciDevice> Functions => [device.Function, .. others.Select(o => o.Function)];

    private async Task<bool> CanReset(bool clearsMemory)
    {
        foreach (PciDevice function in Functions)
        {
            if (!await core.CanReset(function, clearsMemory))
                return false;
        }

        return true;
    }

    /// <summary>Has a device clear its memory, if it can and should.</summary>
    private async Task ClearByReset(PciDevice function)
    {
        if (Scrub is not (VfioScrub.Automatic or VfioScrub.Reset))
            return;
        if (await core.CanReset(function, clearsMemory: true))
        {
            device.Note("memory is cleared by a CXL reset");
            await core.Reset(function, clearsMemory: true);
            cleared++;
        }
        else if (Scrub == VfioScrub.Reset)
        {
            throw new ErrnoException(Errno.ENOTTY, $"{function.Bdf} cannot clear its memory in a CXL reset.");
        }
    }

    /// <summary>Overwrites all of the region: before anybody has it, so that what the device itself does to its memory is neither seen nor lost.</summary>
    private async Task Overwrite()
    {
        if (Scrub == VfioScrub.Reset)
            throw new ErrnoException(Errno.ENOTTY, $"{Region!.Name} of {device.Name} has {Region.Ways} ways: {cleared} of its devices could be cleared in a CXL reset.");
        device.Note($"memory of {Region!.Name} is overwritten");
        AccessStatus status = await device.Hardware.Memory.ClearMemory(Region.Base.Value, Region.Size.Bytes);
        if (status != AccessStatus.Ok)
            throw new ErrnoException(Errno.EIO, $"Memory of {Region.Name} of {device.Name} could not be overwritten: a write ended with {status}.");
    }

    private async Task TakeShadows()
    {
        var config = new byte[DvsecEmulation.Length];
        int dvsecBytes = Dialect == VfioDialect.RfcV2AsPosted ? config.Length : Math.Min(config.Length, Registers.DvsecLength);
        for (int at = 0; at < dvsecBytes; at += 4)
            LittleEndian.Put(config, at, await device.Hardware.Configuration.ReadConfig(device.Function.Bdf, Registers.Dvsec + at));
        var decoders = new byte[Registers.HdmLength];
        for (int at = 0; at < decoders.Length; at += 4)
            LittleEndian.Put(decoders, at, (uint)await device.Hardware.Mmio.ReadMmio(Registers.BlockAddress + (ulong)(Registers.HdmOffset + at)));
        if (Dialect == VfioDialect.RfcV2 || !HasCommitted(decoders))
            ForgetHost(config, decoders);
        if (Dialect != VfioDialect.RfcV2AsPosted && device.Options.Fault != VfioFault.BaseShown)
            Hide(config, decoders);
        dvsec = new EmulatedSpace(
            Dialect,
            DvsecEmulation.Registers.Where(r => r.Offset + r.Length <= Math.Max(dvsecBytes, DvsecEmulation.Capability3)),
            config,
            (at, bytes) => device.Hardware.Configuration.ReadConfig(device.Function.Bdf, Registers.Dvsec + at, bytes),
            (at, bytes, value) => device.Hardware.Configuration.WriteConfig(device.Function.Bdf, Registers.Dvsec + at, value, bytes));
        hdm = new EmulatedSpace(
            Dialect,
            HdmEmulation.Registers(Registers.DecoderCount),
            decoders,
            async (at, bytes) => (uint)await device.Hardware.Mmio.ReadMmio(Registers.BlockAddress + (ulong)(Registers.HdmOffset + at), bytes),
            (at, bytes, value) => device.Hardware.Mmio.WriteMmio(Registers.BlockAddress + (ulong)(Registers.HdmOffset + at), value, bytes));
    }

    private void RequireFirmwares(IReadOnlyList<PassthroughRegion> committed)
    {
        if (committed.FirstOrDefault(r => !r.IsOfFirmware) is { } own)
            throw new ErrnoException(Errno.EBUSY, $"The host uses {own.Name} of {device.Name}: it has to be destroyed before the device can be passed through.");
    }

    /// <summary>An interleaved region is passed with all its devices, or not at all: part of its memory would be somebody else's to assign.</summary>
    private void RequireWhole()
    {
        foreach (PassthroughMemdev other in others)
        {
            if (core.CommittedRegions(other) is [var used, ..] && (Committed.Count == 0 || used.Name != Committed[0].Name))
                throw new ErrnoException(Errno.EBUSY, $"{other.Function.Bdf} cannot be interleaved with {device.Name}: it has {used.Name}.");
        }

        if (Committed.Count > 0 && Committed[0].Ways != 1 + others.Count)
        {
            throw new ErrnoException(
                Errno.EBUSY, $"{Committed[0].Name} of {device.Name} is interleaved over {Committed[0].Ways} devices, and {1 + others.Count} would be passed through: it goes to one guest as a whole.");
        }
    }

    private bool HasCommitted(byte[] decoders) => Enumerable.Range(0, Registers.DecoderCount)
        .Any(i => (LittleEndian.U32(decoders, HdmCapabilityRegisters.DecoderOffset(i) + HdmDecoderRegisters.ControlOffset) & HdmEmulation.Committed) != 0);

    /// <summary>What the host's core has enabled is the host's: the guest finds a device that nobody has enabled yet.</summary>
    private static void ForgetHost(byte[] config, byte[] decoders)
    {
        const uint CacheAndMem = 5;
        const int GlobalControl = 4;
        LittleEndian.Put(config, DvsecEmulation.Control, LittleEndian.U32(config, DvsecEmulation.Control) & ~CacheAndMem);
        LittleEndian.Put(decoders, GlobalControl, 0);
    }

    /// <summary>Takes host addresses out of what a guest will read. What firmware committed looks free in rfc-v2, and committed at address 0 in v3.</summary>
    private void Hide(Span<byte> config, Span<byte> decoders)
    {
        foreach (int at in (int[])[DvsecEmulation.Range1BaseHigh, DvsecEmulation.Range1BaseLow, DvsecEmulation.Range2BaseHigh, DvsecEmulation.Range2BaseLow])
            LittleEndian.Put(config, at, 0u);
        for (int decoder = 0; decoder < Registers.DecoderCount; decoder++)
        {
            int at = HdmCapabilityRegisters.DecoderOffset(decoder);
            if (Dialect == VfioDialect.V3)
            {
                decoders.Slice(at, 8).Clear();
                continue;
            }

            uint control = LittleEndian.U32(decoders, at + HdmDecoderRegisters.ControlOffset);
            decoders.Slice(at, HdmCapabilityRegisters.DecoderLength).Clear();
            LittleEndian.Put(decoders, at + HdmDecoderRegisters.ControlOffset, control & (1u << 12)); // the target range type stays
        }
    }

    private async Task RefreshRanges()
    {
        foreach (int at in (int[])[0x18, 0x1C, 0x28, 0x2C])
            Dvsec.Preset(at, 4, await device.Hardware.Configuration.ReadConfig(device.Function.Bdf, Registers.Dvsec + at));
    }

    /// <summary>The guest sees as much memory as it gets.</summary>
    private void ShowCapacity()
    {
        ulong size = Region!.Size.Bytes;
        Dvsec.Preset(DvsecEmulation.Range1SizeHigh, 4, (uint)(size >> 32));
        Dvsec.Preset(DvsecEmulation.Range1SizeLow, 4, (uint)size & 0xF000_0000 | Dvsec[DvsecEmulation.Range1SizeLow, 4] & 0x0FFF_FFFF);
        Dvsec.Preset(DvsecEmulation.Range2SizeHigh, 4, 0);
        Dvsec.Preset(0x2C, 4, Dvsec[0x2C, 4] & 0x0FFF_FFFF);
    }

    private async Task<ByteSize> ReadCapacity()
    {
        ulong bytes = 0;
        foreach (int at in (int[])[0x18, 0x28])
        {
            ulong high = await device.Hardware.Configuration.ReadConfig(device.Function.Bdf, Registers.Dvsec + at);
            uint low = await device.Hardware.Configuration.ReadConfig(device.Function.Bdf, Registers.Dvsec + at + 4);
            if (low == uint.MaxValue)
                throw new ErrnoException(Errno.ENXIO, $"{device.Name} does not answer: the size of its memory reads all ones.");
            bytes += high << 32 | low & 0xF000_0000;
        }

        return new ByteSize(bytes);
    }
}
