using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;

namespace CxlTopology.Vfio.Tests.Isolation;

/// <summary>One processor of a guest, and one thread of its VMM: operations at random, each result judged.</summary>
internal sealed class TenantOperations
{
    private const int Iommufd = 3; // files as a VMM opens them
    private const int File = 4;
    private const int BurstMax = 48;
    private const int BarBytes = 0x20000;
    private readonly IsolationRun run;
    private readonly RealMachine machine;
    private readonly Guest guest;
    private readonly VirtualMachine vm;
    private readonly VirtualDevice device;
    private readonly Bdf function;
    private readonly ushort mark;
    private readonly Draw draw;
    private readonly string context;
    private readonly byte[] line = new byte[64];
    private readonly uint[] bars = new uint[6];
    private int dvsec;
    private int express;
    private ulong hdm;
    private int memoryRegion;
    private string operation = "";

    public TenantOperations(IsolationRun run, Guest guest, ushort mark, Draw draw, string context)
    {
        (this.run, this.guest, this.mark, this.draw, this.context) = (run, guest, mark, draw, context);
        machine = run.Machine;
        vm = guest.Machine;
        device = vm.Devices[0];
        function = guest.FunctionOf(device)!.Bdf;
    }

    /// <summary>Somewhere in memory: few pages, that everybody touches, and now and then any.</summary>
    public static ulong Place(Draw draw) => (ulong)draw.Below(4) * 0x20_1000 + (ulong)draw.Below(16) * 64 + (draw.OneIn(16) ? (ulong)draw.Below(0x8000) * 4096 : 0);

    /// <summary>Looks at the device as it was assigned.</summary>
    public async Task Prepare(int processor)
    {
        PciDevice found = guest.FunctionOf(device)!;
        (dvsec, _) = await CxlRegisterInfo.FindDvsec(vm, found, 0);
        express = found.ExpressCapability;
        for (int bar = 0; bar < 6; bar++)
            bars[bar] = await vm.ReadConfig(function, 0x10 + 4 * bar);
        hdm = guest.Core!.Memdevs[0].Endpoint!.HdmDecoders;
        memoryRegion = VfioRegionIndex.FirstDeviceRegion;
        if (processor == 0 && run.Options.Compares)
            await LookAtAll();
    }

    public async Task Run(int steps)
    {
        while (steps > 0 && !vm.HasEnded)
        {
            for (int burst = Math.Min(steps, 1 + draw.Below(BurstMax)); burst > 0 && !vm.HasEnded; burst--)
            {
                await Operate();
                steps--;
                run.Steps++;
            }

            run.Watch.Look(context);
            await machine.Hardware.Clock.Wait(SimDuration.FromMicroseconds(1 + draw.Below(4_000)));
        }
    }

    private async Task Operate()
    {
        try
        {
            switch (draw.Below(100))
            {
                case < 18:
                    await ReadMemory();
                    break;
                case < 36:
                    await WriteMemory();
                    break;
                case < 44:
                    await ReadConfig();
                    break;
                case < 49:
                    await WriteConfig();
                    break;
                case < 56:
                    await ReadMmio();
                    break;
                case < 62:
                    await WriteMmio();
                    break;
                case < 70:
                    await UseFile();
                    break;
                case < 78:
                    await UseMapping();
                    break;
                case < 90:
                    await UseDma();
                    break;
                case < 93:
                    await ChangeIommu();
                    break;
                case < 94:
                    await UseLeftover();
                    break;
                default:
                    await (draw.OneIn(12) ? Reset() : Repair());
                    break;
            }
        }
        catch (ErrnoException)
        {
            // as a kernel says no
        }
    }

    private async Task ReadMemory()
    {
        ulong at = Address(out int bytes);
        AccessStatus status = await vm.ReadMemory(at, line.AsMemory(0, bytes));
        operation = $"load of {bytes} bytes at 0x{at:x}: {status}";
        JudgeData(line.AsSpan(0, bytes), status == AccessStatus.Ok);
    }

    private async Task WriteMemory()
    {
        ulong at = Address(out int bytes);
        var data = new byte[bytes];
        Marks.Fill(data, mark, draw);
        await vm.WriteMemory(at, data);
    }

