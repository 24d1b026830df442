using CxlTopology.Software;
using CxlTopology.Vfio.Tests.Machines;
using static CxlTopology.Vfio.Tests.Machines.User;

namespace CxlTopology.Vfio.Tests.Patches;

/// <summary>The six self-tests of the v3 series, and what the drafts of 2026 added to them.</summary>
public sealed class V3SelfTests
{
    [Fact]
    public async Task SelfTest1_DeviceInfo_NamesTwoRegionsAndTheRegisters()
    {
        (User user, _, byte[] content) = await Opened();
        (uint memory, uint registers, uint bar) = (BitConverter.ToUInt32(content, 4), BitConverter.ToUInt32(content, 8), BitConverter.ToUInt32(content, 12));
        Assert.True(memory >= 9 && registers >= 9 && memory != registers && bar < 6);
        Assert.Equal(1u, BitConverter.ToUInt32(content, 0));
        Assert.Equal((await user.Region((int)registers)).Size, BitConverter.ToUInt64(content, 32));
        Assert.Equal((0x80001E98u, 1u), (await user.Region((int)memory)).Type);
        Assert.Equal((0x80001E98u, 2u), (await user.Region((int)registers)).Type);
    }

    [Fact]
    public async Task SelfTest2_HdmRegion_MapsAndKeepsAPattern()
    {
        (User user, _, _) = await Opened();
        VfioMapping mapping = user.Process.Map(user.File, 9ul << 40, 4096);
        Assert.Equal(0, mapping.Faults);
        Assert.Equal(MappingResult.Ok, await mapping.Store(0, BitConverter.GetBytes(0xDEADBEEF)));
        Assert.Equal(1, mapping.Faults);
        var into = new byte[4];
        await mapping.Load(0, into);
        Assert.Equal(0xDEADBEEF, BitConverter.ToUInt32(into));
    }

    [Theory]
    [InlineData(128, 0)]
    [InlineData(256, 64)]
    [InlineData(128, 64)]
    public async Task SelfTest3_ComponentBar_SparseAreasLeaveTheRegistersOut(int barKiB, int blockKiB)
    {
        (User user, _, byte[] content) = await Opened(barKiB, blockKiB);
        (ulong start, ulong size) = (BitConverter.ToUInt64(content, 24), BitConverter.ToUInt64(content, 32));
        VfioRegionInfo bar = await user.Region(0);
        Assert.InRange(bar.Areas.Count, 1, 2);
        Assert.All(bar.Areas, a => Assert.True(a.Size > 0 && a.End <= bar.Size && (a.End <= start || a.Offset >= start + size)));
        Assert.True(bar.Areas.Aggregate(0ul, (sum, a) => sum + a.Size) < bar.Size);
        Assert.Equal(VfioRegionFlags.Mmap, bar.Flags & VfioRegionFlags.Mmap);
        Assert.Equal(Errno.EINVAL, Assert.Throws<ErrnoException>(() => user.Process.Map(user.File, start, 4096)).Errno);
    }

    [Fact]
    public async Task SelfTest4_ComponentRegion_HasTheCapabilityArray()
    {
        (User user, int registers, _) = await Opened();
        uint head = await user.ReadWord(registers, 0x1000);
        Assert.Equal(1u, head & 0xFFFF);
        Assert.True(head >> 24 > 0);
        await user.WriteWord(registers, 0x1000, 0);
        Assert.Equal(head, await user.ReadWord(registers, 0x1000));
    }

    [Fact]
    public async Task SelfTest5_DvsecLock_ByteIsReadable()
    {
        (User user, _, _) = await Opened();
        Assert.Single(await user.Read(7, (ulong)user.Fake.Dvsec + 0x14, 1));
    }

