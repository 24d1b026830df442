using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Machines;
using static CxlTopology.Vfio.Tests.Machines.User;

namespace CxlTopology.Vfio.Tests.Interface;

/// <summary>Device memory as a region that is read, written and mapped: one memory, whichever way; pages that come and go.</summary>
public sealed class MappingTests
{
    private const int Memory = 9;

    private static readonly byte[] pattern = [.. Enumerable.Range(1, 64).Select(i => (byte)i)];

    [Theory]
    [InlineData(VfioDialect.RfcV2)]
    [InlineData(VfioDialect.RfcV2AsPosted)]
    [InlineData(VfioDialect.V3)]
    public async Task FileAndMapping_AreOneMemory_ByteByByte(VfioDialect dialect)
    {
        User user = await Open(dialect, with: new VfioDeviceOptions { Scrub = VfioScrub.None });
        VfioMapping mapping = user.Process.Map(user.File, (ulong)Memory << 40, 8192);
        await user.Write(Memory, 0x1003, 0x11, 0x22, 0x33, 0x44, 0x55); // across no line, at an odd offset
        var into = new byte[5];
        Assert.Equal(MappingResult.Ok, await mapping.Load(0x1003, into));
        Assert.Equal([0x11, 0x22, 0x33, 0x44, 0x55], into);
        Assert.Equal(MappingResult.Ok, await mapping.Store(0x1004, new byte[] { 0xAA }));
        Assert.Equal([0x11, 0xAA, 0x33], await user.Read(Memory, 0x1003, 3));
        await user.Write(Memory, 0x1FF0, pattern); // across a line and a page
        Assert.Equal(pattern, await user.Read(Memory, 0x1FF0, 64));
        byte[] line = user.Fake.Memory[0x1000];
        Assert.Equal([0x00, 0x11, 0xAA, 0x33, 0x44, 0x55, 0x00], line[2..9]); // and in the device the bytes lie in that order
    }

    [Fact]
    public async Task Numbers_OnTheWire_HaveTheirLowestByteFirst()
    {
        User user = await Open(VfioDialect.RfcV2);
        await user.WriteWord(Memory, 0x40, 0x44332211);
        Assert.Equal([0x11, 0x22, 0x33, 0x44], user.Fake.Memory[0x40][..4]);
        await user.WriteWord(2, 0x100, 0x44332211);
        Assert.Equal([0x11, 0x22, 0x33, 0x44], Enumerable.Range(0, 4).Select(i => user.Fake.Second[(2UL << 40) + 0x100 + (ulong)i]));
        Assert.Equal([0x11, 0x22, 0x33, 0x44], await user.Read(2, 0x100, 4));
        Assert.Equal([0x33, 0x44], await user.Read(2, 0x102, 2));
        byte[] id = await user.Read(VfioRegionIndex.Config, 0, 4);
        Assert.Equal((uint)user.Fake.Config.Read(0, 4), (uint)(id[0] | id[1] << 8 | id[2] << 16 | id[3] << 24));
        await user.SetHdm(0x10, 0xF0000000);
        Assert.Equal([0, 0, 0, 0xF0], await user.Read(0, user.Fake.BlockOffset + (ulong)(user.Fake.HdmOffset + 0x10), 4));
        byte[] info = await user.Ioctl(VfioRequest.DeviceGetRegionInfo, 32, 0, 9, 0, 0, 0, 0, 0);
        Assert.Equal([0x00, 0x00, 0x00, 0x20], info[16..20]); // 512 MiB
        Assert.Equal([0, 0, 0, 0, 0, 9, 0, 0], info[24..32]); // 9 << 40
    }

    [Theory]
    [InlineData(VfioDialect.RfcV2, MappingResult.Sigbus)]
    [InlineData(VfioDialect.V3, MappingResult.Sigbus)]
    [InlineData(VfioDialect.RfcV2AsPosted, MappingResult.Ok)]
    public async Task MemoryDecodeOff_TakesPagesOut_UnlessAsPosted(VfioDialect dialect, MappingResult off)
    {
        User user = await Open(dialect, with: new VfioDeviceOptions { Scrub = VfioScrub.None });
        VfioMapping mapping = user.Process.Map(user.File, (ulong)Memory << 40, 8192);
        Assert.Equal(dialect == VfioDialect.RfcV2AsPosted, mapping.IsPresent(4096));
        Assert.Equal(MappingResult.Ok, await mapping.Store(4096, pattern));
        long faults = mapping.Faults;
        await user.SetConfig(4, 0, 2);
        Assert.Equal(off, await mapping.Load(4096, new byte[8]));
        Assert.Equal(off, await mapping.Store(0, new byte[8]));
        await user.SetConfig(4, 2, 2);
        var into = new byte[64];
        Assert.Equal(MappingResult.Ok, await mapping.Load(4096, into));
        Assert.Equal(pattern, into);
        Assert.Equal(dialect == VfioDialect.RfcV2AsPosted ? 0 : faults + 1, mapping.Faults);
    }