    private async Task ReadConfig()
    {
        (int at, int bytes) = ConfigPlace();
        operation = $"configuration read of {bytes} bytes at 0x{at:x}";
        JudgeRegister(await vm.ReadConfig(function, at, bytes), at >= dvsec && at < dvsec + 0x40 ? at - dvsec is 0x24 or 0x34 : at is >= 0x10 and < 0x28);
    }

    private Task WriteConfig()
    {
        (int at, int bytes) = ConfigPlace();
        return vm.WriteConfig(function, at, Marks.Register(draw) & (bytes == 4 ? uint.MaxValue : (1u << 8 * bytes) - 1), bytes);
    }

    private async Task ReadMmio()
    {
        ulong at = MmioPlace();
        operation = $"register read at 0x{at:x}";
        JudgeRegister(await vm.ReadMmio(at, draw.OneIn(3) ? 8 : 4), at - hdm is var inside and >= 0x10 and < 0x50 && inside % 0x20 == 0x10);
    }

    private Task WriteMmio() => vm.WriteMmio(MmioPlace(), Marks.Register(draw), 4);

    /// <summary>The VMM reads and writes regions of the device by its file.</summary>
    private async Task UseFile()
    {
        int region = draw.Below(6) switch { 0 => 0, 1 => 2, 2 => VfioRegionIndex.Config, 3 => draw.Below(12), _ => memoryRegion };
        ulong at = region == memoryRegion ? Place(draw) : (ulong)draw.Below(region == VfioRegionIndex.Config ? 4096 : BarBytes) & ~3ul;
        var data = new byte[region == memoryRegion ? 4 << draw.Below(6) : 4];
        ulong offset = (ulong)region << VfioRegionIndex.OffsetBits | at;
        operation = $"file access of {data.Length} bytes at 0x{at:x} of region {region}";
        if (draw.OneIn(2))
        {
            int read = await vm.Process.Read(File, offset, data);
            if (region == memoryRegion)
                JudgeData(data.AsSpan(0, read), isOk: true);
            else
                JudgeRegister(BitConverter.ToUInt32(data), false);
        }
        else
        {
            if (region == memoryRegion)
                Marks.Fill(data, mark, draw);
            else
                BitConverter.TryWriteBytes(data, Marks.Register(draw));
            await vm.Process.Write(File, offset, data);
        }
    }

    /// <summary>The VMM maps a piece of the device's memory, or of its BAR, uses it and unmaps it.</summary>
    private async Task UseMapping()
    {
        int region = draw.OneIn(3) ? draw.Below(10) : memoryRegion;
        ulong at = region == memoryRegion ? Place(draw) & ~4095ul : (ulong)draw.Below(BarBytes) & ~4095ul;
        VfioMapping mapping = vm.Process.Map(File, (ulong)region << VfioRegionIndex.OffsetBits | at, 4096);
        for (int i = 0; i < 4; i++)
        {
            ulong inside = (ulong)draw.Below(64) * 64;
            operation = $"mapped access at 0x{at + inside:x} of region {region}";
            if (draw.OneIn(2))
            {
                MappingResult result = await mapping.Load(inside, line.AsMemory(0, 8));
                if (result == MappingResult.Ok && region == memoryRegion)
                    JudgeData(line.AsSpan(0, 8), isOk: true);
                else if (result == MappingResult.Ok)
                    JudgeRegister(BitConverter.ToUInt64(line), false);
            }
            else
            {
                var data = new byte[8];
                Marks.Fill(data, mark, draw);
                await mapping.Store(inside, data);
            }
        }

        if (draw.OneIn(8) && run.Leftovers.Count < 64)
            run.Leftovers.Add(mapping); // its end takes it away
        else
            vm.Process.Unmap(mapping);
    }

    /// <summary>What a process that has ended had mapped, somebody still has the addresses of.</summary>
    private async Task UseLeftover()
    {
        if (run.Leftovers.Count == 0)
            return;
        VfioMapping mapping = draw.Of(run.Leftovers);
        bool isGone = mapping.IsUnmapped;
        operation = "access through a mapping that was taken back";
        MappingResult result = await mapping.Load((ulong)draw.Below(512) * 8, line.AsMemory(0, 8));
        Assert.False(isGone && result != MappingResult.Sigsegv, $"{context}: {operation} ended with {result}");
    }