    [Fact]
    public async Task SelfTest6_DecoderControl_ReleasesAndCommits()
    {
        (User user, int registers, _) = await Opened();
        ulong control = (ulong)user.Fake.HdmOffset + 0x20;
        Assert.Equal(0x600u, await user.ReadWord(registers, control) & 0x600);
        await user.WriteWord(registers, control, 0);
        Assert.Equal(0u, await user.ReadWord(registers, control) & 0x700);
        await user.WriteWord(registers, control, 0x200);
        Assert.Equal(0x600u, await user.ReadWord(registers, control) & 0x600);
    }

    [Fact]
    public async Task Additions_ComponentRegion_IsDwordsOnly_AndNotMappable()
    {
        (User user, int registers, _) = await Opened();
        VfioRegionInfo info = await user.Region(registers);
        Assert.Equal(VfioRegionFlags.Read | VfioRegionFlags.Write | VfioRegionFlags.Caps, info.Flags);
        Assert.Equal(Errno.EINVAL, Assert.Throws<ErrnoException>(() => user.Process.Map(user.File, info.Offset, 4096)).Errno);
        await Fails(Errno.EINVAL, () => user.Read(registers, 0x1000, 2));
        await Fails(Errno.EINVAL, () => user.Read(registers, 0x1002, 4));
        await Fails(Errno.EINVAL, () => user.Write(registers, 0x1000, 1));
        Assert.Equal(0u, await user.ReadWord(registers, 0));
        Assert.Equal(0u, await user.ReadWord(registers, 0x8000));
        await user.WriteWord(registers, 0x8000, 5);
        Assert.Equal(0u, await user.ReadWord(registers, 0x8000));
    }

    [Fact]
    public async Task Additions_FirmwareCommittedDecoder_HidesTheHostAddress()
    {
        (User user, int registers, _) = await Opened();
        ulong decoder = (ulong)user.Fake.HdmOffset + 0x10;
        Assert.Equal((0u, 0u), (await user.ReadWord(registers, decoder), await user.ReadWord(registers, decoder + 4)));
        ulong size = await user.ReadWord(registers, decoder + 8) | (ulong)await user.ReadWord(registers, decoder + 12) << 32;
        Assert.True(size >= FakeDevice.Capacity);
        Assert.Equal(0u, await user.ReadWord(registers, decoder + 0x10) & 0xF0008000);
    }

    [Fact]
    public async Task Additions_UncommittedDecoder_TakesBaseAndSize()
    {
        (User user, int registers, _) = await Opened();
        ulong decoder = (ulong)user.Fake.HdmOffset + 0x30;
        await user.WriteWord(registers, decoder, 0x10000000);
        await user.WriteWord(registers, decoder + 8, 0x10000000);
        await user.WriteWord(registers, decoder + 0x10, 0x200);
        Assert.Equal(0x600u, await user.ReadWord(registers, decoder + 0x10) & 0x600);
        await user.WriteWord(registers, decoder + 0x10, 0);
        Assert.Equal(0u, await user.ReadWord(registers, decoder + 0x10) & 0x600);
        Assert.Equal(0x10000000u, await user.ReadWord(registers, decoder));
    }

    [Fact]
    public async Task Additions_RangeRegisters_AreFixedAndSecondIsZero()
    {
        (User user, _, _) = await Opened();
        foreach (int at in (int[])[0x20, 0x24, 0x28, 0x2C, 0x30, 0x34])
        {
            await user.SetConfig(user.Fake.Dvsec + at, uint.MaxValue);
            if (at != 0x2C)
                Assert.Equal(0u, await user.Config(user.Fake.Dvsec + at));
        }
    }

    [Theory]
    [InlineData(0, 0x200u, "Firmware has committed no region of 0000:0d:00.0: dialect v3 passes through what firmware has committed.")]
    [InlineData(2, 0x200u, "Firmware has committed 2 decoders of 0000:0d:00.0 (region0, region1): dialect v3 passes through exactly one.")]
    [InlineData(1, 0x210u, "region0 of 0000:0d:00.0 is interleaved over 2 devices: dialect v3 passes through one device alone.")]
    public void Scope_AnythingButOneDecoderOfOneDevice_IsEOPNOTSUPPAtBind(int committed, uint control, string why)
    {
        ErrnoException refused = Assert.Throws<ErrnoException>(() => Closed(VfioDialect.V3, prepare: fake =>
        {
            for (int i = 0; i < committed; i++)
                fake.Commit(i, FakeCore.Window + (ulong)i * (FakeDevice.Capacity / 2), FakeDevice.Capacity / 2, control);
        }));
        Assert.Equal(Errno.EOPNOTSUPP, refused.Errno);
        Assert.Equal(why, refused.Message);
    }

