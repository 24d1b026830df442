using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;
using CxlTopology.Vfio.Tests.Machines;
using static CxlTopology.Vfio.Tests.Machines.User;

namespace CxlTopology.Vfio.Tests.Patches;

/// <summary>Patches 7 to 15 of the RFC: the device as its user has it.</summary>
public sealed class DevicePatchTests
{
    private const ulong Memory = 9ul << 40;

    [Fact]
    public async Task Patch07_CxlRegion_TypeOffsetsAndErrors()
    {
        User user = await Open();
        VfioRegionInfo info = await user.Region(9);
        Assert.Equal((9, FakeDevice.Capacity, Memory), (info.Index, info.Size, info.Offset));
        Assert.Equal((0x80001E98u, 1u), info.Type);
        Assert.Equal(VfioRegionFlags.Read | VfioRegionFlags.Write | VfioRegionFlags.Mmap | VfioRegionFlags.Caps, info.Flags);
        await Fails(Errno.EINVAL, () => user.Read(9, info.Size, 4));
        Assert.Equal(4, (await user.Read(9, info.Size - 4, 8)).Length);
        Assert.Equal(Errno.EINVAL, Assert.Throws<ErrnoException>(() => user.Process.Map(user.File, Memory + info.Size, 4096)).Errno);
        Assert.Equal(Errno.EOVERFLOW, Assert.Throws<ErrnoException>(() => user.Process.Map(user.File, Memory + 4096, ulong.MaxValue - 4096)).Errno);
        await user.SetConfig(4, 0, 2);
        await Fails(Errno.EIO, () => user.Read(9, 0, 4));
        await user.SetConfig(4, 2, 2);
        user.Machine.Poison.Add(FakeCore.Window + 0x40);
        await Fails(Errno.EIO, () => user.Read(9, 0x40, 8));
    }