    private async Task UseDma()
    {
        ulong at = draw.Below(4) switch { 0 => IovaPlace() + (ulong)draw.Below(512) * 8, 1 => Marks.Windows + (ulong)draw.Below(512) * 8, _ => Place(draw) % (2 << 20) };
        var data = new byte[8 << draw.Below(5)];
        operation = $"device access of {data.Length} bytes at 0x{at:x}";
        if (draw.OneIn(2))
        {
            if (await device.Dma.Read(at, data))
                JudgeData(data, isOk: true);
        }
        else
        {
            Marks.Fill(data, mark, draw);
            await device.Dma.Write(at, data);
        }
    }

    private async Task ChangeIommu()
    {
        ulong iova = IovaPlace();
        if (draw.OneIn(2))
        {
            var map = new byte[40];
            LittleEndian.Put(map, 0, 40u);
            LittleEndian.Put(map, 4, 7u);
            LittleEndian.Put(map, 8, 1u);
            LittleEndian.Put(map.AsSpan(), 16, 0x7F00_0000_0000 + (ulong)draw.Below(600) * 4096); // some of it is not the process's
            LittleEndian.Put(map.AsSpan(), 24, 4096ul);
            LittleEndian.Put(map.AsSpan(), 32, iova);
            await vm.Process.Ioctl(Iommufd, VfioRequest.IommuIoasMap, map);
            return;
        }

        var unmap = new byte[24];
        LittleEndian.Put(unmap, 0, 24u);
        LittleEndian.Put(unmap, 4, 1u);
        LittleEndian.Put(unmap.AsSpan(), 8, iova);
        LittleEndian.Put(unmap.AsSpan(), 16, 4096ul);
        await vm.Process.Ioctl(Iommufd, VfioRequest.IommuIoasUnmap, unmap);
        var into = new byte[8];
        operation = $"device access at 0x{iova:x}, which was unmapped";
        bool done = await device.Dma.Read(iova, into);
        Assert.False(done, $"{context}: {operation} was done");
    }

    /// <summary>The guest puts its device in order, after what it has done to it.</summary>
    private async Task Repair()
    {
        for (int bar = 0; bar < 6; bar++)
            await vm.WriteConfig(function, 0x10 + 4 * bar, bars[bar]);
        await vm.WriteConfig(function, 4, 6, 2);
        await vm.WriteMmio(hdm + 0x20, 0);
        await vm.WriteMmio(hdm + 0x14, (uint)(VirtualMachine.WindowBase >> 32));
        await vm.WriteMmio(hdm + 0x10, unchecked((uint)VirtualMachine.WindowBase));
        await vm.WriteMmio(hdm + 0x1C, 0);
        await vm.WriteMmio(hdm + 0x18, 256 << 20);
        await vm.WriteMmio(hdm + 0x20, HdmEmulation.Commit);
    }

    private async Task Reset()
    {
        switch (draw.Below(8))
        {
            case < 4:
                await vm.WriteConfig(function, dvsec + 0x10, draw.OneIn(2) ? 4u : 0xCu, 2);
                break;
            case 4 when express != 0:
                await vm.WriteConfig(function, express + 8, 0x8000 | await vm.ReadConfig(function, express + 8, 2), 2);
                break;
            case 5:
                var hot = new byte[12];
                LittleEndian.Put(hot, 0, 12u);
                await vm.Process.Ioctl(File, VfioRequest.DevicePciHotReset, hot);
                break;
            default:
                VfioMapping mapping = vm.Process.Map(File, (ulong)memoryRegion << VfioRegionIndex.OffsetBits, 4096);
                await mapping.Load(0, line.AsMemory(0, 8));
                await vm.Process.Ioctl(File, VfioRequest.DeviceReset);
                Assert.False(mapping.IsPresent(0) && !vm.HasEnded, $"{context}: a mapping has its page after a reset");
                vm.Process.Unmap(mapping);
                break;
        }

        await Repair();
    }