    [Fact]
    public async Task Scope_HostAddressesThatAreTaken_AreEBUSYAtBind_AndFreeAfterUnbind()
    {
        User user = Closed(VfioDialect.V3, prepare: fake => fake.Commit(0, FakeCore.Window, FakeDevice.Capacity));
        Assert.Equal(["claim"], user.Core.Log);
        Assert.Equal(["region0 acquired"], user.Device.Log);
        await user.OpenGroup();
        await user.Process.Close(await user.OpenDevice());
        Assert.Equal(["claim", "add", "remove"], user.Core.Log.Where(l => l is "claim" or "add" or "remove" or "release"));
        user.Host.Unbind(user.Device);
        Assert.Equal("release", user.Core.Log[^1]);
        user.Core.IsBusy = true;
        Assert.Equal(Errno.EBUSY, Assert.Throws<ErrnoException>(() => user.Host.Bind(user.Device.Function, new PciDriver(user.Core), new VfioDeviceOptions { Dialect = VfioDialect.V3 })).Errno);
        Assert.Empty(user.Host.Devices);
    }

    [Fact]
    public async Task OptOut_PassesTheDeviceAsAPciDevice()
    {
        User user = await Open(VfioDialect.V3, with: new VfioDeviceOptions { DisablesCxl = true });
        byte[] info = await user.Ioctl(VfioRequest.DeviceGetInfo, 16, 0, 0, 0);
        Assert.Equal((uint)(VfioDeviceFlags.Pci | VfioDeviceFlags.Reset), BitConverter.ToUInt32(info, 4));
        Assert.Equal(9, BitConverter.ToInt32(info, 8));
        Assert.Empty(user.Core.Log);
    }

    [Fact]
    public async Task ComponentRegion_OutsideOfKnownCapabilities_Reads0()
    {
        (User user, int registers, _) = await Opened();
        user.Fake.Block.Write(0x1000 + 0xFFC, 4, uint.MaxValue);
        IReadOnlyList<VfioArea> known = user.Device.Cxl!.Registers.Capabilities;
        Assert.Equal(0x1000ul, known[0].Offset);
        Assert.Contains(known, a => a.Offset == (ulong)user.Fake.HdmOffset && a.Size == 0x50);
        Assert.Contains(known, a => a.Size == 0x58); // RAS
        for (ulong at = 0x1000; at < 0x2000; at += 4)
        {
            uint read = await user.ReadWord(registers, at);
            Assert.True(read == 0 || known.Any(a => at >= a.Offset && at < a.End), $"0x{at:x} reads 0x{read:x}");
        }
    }

    private static async Task<(User User, int Registers, byte[] Content)> Opened(int barKiB = 128, int blockKiB = 0)
    {
        User user = await Open(VfioDialect.V3, FakeDevice.Options(barKiB, blockKiB));
        var info = new byte[256];
        BitConverter.TryWriteBytes(info, 256);
        await user.Process.Ioctl(user.File, VfioRequest.DeviceGetInfo, info);
        Assert.Equal(0x282u, BitConverter.ToUInt32(info, 4) & 0x282);
        VfioCapability cxl = VfioCapabilityChain.Read(info, BitConverter.ToInt32(info, 16))[0];
        Assert.Equal((6, 1), (cxl.Id, cxl.Version));
        byte[] content = cxl.Content.ToArray();
        return (user, (int)BitConverter.ToUInt32(content, 8), content);
    }
}