    [Fact]
    public async Task Access_PastTheMappingOrAgainstItsRights_IsSIGSEGV_OfPoisonSIGBUS()
    {
        User user = await Open(VfioDialect.RfcV2, with: new VfioDeviceOptions { Scrub = VfioScrub.None });
        VfioMapping mapping = user.Process.Map(user.File, (ulong)Memory << 40, 4096, MappingAccess.Read);
        Assert.Equal(MappingResult.Sigsegv, await mapping.Load(4096, new byte[1]));
        Assert.Equal(MappingResult.Sigsegv, await mapping.Load(4090, new byte[8]));
        Assert.Equal(MappingResult.Sigsegv, await mapping.Store(0, new byte[8]));
        user.Machine.Poison.Add(FakeCore.Window + 0x80);
        Assert.Equal(MappingResult.Sigbus, await mapping.Load(0x80, new byte[8]));
        await Fails(Errno.EIO, () => user.Read(Memory, 0x80, 8));
        user.Process.Unmap(mapping);
        Assert.Equal(MappingResult.Sigsegv, await mapping.Load(0, new byte[8]));
    }

    [Theory]
    [InlineData(true, 64)]
    [InlineData(false, 8)]
    public async Task Noncached_IsReachedByEightBytesAtMost(bool cached, int longest)
    {
        User user = await Open(VfioDialect.RfcV2, with: new VfioDeviceOptions { Scrub = VfioScrub.None, IsCached = cached });
        VfioMapping mapping = user.Process.Map(user.File, (ulong)Memory << 40, 4096);
        user.Machine.LongestAccess = 0;
        await user.Write(Memory, 0, pattern);
        Assert.Equal(MappingResult.Ok, await mapping.Store(64, pattern));
        var into = new byte[64];
        Assert.Equal(MappingResult.Ok, await mapping.Load(64, into));
        Assert.Equal(pattern, into);
        Assert.Equal(pattern, await user.Read(Memory, 0, 64));
        Assert.Equal(longest, user.Machine.LongestAccess);
    }

    [Fact]
    public async Task Parameters_OfTheDevice_DecideWhatTheGuestGets()
    {
        User user = await Open(with: new VfioDeviceOptions { RegionSize = ByteSize.MiB(256) });
        Assert.Equal(256UL << 20, (await user.Region(Memory)).Size);
        Assert.Equal(ByteSize.MiB(512), user.Device.Cxl!.Capacity);
        Assert.Equal(256u << 20, await user.Config(user.Fake.Dvsec + 0x1C) & 0xF000_0000); // it sees no more than it gets
        User small = await Open(with: new VfioDeviceOptions { Capacity = ByteSize.MiB(256) });
        Assert.Equal(256UL << 20, (await small.Region(Memory)).Size);
        User more = Closed(with: new VfioDeviceOptions { Capacity = ByteSize.MiB(256), RegionSize = ByteSize.MiB(512) });
        await more.OpenGroup();
        await Fails(Errno.ENOSPC, () => more.OpenDevice());
    }

    /// <summary>A DVSEC of the first revision ends before Capability 3: as posted it is read all the same, from whatever follows.</summary>
    [Theory]
    [InlineData(VfioDialect.RfcV2AsPosted)]
    [InlineData(VfioDialect.RfcV2)]
    public async Task Snapshot_OfAShortDvsec_GoesPastItsEndAsPostedOnly(VfioDialect dialect)
    {
        User user = await Open(dialect);
        int length = (int)((uint)user.Fake.Config.Read(user.Fake.Dvsec + 4, 4) >> 20);
        Assert.InRange(length, 0x38, 0x3C);
        uint behind = (uint)user.Fake.Config.Read(user.Fake.Dvsec + 0x3C, 4);
        Assert.Equal(dialect == VfioDialect.RfcV2AsPosted ? behind : 0u, user.Device.Cxl!.Dvsec[0x3C, 4]);
    }
}