    [Fact]
    public void Patch07_CxlRegion_DataTravelsAsMemoryTransactions()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            VfioProcess user = machine.Host.StartProcess("vmm");
            int file = await HardwarePatchTests.OpenDevice(user);
            await user.Write(file, Memory + 0x1030, Enumerable.Range(1, 100).Select(i => (byte)i).ToArray());
            var line = new byte[16];
            await machine.Core.Memory.ReadMemory(device.Cxl!.Memory!.HostAddressOf(0x1030), line);
            Assert.Equal(Enumerable.Range(1, 16).Select(i => (byte)i), line);
            VfioMapping mapping = user.Map(file, Memory + 0x1000, 4096);
            Assert.Equal(MappingResult.Ok, await mapping.Load(0x30, line));
            Assert.Equal(1, line[0]);
        });
    }

    [Theory]
    [InlineData(VfioDialect.RfcV2)]
    [InlineData(VfioDialect.V3)]
    public async Task Patch07_Mapping_FaultsLazily_AndIsZappedByResetAndMemoryDisable(VfioDialect dialect)
    {
        User user = await Open(dialect);
        VfioMapping mapping = user.Process.Map(user.File, Memory, 0x4000);
        Assert.Equal(0, mapping.Faults);
        Assert.Equal(MappingResult.Ok, await mapping.Store(0x1008, new byte[] { 7 }));
        Assert.Equal((1L, true, false), (mapping.Faults, mapping.IsPresent(0x1000), mapping.IsPresent(0)));
        await user.SetConfig(4, 0, 2);
        Assert.False(mapping.IsPresent(0x1000));
        Assert.Equal(MappingResult.Sigbus, await mapping.Load(0x1008, new byte[1]));
        await user.SetConfig(4, 2, 2);
        var into = new byte[1];
        Assert.Equal(MappingResult.Ok, await mapping.Load(0x1008, into));
        Assert.Equal(7, into[0]);
        await user.Ioctl(VfioRequest.DeviceReset);
        Assert.False(mapping.IsPresent(0x1000));
        Assert.Equal(MappingResult.Sigsegv, await mapping.Load(0x4000, into));
        user.Machine.Poison.Add(FakeCore.Window);
        Assert.Equal(MappingResult.Sigbus, await mapping.Load(0, into));
        user.Process.Unmap(mapping);
        Assert.Equal(MappingResult.Sigsegv, await mapping.Load(0, into));
    }

    [Fact]
    public async Task Patch07_Mapping_AsPosted_HasAllPagesAtOnce()
    {
        User user = await Open(VfioDialect.RfcV2AsPosted);
        VfioMapping mapping = user.Process.Map(user.File, Memory, 0x4000);
        Assert.True(mapping.IsPresent(0x3000));
        await user.SetConfig(4, 0, 2);
        Assert.Equal(MappingResult.Ok, await mapping.Load(0, new byte[8]));
    }

    [Fact]
    public void Patch08_Precommitted_IsUsedAndKept()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(RealMachine.Committed));
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            for (int round = 0; round < 2; round++)
            {
                VfioProcess user = machine.Host.StartProcess("vmm");
                await HardwarePatchTests.OpenDevice(user);
                Assert.True(device.Cxl!.IsPrecommitted);
                Assert.Equal(0x10_0000_0000ul, device.Cxl.Region!.Base.Value);
                await user.Exit();
                Assert.Equal(0x600u, await machine.Decoder(machine.Memdev("g0").Endpoint!, 0x10) & 0x600);
                Assert.Equal(0x10_0000_0000ul, Assert.Single(machine.Core.Regions).Base.Value);
            }
        });
    }

    [Fact]
    public async Task Patch09_ReadWrite_DispatchesByRegion()
    {
        User user = await Open();
        await user.WriteWord(2, 0x100, 0x11223344);
        await user.WriteWord(9, 0x100, 0x55667788);
        await user.WriteWord(0, 0x10100, 0x99AABBCC);
        Assert.Equal(0x11223344u, await user.ReadWord(2, 0x100));
        Assert.Equal(0x55667788u, await user.ReadWord(9, 0x100));
        Assert.Equal(0x99AABBCCu, await user.ReadWord(0, 0x10100));
        Assert.Equal(0x44, user.Fake.Second[(2ul << 40) + 0x100]);
        Assert.Equal(0x88, user.Fake.Memory[0x100][0]);
    }

    [Theory]
    [InlineData(128, 0, "0x10000+0x10000")]
    [InlineData(256, 64, "0x0+0x10000 0x20000+0x20000")]
    [InlineData(128, 64, "0x0+0x10000")]
    [InlineData(64, 0, "")]
    public async Task Patch10_SparseAreas_LeaveTheBlockOut(int barKiB, int blockKiB, string areas)
    {
        User user = await Open(options: FakeDevice.Options(barKiB, blockKiB));
        VfioRegionInfo info = await user.Region(0);
        Assert.Equal(areas, string.Join(' ', info.Areas.Select(a => $"0x{a.Offset:x}+0x{a.Size:x}")));
        foreach (VfioArea area in info.Areas)
            user.Process.Map(user.File, area.Offset, area.Size);
        Assert.Equal(Errno.EINVAL, Assert.Throws<ErrnoException>(() => user.Process.Map(user.File, (ulong)blockKiB << 10, 4096)).Errno);
    }

    [Theory]
    [InlineData(128, 64, "0x0+0x10000 0x20000+0x0")] // the test for a block at the end is off by one
    [InlineData(64, 0, "0x10000+0x0")]
    [InlineData(128, 0, "0x10000+0x10000")]
    public async Task Patch10_SparseAreas_AsPosted_MayBeEmpty(int barKiB, int blockKiB, string areas)
    {
        User user = await Open(VfioDialect.RfcV2AsPosted, FakeDevice.Options(barKiB, blockKiB));
        Assert.Equal(areas, string.Join(' ', (await user.Region(0)).Areas.Select(a => $"0x{a.Offset:x}+0x{a.Size:x}")));
    }

    [Fact]
    public async Task Patch10_Shadows_AreRestoredByReset_AndTakenAfreshAtOpen()
    {
        User user = await Open();
        await user.SetHdm(0x14, 0x12);
        await user.SetConfig(user.Fake.Dvsec + 0x14, 1, 2);
        await user.Ioctl(VfioRequest.DeviceReset);
        Assert.Equal((0u, 0u), (await user.Hdm(0x14), await user.Config(user.Fake.Dvsec + 0x14, 2)));
        await user.SetHdm(0x14, 0x12);
        await user.Process.Close(user.File);
        int again = await user.OpenDevice();
        var word = new byte[4];
        await user.Process.Read(again, (ulong)(user.Fake.HdmOffset + 0x14), word);
        Assert.Equal(new byte[4], word);
    }

    [Fact]
    public async Task Patch10_V3_FunctionReset_DoesNotTakeShadowsAfresh()
    {
        User user = await Open(VfioDialect.V3);
        await user.SetHdm(0x20, 0);
        await user.SetHdm(0x14, 0x12);
        await user.Ioctl(VfioRequest.DeviceReset);
        Assert.Equal(1, user.Fake.FunctionResets);
        Assert.Equal(0x12u, await user.Hdm(0x14));
    }

    [Fact]
    public void Patch11_HdmEmulation_NeverTouchesThePhysicalDecoder()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            VfioProcess user = machine.Host.StartProcess("vmm");
            int file = await HardwarePatchTests.OpenDevice(user);
            CxlPort endpoint = machine.Memdev("g0").Endpoint!;
            uint[] before = await Physical(machine, endpoint);
            ulong hdm = device.Cxl!.Registers.BlockOffset + (ulong)device.Cxl.Registers.HdmOffset;
            for (uint at = 4; at < 0x90; at += 4)
            {
                await user.Write(file, hdm + at, BitConverter.GetBytes(uint.MaxValue));
                await user.Write(file, hdm + at, BitConverter.GetBytes(0u));
            }

            Assert.Equal(before, await Physical(machine, endpoint));
        });
    }

    [Fact]
    public void Patch12_ConfigEmulation_ForwardsCachingAndMemoryClear_NotTheRest()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            VfioProcess user = machine.Host.StartProcess("vmm");
            int file = await HardwarePatchTests.OpenDevice(user);
            (int dvsec, Bdf bdf) = (device.Cxl!.Registers.Dvsec, device.Function.Bdf);
            uint control = await machine.Core.Configuration.ReadConfig(bdf, dvsec + 0x0C, 2);
            await Set(0x10, 9);
            Assert.Equal(9u, await machine.Core.Configuration.ReadConfig(bdf, dvsec + 0x10, 2));
            await Set(0x10, 2);
            Assert.Equal(0u, await machine.Core.Configuration.ReadConfig(bdf, dvsec + 0x10, 2));
            await Set(0x10, 4);
            await Set(0x0C, 0);
            await Set(0x14, 1);
            Assert.Equal(control, await machine.Core.Configuration.ReadConfig(bdf, dvsec + 0x0C, 2));
            Assert.Equal(0u, await machine.Core.Configuration.ReadConfig(bdf, dvsec + 0x14, 2));

            Task Set(int offset, ushort value) => user.Write(file, 7ul << 40 | (uint)(dvsec + offset), BitConverter.GetBytes(value));
        });
    }

    [Fact]
    public async Task Patch13_DeviceInfo_Bytes()
    {
        User user = await Open(options: FakeDevice.Options(256, 64));
        var info = new byte[64];
        info[0] = 64;
        await user.Process.Ioctl(user.File, VfioRequest.DeviceGetInfo, info);
        ulong hdm = 0x10000 + (ulong)user.Fake.HdmOffset;
        byte[] expected =
        [
            64, 0, 0, 0, 0x83, 2, 0, 0, 10, 0, 0, 0, 5, 0, 0, 0, 24, 0, 0, 0, 0, 0, 0, 0, // reset, PCI, capabilities, CXL; 10 regions
            6, 0, 1, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x50, 0, 0, 0, 0, 0, 0, 0, .. BitConverter.GetBytes(hdm), 0, 0, 0, 0, 0, 0, 0, 0,
        ];
        Assert.Equal(expected, info);
        byte[] small = [24, 0, 0, 0, .. new byte[20]];
        await user.Process.Ioctl(user.File, VfioRequest.DeviceGetInfo, small);
        Assert.Equal((56, 0x83, 2, 0), (small[0], small[4], small[5], small[16]));
        byte[] least = [16, 0, 0, 0, .. new byte[12]];
        await user.Process.Ioctl(user.File, VfioRequest.DeviceGetInfo, least);
        Assert.Equal((56, 0x83), (least[0], least[4]));
    }

    [Theory]
    [InlineData(VfioDialect.RfcV2AsPosted, false)]
    [InlineData(VfioDialect.RfcV2, true)]
    [InlineData(VfioDialect.V3, true)]
    public async Task Patch13_Reset_IsRefusedAsPosted(VfioDialect dialect, bool resets)
    {
        User user = await Open(dialect);
        byte[] info = await user.Ioctl(VfioRequest.DeviceGetInfo, 16, 0, 0, 0);
        Assert.Equal(resets, (info[4] & 1) != 0);
        if (resets)
            await user.Ioctl(VfioRequest.DeviceReset);
        else
            await Fails(Errno.EINVAL, () => user.Ioctl(VfioRequest.DeviceReset));
        Assert.Equal(dialect == VfioDialect.V3 ? 1 : 0, user.Fake.FunctionResets);
        Assert.Equal(dialect == VfioDialect.RfcV2, user.Core.Log.Contains("reset"));
    }

    [Fact]
    public async Task Patch13_InterruptPin_IsNotOffered()
    {
        User user = await Open();
        Assert.Equal(0u, await user.Config(0x3D, 1));
        Assert.Equal(0u, BitConverter.ToUInt32(await user.Ioctl(VfioRequest.DeviceGetIrqInfo, 16, 0, 0, 0), 12));
    }

    [Fact]
    public async Task Patch14_VariantDriver_OpensAndClosesInOrder()
    {
        User user = await Open(with: new VfioDeviceOptions { Scrub = VfioScrub.None });
        await user.Process.Close(user.File);
        Assert.Equal(["add", "dpa", "create", "detach", "put root", "free dpa", "remove"], user.Core.Log);
        Assert.Equal(
            [
                "vfio-pci enabled", "registers found and shadowed", "memory device mem0 added", "region0 created", "region0 registered", "CXL enabled", "open",
                "region0 unregistered", "region0 destroyed", "CXL disabled", "close",
            ],
            user.Device.Log);
    }

    [Fact]
    public async Task Patch14_AsPosted_Has256MiBWhateverTheDeviceHas()
    {
        User user = await Open(VfioDialect.RfcV2AsPosted);
        Assert.Equal(256ul << 20, (await user.Region(9)).Size);
    }

    [Fact]
    public async Task Patch14_PlainDriver_PassesACxlDeviceAsAPciDevice()
    {
        User user = await Open(plain: true);
        byte[] info = await user.Ioctl(VfioRequest.DeviceGetInfo, 16, 0, 0, 0);
        Assert.Equal((3, 0, 9), (info[4], info[5], info[8])); // reset, PCI; no CXL, no capabilities
        Assert.Equal(VfioRegionFlags.Read | VfioRegionFlags.Write | VfioRegionFlags.Mmap, (await user.Region(0)).Flags);
    }

    [Fact]
    public void Patch15_Type2WithoutMailbox_SurvivesTeardownAndPoisonQueries()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g0");
        machine.Do(async () =>
        {
            CxlMemdev memdev = machine.Memdev("g0");
            Assert.Null(memdev.Mailbox);
            await Fails(Errno.EOPNOTSUPP, () => HostCore.QueryPoison(new PassthroughMemdev(memdev.Name, memdev.Function, memdev.Capacity, memdev)));
            await machine.Core.RemoveDevice(memdev);
            await machine.Core.AddDevice(device.Function.Bdf);
            VfioProcess user = machine.Host.StartProcess("vmm");
            await HardwarePatchTests.OpenDevice(user);
            await user.Exit();
            Assert.False(device.IsOpen);
        });
    }

    private static async Task<uint[]> Physical(RealMachine machine, CxlPort endpoint)
    {
        var words = new uint[0x90 / 4];
        for (int i = 0; i < words.Length; i++)
            words[i] = (uint)await machine.Core.Mmio.ReadMmio(endpoint.HdmDecoders + (ulong)(4 * i));
        return words;
    }
}
