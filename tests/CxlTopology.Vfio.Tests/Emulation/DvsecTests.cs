using CxlTopology.Software;
using CxlTopology.Vfio.Tests.Machines;
using static CxlTopology.Vfio.Tests.Machines.User;
using static CxlTopology.Vfio.VfioDialect;

namespace CxlTopology.Vfio.Tests.Emulation;

public sealed class DvsecTests
{
    [Theory]
    [InlineData(RfcV2, 0x0A)]
    [InlineData(RfcV2, 0x16)]
    [InlineData(RfcV2, 0x38)]
    [InlineData(RfcV2, 0x08)]
    [InlineData(RfcV2AsPosted, 0x0A)]
    [InlineData(V3, 0x0A)]
    public async Task ReadOnly_AnyWrite_IsDropped(VfioDialect dialect, int offset)
    {
        User user = await Open(dialect);
        uint before = await user.Config(user.Fake.Dvsec + offset, 2);
        Assert.Equal(user.Fake.ReadConfig(user.Fake.Dvsec + offset, 2), before);
        user.Fake.Writes.Clear();
        foreach (uint value in (uint[])[0, 0xFFFF, 0xA5A5])
            Assert.Equal(2, await user.SetConfig(user.Fake.Dvsec + offset, value, 2));
        Assert.Equal(before, await user.Config(user.Fake.Dvsec + offset, 2));
        Assert.Empty(user.Fake.Writes);
    }

    [Theory]
    [InlineData(RfcV2)]
    [InlineData(RfcV2AsPosted)]
    [InlineData(V3)]
    public async Task Control_MaskSweep_KeepsReservedClearAndHardwareUntouched(VfioDialect dialect)
    {
        User user = await Open(dialect);
        user.Fake.Writes.Clear();
        for (int bit = 0; bit < 16; bit++)
        {
            await user.SetConfig(user.Fake.Dvsec + 0x0C, 1u << bit, 2);
            uint expected = (1u << bit & ~0xB000u) | 2; // 12 too: capability 3 has no bit 4
            Assert.Equal(expected, await user.Config(user.Fake.Dvsec + 0x0C, 2));
        }

        Assert.Empty(user.Fake.Writes);
    }

    [Theory]
    [InlineData(RfcV2)]
    [InlineData(RfcV2AsPosted)]
    [InlineData(V3)]
    public async Task Control_AfterLock_IsFrozen(VfioDialect dialect)
    {
        User user = await Open(dialect);
        await user.SetConfig(user.Fake.Dvsec + 0x0C, 5, 2);
        await user.SetConfig(user.Fake.Dvsec + 0x14, 0xFFFF, 2);
        Assert.Equal(1u, await user.Config(user.Fake.Dvsec + 0x14, 2));
        await user.SetConfig(user.Fake.Dvsec + 0x14, 0, 2);
        Assert.Equal(1u, await user.Config(user.Fake.Dvsec + 0x14, 2));
        await user.SetConfig(user.Fake.Dvsec + 0x0C, 0, 2);
        Assert.Equal(7u, await user.Config(user.Fake.Dvsec + 0x0C, 2));
        Assert.Equal(0u, user.Fake.ReadConfig(user.Fake.Dvsec + 0x14, 2));
    }

    [Theory]
    [InlineData(RfcV2AsPosted, true)]
    [InlineData(RfcV2, false)]
    public async Task RangeBase_AfterLock_IsWritableAsPostedOnly(VfioDialect dialect, bool writable)
    {
        User user = await Open(dialect);
        await user.SetConfig(user.Fake.Dvsec + 0x14, 1, 2);
        await user.SetConfig(user.Fake.Dvsec + 0x20, 0x12);
        await user.SetConfig(user.Fake.Dvsec + 0x24, 0xFFFFFFFF);
        Assert.Equal(writable ? 0x12u : 0, await user.Config(user.Fake.Dvsec + 0x20));
        Assert.Equal(writable ? 0xF0000000u : 0, await user.Config(user.Fake.Dvsec + 0x24));
        Assert.Equal(0u, user.Fake.ReadConfig(user.Fake.Dvsec + 0x20, 4));
    }

    [Fact]
    public async Task Control2_DisableCachingAndMemoryClear_ReachTheDevice()
    {
        User user = await Open();
        user.Fake.Writes.Clear();
        await user.SetConfig(user.Fake.Dvsec + 0x10, 9, 2);
        Assert.Equal(9u, await user.Config(user.Fake.Dvsec + 0x10, 2));
        Assert.Equal((user.Fake.Dvsec + 0x10, 9u, 2), Assert.Single(user.Fake.Writes));
    }