    /// <summary>All of configuration space, as the VMM reads it: what somebody did before is not to be seen in it.</summary>
    private async Task LookAtAll()
    {
        const ulong CacheMem = 0x1000;
        var all = new byte[4096 + 1024];
        for (int at = 0; at < 1024; at += 4)
            await vm.Process.Read(File, CacheMem + (ulong)at, all.AsMemory(4096 + at, 4)); // of the component registers in BAR 0
        for (int at = 0; at < 4096; at += 4)
        {
            await vm.Process.Read(File, ((ulong)VfioRegionIndex.Config << VfioRegionIndex.OffsetBits) + (ulong)at, all.AsMemory(at, 4));
            operation = $"configuration read at 0x{at:x} at first";
            JudgeRegister(BitConverter.ToUInt32(all, at), false);
        }

        all.AsSpan(dvsec + 0x12, 2).Clear(); // status 2 is the hardware's: that there was a reset at some time is no secret
        string key = $"{machine.NameOf(device.Device)} in {device.Device.Options.Dialect}";
        if (!run.FirstSight.TryAdd(key, all))
        {
            byte[] first = run.FirstSight[key];
            for (int at = 0; at < all.Length; at += 4)
            {
                if (!all.AsSpan(at, 4).SequenceEqual(first.AsSpan(at, 4)))
                    Assert.Fail($"{context}: {(at < 4096 ? "configuration" : "component register")} at 0x{at % 4096:x} reads 0x{BitConverter.ToUInt32(all, at):x8} when the device is assigned; who had it first read 0x{BitConverter.ToUInt32(first, at):x8} (DVSEC at 0x{dvsec:x}, PCI Express at 0x{express:x})");
            }
        }
    }

    private ulong Address(out int bytes)
    {
        bytes = 4 << draw.Below(5);
        ulong place = Place(draw) + (ulong)draw.Below(64 / bytes) * (ulong)bytes;
        return draw.Below(10) switch
        {
            0 => place % (4 << 20),
            1 => Marks.Windows + place,
            < 4 => place % (2 << 20),
            _ => VirtualMachine.WindowBase + place,
        };
    }

    private (int At, int Bytes) ConfigPlace()
    {
        int bytes = 1 << draw.Below(3);
        int at = draw.Below(4) switch
        {
            0 => draw.Below(4096),
            1 => draw.Below(64),
            2 => express + draw.Below(0x3C),
            _ => dvsec + draw.Below(0x40)
        };
        return (at / bytes * bytes, bytes);
    }

    private ulong MmioPlace() => draw.Below(4) switch
    {
        0 => device.Bars[draw.Below(3) * 2] + ((ulong)draw.Below(BarBytes) & ~7ul),
        1 => Marks.Windows + (ulong)draw.Below(4096) * 8,
        _ => hdm + (ulong)draw.Below(10) * 8,
    };

    private ulong IovaPlace() => 0x1_0000_0000 + (ulong)draw.Below(64) * 4096;

    private void JudgeRegister(ulong value, bool isBaseLow)
    {
        run.Judged++;
        Assert.False(run.IsHostAddress(value), $"{context}: {operation} gave 0x{value:x}, which has a host address in it");
        Assert.False(isBaseLow && value is not (uint.MaxValue or ulong.MaxValue) && Marks.HasLowHalf((uint)value), $"{context}: {operation} gave 0x{value:x}, the lower half of a host address");
    }

    private void JudgeData(ReadOnlySpan<byte> data, bool isOk)
    {
        run.Judged++;
        if (isOk && Marks.Judge(data, mark) is { } wrong)
            Assert.Fail($"{context}: {operation}: {wrong}");
        if (isOk && data.Length >= 4 && BitConverter.ToUInt32(data) is not (0 or uint.MaxValue))
            run.OwnRead++;
        for (int at = 0; at + 8 <= data.Length; at += 8)
            Assert.False(Marks.HasHostAddress(BitConverter.ToUInt64(data[at..])), $"{context}: {operation} gave a host address");
    }
}