    [Theory]
    [InlineData(RfcV2AsPosted, false)]
    [InlineData(RfcV2, true)]
    public async Task Control2_WriteBack_ReachesTheDeviceByIntentOnly(VfioDialect dialect, bool reaches)
    {
        User user = await Open(dialect);
        user.Fake.Writes.Clear();
        await user.SetConfig(user.Fake.Dvsec + 0x10, 2, 2);
        Assert.Equal(reaches, user.Fake.Writes.Exists(w => (w.Value & 2) != 0));
        Assert.Equal(0u, await user.Config(user.Fake.Dvsec + 0x10, 2));
    }

    [Theory]
    [InlineData(RfcV2AsPosted, 1u)]
    [InlineData(RfcV2, 0u)]
    public async Task Control2_CachingEnabledAgain_ReachesTheDeviceByIntentOnly(VfioDialect dialect, uint inDevice)
    {
        User user = await Open(dialect);
        await user.SetConfig(user.Fake.Dvsec + 0x10, 1, 2);
        await user.SetConfig(user.Fake.Dvsec + 0x10, 0, 2);
        Assert.Equal(inDevice, user.Fake.ReadConfig(user.Fake.Dvsec + 0x10, 2));
    }

    [Theory]
    [InlineData(RfcV2AsPosted)]
    [InlineData(RfcV2)]
    [InlineData(V3)]
    public async Task Control2_ResetCommand_NeverReachesTheDevice(VfioDialect dialect)
    {
        User user = await Open(dialect);
        user.Fake.Writes.Clear();
        await user.SetConfig(user.Fake.Dvsec + 0x10, 4, 2);
        Assert.DoesNotContain(user.Fake.Writes, w => (w.Value & 4) != 0);
        Assert.Equal(0u, await user.Config(user.Fake.Dvsec + 0x10, 2));
    }

    [Theory]
    [InlineData(RfcV2AsPosted, 0x00u)] // looks at bit 2 of capability 3
    [InlineData(RfcV2, 0x10u)] // looks at bit 3
    public async Task Control2_VolatileState_DependsOnConfigurability(VfioDialect dialect, uint kept)
    {
        User user = await Open(dialect);
        await user.SetConfig(user.Fake.Dvsec + 0x10, 0x10, 2);
        Assert.Equal(kept, await user.Config(user.Fake.Dvsec + 0x10, 2));
    }

    [Theory]
    [InlineData(RfcV2)]
    [InlineData(RfcV2AsPosted)]
    public async Task Access_InsideRegister_IsEINVAL_PartialWriteToo(VfioDialect dialect)
    {
        User user = await Open(dialect);
        await Fails(Errno.EINVAL, () => user.Read(7, (ulong)user.Fake.Dvsec + 0x0D, 1));
        await Fails(Errno.EINVAL, () => user.SetConfig(user.Fake.Dvsec + 0x0C, 1, 1));
        Assert.Equal(2u, await user.Config(user.Fake.Dvsec + 0x0C, 1)); // reading a part from the start is possible
    }

    [Fact]
    public async Task Access_LongerThanRegister_IsCutAndContinued()
    {
        User user = await Open();
        byte[] whole = await user.Read(7, (ulong)user.Fake.Dvsec, 0x38);
        for (int at = 0; at < 0x38; at += 2)
        {
            if (at is 0x1A or 0x1E or 0x22 or 0x26 or 0x2A or 0x2E or 0x32 or 0x36 or 2 or 6)
                continue; // the upper half of a dword register
            Assert.Equal(await user.Config(user.Fake.Dvsec + at, 2), BitConverter.ToUInt16(whole, at));
        }
    }

    [Fact]
    public async Task V3_ByteAccess_Works()
    {
        User user = await Open(V3);
        Assert.Single(await user.Read(7, (ulong)user.Fake.Dvsec + 0x14, 1));
        await user.SetConfig(user.Fake.Dvsec + 0x0D, 0x08, 1);
        Assert.Equal(0x08u, await user.Config(user.Fake.Dvsec + 0x0D, 1));
    }

    [Theory]
    [InlineData(RfcV2AsPosted, false)]
    [InlineData(RfcV2, true)]
    [InlineData(V3, true)]
    public async Task Doe_Write_ReachesTheDeviceUnlessAsPosted(VfioDialect dialect, bool reaches)
    {
        User user = await Open(dialect);
        user.Fake.Writes.Clear();
        await user.SetConfig(user.Fake.Exchange + 0x10, 0x00001);
        await user.SetConfig(user.Fake.Exchange + 0x10, 3);
        await user.SetConfig(user.Fake.Exchange + 0x10, 0);
        await user.SetConfig(user.Fake.Exchange + 0x08, 1u << 31);
        Assert.Equal(reaches, (await user.Config(user.Fake.Exchange + 0x0C) >> 31) != 0);
        Assert.Equal(reaches ? 4 : 0, user.Fake.Writes.Count);
    }
}
