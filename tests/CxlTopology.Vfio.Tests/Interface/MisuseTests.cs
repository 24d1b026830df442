using CxlTopology.Software;
using CxlTopology.Vfio.Tests.Machines;
using static CxlTopology.Vfio.Tests.Machines.User;

namespace CxlTopology.Vfio.Tests.Interface;

/// <summary>What plain vfio-pci answered on a real kernel, row by row.</summary>
public sealed class MisuseTests
{
    [Fact]
    public async Task GetDeviceFd_BeforeContainer_IsEINVAL()
    {
        User user = Closed(plain: true);
        int group = user.Process.Open("/dev/vfio/0");
        await Fails(Errno.EINVAL, () => user.Process.Ioctl(group, VfioRequest.GroupGetDeviceFd, "0000:0d:00.0\0"u8.ToArray()));
    }

    [Fact]
    public async Task GetDeviceFd_BeforeIommu_IsEINVAL()
    {
        User user = Closed(plain: true);
        (int container, int group) = (user.Process.Open("/dev/vfio/vfio"), user.Process.Open("/dev/vfio/0"));
        await user.Process.Ioctl(group, VfioRequest.GroupSetContainer, Int(container));
        await Fails(Errno.EINVAL, () => user.Process.Ioctl(group, VfioRequest.GroupGetDeviceFd, "0000:0d:00.0\0"u8.ToArray()));
    }

    [Fact]
    public async Task SetContainer_Twice_IsEINVAL()
    {
        User user = await Open(plain: true);
        await Fails(Errno.EINVAL, () => user.Process.Ioctl(user.Group, VfioRequest.GroupSetContainer, Int(user.Container)));
    }

    [Fact]
    public async Task SetIommu_Twice_IsEINVAL()
    {
        User user = await Open(plain: true);
        await Fails(Errno.EINVAL, () => user.Process.Ioctl(user.Container, VfioRequest.SetIommu, Int(3)));
    }

    [Fact]
    public async Task SetIommu_WithoutGroup_IsEINVAL()
    {
        User user = Closed(plain: true);
        int container = user.Process.Open("/dev/vfio/vfio");
        await Fails(Errno.EINVAL, () => user.Process.Ioctl(container, VfioRequest.SetIommu, Int(1)));
    }

    [Fact]
    public async Task SetIommu_UnknownType_IsENODEV()
    {
        User user = Closed(plain: true);
        (int container, int group) = (user.Process.Open("/dev/vfio/vfio"), user.Process.Open("/dev/vfio/0"));
        await user.Process.Ioctl(group, VfioRequest.GroupSetContainer, Int(container));
        await Fails(Errno.ENODEV, () => user.Process.Ioctl(container, VfioRequest.SetIommu, Int(7)));
    }

    [Fact]
    public void OpenGroup_SecondTime_IsEBUSY()
    {
        User user = Closed(plain: true);
        user.Process.Open("/dev/vfio/0");
        Assert.Equal(Errno.EBUSY, Assert.Throws<ErrnoException>(() => user.Host.StartProcess("other").Open("/dev/vfio/0")).Errno);
    }

    [Fact]
    public async Task UnsetContainer_WithDeviceOpen_IsEBUSY()
    {
        User user = await Open(plain: true);
        await Fails(Errno.EBUSY, () => user.Process.Ioctl(user.Group, VfioRequest.GroupUnsetContainer));
    }

    [Fact]
    public async Task GetDeviceFd_UnknownName_IsENODEV()
    {
        User user = await Open(plain: true);
        await Fails(Errno.ENODEV, () => user.OpenDevice("0000:0e:00.0"));
    }

    [Theory]
    [InlineData(VfioRequest.DeviceGetInfo, 15u, 4)]
    [InlineData(VfioRequest.DeviceGetRegionInfo, 31u, 8)]
    [InlineData(VfioRequest.DeviceGetIrqInfo, 15u, 4)]
    [InlineData(VfioRequest.DeviceGetPciHotResetInfo, 11u, 3)]
    public async Task Info_ArgszTooSmall_IsEINVAL(uint request, uint argsz, int words)
    {
        User user = await Open(plain: true);
        var argument = new uint[words];
        argument[0] = argsz;
        await Fails(Errno.EINVAL, () => user.Ioctl(request, argument));
    }

    [Theory]
    [InlineData(8u)]
    [InlineData(9u)]
    [InlineData(1000u)]
    public async Task RegionInfo_NoSuchRegion_IsEINVAL(uint index)
    {
        User user = await Open(plain: true);
        await Fails(Errno.EINVAL, () => user.Ioctl(VfioRequest.DeviceGetRegionInfo, 32, 0, index, 0, 0, 0, 0, 0));
    }

    [Fact]
    public async Task IrqInfo_Index5_IsEINVAL()
    {
        User user = await Open(plain: true);
        await Fails(Errno.EINVAL, () => user.Ioctl(VfioRequest.DeviceGetIrqInfo, 16, 0, 5, 0));
    }

    [Fact]
    public async Task RegionInfo_MsixBar_HasCapabilityAndMmap()
    {
        User user = await Open(plain: true);
        VfioRegionInfo info = await user.Region(4);
        Assert.Equal(VfioRegionFlags.Read | VfioRegionFlags.Write | VfioRegionFlags.Mmap | VfioRegionFlags.Caps, info.Flags);
        Assert.Equal(VfioCapability.MsixMappable, Assert.Single(info.Capabilities).Id);
    }

    [Theory]
    [InlineData(0u, 7u)]
    [InlineData(1u, 9u)]
    [InlineData(2u, 1u)]
    [InlineData(3u, 9u)]
    [InlineData(4u, 9u)]
    public async Task IrqInfo_EachIndex_HasFlagsAsMeasured(uint index, uint flags)
    {
        User user = await Open(plain: true);
        byte[] info = await user.Ioctl(VfioRequest.DeviceGetIrqInfo, 16, 0, index, 0);
        Assert.Equal(flags, BitConverter.ToUInt32(info, 4));
        Assert.Equal(index == 2 ? 4u : index >= 3 ? 1u : 0, BitConverter.ToUInt32(info, 12));
    }

    [Theory]
    [InlineData(4096u, 4)]
    [InlineData(4094u, 4)]
    public async Task ConfigRead_AtOrAcrossEnd_IsEFAULT(uint at, int length)
    {
        User user = await Open(plain: true);
        await Fails(Errno.EFAULT, () => user.Read(7, at, length));
    }

    [Fact]
    public async Task ConfigRead_OddLengths_AreServed()
    {
        User user = await Open(plain: true);
        Assert.Empty(await user.Read(7, 0, 0));
        byte[] whole = await user.Read(7, 0, 4);
        Assert.Equal(whole[1..4], await user.Read(7, 1, 3));
    }

    [Fact]
    public async Task ConfigWrite_ToId_ReturnsLengthAndChangesNothing()
    {
        User user = await Open(plain: true);
        uint id = await user.Config(0);
        Assert.Equal(4, await user.SetConfig(0, 0xDEADBEEF));
        Assert.Equal(id, await user.Config(0));
        Assert.DoesNotContain(user.Fake.Writes, w => w.Offset < 4);
    }

    [Fact]
    public async Task BarRead_AtSize_IsEINVAL_AcrossIsShort()
    {
        User user = await Open(plain: true);
        await Fails(Errno.EINVAL, () => user.Read(2, 16 << 20, 4));
        Assert.Equal(4, (await user.Read(2, (16 << 20) - 4, 8)).Length);
    }

    [Theory]
    [InlineData(1ul)]
    [InlineData(6ul)]
    [InlineData(8ul)]
    [InlineData(9ul)]
    [InlineData(0xFFFFFFul)]
    public async Task Read_EmptyOrMissingRegion_IsEINVAL(ulong region)
    {
        User user = await Open(plain: true);
        await Fails(Errno.EINVAL, () => user.Process.Read(user.File, region << 40, new byte[4]));
    }

    [Fact]
    public async Task BarAccess_MemoryDecodeOff_IsEIO()
    {
        User user = await Open(plain: true);
        await user.SetConfig(4, 0, 2);
        await Fails(Errno.EIO, () => user.Read(2, 0, 4));
        await Fails(Errno.EIO, () => user.WriteWord(2, 0, 1));
        await user.SetConfig(4, 2, 2);
        Assert.Equal(4, (await user.Read(2, 0, 4)).Length);
    }

    [Theory]
    [InlineData(7ul << 40, 4096ul, Errno.EINVAL)]
    [InlineData(2ul << 40, (16ul << 20) + 4096, Errno.EINVAL)]
    [InlineData((2ul << 40) + (16ul << 20), 4096ul, Errno.EINVAL)]
    [InlineData((2ul << 40) + 4096, ulong.MaxValue - 4096, Errno.EOVERFLOW)]
    [InlineData((2ul << 40) + 1, 4096ul, Errno.EINVAL)]
    [InlineData(2ul << 40, 0ul, Errno.EINVAL)]
    [InlineData(1ul << 40, 4096ul, Errno.EINVAL)]
    public async Task Map_NotPossible_IsRefused(ulong offset, ulong length, Errno errno)
    {
        User user = await Open(plain: true);
        Assert.Equal(errno, Assert.Throws<ErrnoException>(() => user.Process.Map(user.File, offset, length)).Errno);
    }

    [Theory]
    [InlineData(0x21u, 2u, 0u, 0u)] // disable although not armed
    [InlineData(0x21u, 2u, 0u, 1u)] // trigger although not armed
    [InlineData(0x21u, 5u, 0u, 1u)] // no such index
    [InlineData(0x21u, 2u, 4u, 1u)] // start = count
    [InlineData(0x21u, 2u, 1u, 4u)] // past the last
    [InlineData(0x21u, 2u, 2u, uint.MaxValue - 1)] // a sum of 32 bits would be small
    [InlineData(0x20u, 2u, 0u, 1u)] // no data kind
    [InlineData(0x23u, 2u, 0u, 1u)] // two data kinds
    [InlineData(0x61u, 2u, 0u, 1u)] // unknown flag
    [InlineData(0x22u, 2u, 0u, 1u)] // bool without data
    [InlineData(0x24u, 2u, 0u, 1u)] // eventfd without data
    [InlineData(0x21u, 0u, 0u, 1u)] // pin that is not there
    public async Task SetIrqs_Misuse_IsEINVAL(uint flags, uint index, uint start, uint count)
    {
        User user = await Open(plain: true);
        await Fails(Errno.EINVAL, () => user.Ioctl(VfioRequest.DeviceSetIrqs, 20, flags, index, start, count));
    }

    [Fact]
    public async Task SetIrqs_FileIsNoEventfd_IsEINVAL()
    {
        User user = await Open(plain: true);
        await Fails(Errno.EINVAL, () => user.Ioctl(VfioRequest.DeviceSetIrqs, 24, 0x24, 2, 0, 1, (uint)user.Group));
    }

    [Fact]
    public async Task SetIrqs_MsiWhileMsixIsArmed_IsEINVAL()
    {
        User user = await Open(plain: true);
        int fd = user.Process.OpenEvent();
        await user.Ioctl(VfioRequest.DeviceSetIrqs, 24, 0x24, 2, 0, 1, (uint)fd);
        await Fails(Errno.EINVAL, () => user.Ioctl(VfioRequest.DeviceSetIrqs, 24, 0x24, 1, 0, 1, (uint)fd));
    }

    [Theory]
    [InlineData(0x01u)] // no action
    [InlineData(0x31u)] // two actions
    [InlineData(0x09u)] // mask MSI-X
    public async Task SetIrqs_WrongAction_IsENOTTY(uint flags)
    {
        User user = await Open(plain: true);
        await Fails(Errno.ENOTTY, () => user.Ioctl(VfioRequest.DeviceSetIrqs, 20, flags, 2, 0, 1));
    }

    [Fact]
    public async Task SetIrqs_ArmTriggerDisable_SignalsAndEnablesMsix()
    {
        User user = await Open(plain: true);
        int fd = user.Process.OpenEvent();
        await user.Ioctl(VfioRequest.DeviceSetIrqs, 28, 0x24, 2, 1, 2, (uint)fd, uint.MaxValue);
        Assert.Equal(0x8000u, user.Fake.ReadConfig(user.Fake.Msix + 2, 2) & 0x8000);
        await user.Ioctl(VfioRequest.DeviceSetIrqs, 20, 0x21, 2, 1, 1);
        user.Device.Interrupts.Raise(1);
        user.Device.Interrupts.Raise(2);
        var count = new byte[8];
        await user.Process.Read(fd, 0, count);
        Assert.Equal(2ul, BitConverter.ToUInt64(count));
        await Fails(Errno.EAGAIN, () => user.Process.Read(fd, 0, count));
        await user.Ioctl(VfioRequest.DeviceSetIrqs, 20, 0x21, 2, 0, 0);
        Assert.Equal(0u, user.Fake.ReadConfig(user.Fake.Msix + 2, 2) & 0x8000);
    }

    [Fact]
    public async Task Group_WithAFunctionThatTheHostDrives_IsNotViable()
    {
        User user = Closed(plain: true);
        user.Host.BindHostDriver(Bdf with { Function = 1 });
        (int container, int group) = (user.Process.Open("/dev/vfio/vfio"), user.Process.Open("/dev/vfio/0"));
        byte[] status = [8, 0, 0, 0, 0, 0, 0, 0];
        await user.Process.Ioctl(group, VfioRequest.GroupGetStatus, status);
        Assert.Equal(0, status[4]);
        await Fails(Errno.EPERM, () => user.Process.Ioctl(group, VfioRequest.GroupSetContainer, Int(container)));
        user.Host.UnbindHostDriver(Bdf with { Function = 1 });
        await user.Process.Ioctl(group, VfioRequest.GroupSetContainer, Int(container));
        await user.Process.Ioctl(group, VfioRequest.GroupGetStatus, status);
        Assert.Equal(3, status[4]);
    }

    [Fact]
    public async Task Unbind_WhileOpen_IsEBUSY_AndAsksTheUser()
    {
        User user = await Open(plain: true);
        int fd = user.Process.OpenEvent();
        await user.Ioctl(VfioRequest.DeviceSetIrqs, 24, 0x24, VfioIrqIndex.Request, 0, 1, (uint)fd);
        Assert.Equal(Errno.EBUSY, Assert.Throws<ErrnoException>(() => user.Host.Unbind(user.Device)).Errno);
        var count = new byte[8];
        await user.Process.Read(fd, 0, count);
        Assert.Equal(1ul, BitConverter.ToUInt64(count));
        await user.Process.Exit();
        user.Host.Unbind(user.Device);
        Assert.Empty(user.Host.Devices);
    }

    [Fact]
    public async Task Remove_TellsTheUser_AndEveryCallIsENODEV()
    {
        User user = await Open(plain: true);
        int fd = user.Process.OpenEvent();
        await user.Ioctl(VfioRequest.DeviceSetIrqs, 24, 0x24, VfioIrqIndex.Error, 0, 1, (uint)fd);
        user.Fake.IsGone = true;
        user.Host.Remove(user.Device);
        var count = new byte[8];
        await user.Process.Read(fd, 0, count);
        Assert.Equal(1ul, BitConverter.ToUInt64(count));
        await Fails(Errno.ENODEV, () => user.Config(0));
        await Fails(Errno.ENODEV, () => user.Ioctl(VfioRequest.DeviceReset));
        await user.Process.Exit();
        Assert.False(user.Device.IsOpen);
    }

    [Fact]
    public async Task Reset_RestoresConfiguration()
    {
        User user = await Open(plain: true);
        await user.SetConfig(4, 6, 2);
        uint bar = user.Fake.ReadConfig(0x14, 4);
        await user.Ioctl(VfioRequest.DeviceReset);
        Assert.Equal(1, user.Fake.FunctionResets);
        Assert.Equal(6u, user.Fake.ReadConfig(4, 2) & 6);
        Assert.Equal(bar, user.Fake.ReadConfig(0x14, 4));
        Assert.Equal(4, (await user.Read(2, 0, 4)).Length);
    }

    [Fact]
    public async Task HotResetInfo_NoRoom_IsENOSPCAndSaysHowMany()
    {
        User user = await Open(plain: true);
        var argument = new byte[12];
        argument[0] = 12;
        await Fails(Errno.ENOSPC, () => user.Process.Ioctl(user.File, VfioRequest.DeviceGetPciHotResetInfo, argument));
        Assert.Equal(1, argument[8]);
    }

    [Fact]
    public async Task HotReset_WithoutGroups_IsEINVAL_BelowCxlPortIsENOTTY()
    {
        User user = await Open(plain: true);
        await Fails(Errno.EINVAL, () => user.Ioctl(VfioRequest.DevicePciHotReset, 12, 0, 0));
        await Fails(Errno.ENOTTY, () => user.Ioctl(VfioRequest.DevicePciHotReset, 16, 0, 1, (uint)user.Group));
    }

    [Fact]
    public async Task Request_UnknownFeatureOrNumber_IsENOTTY()
    {
        User user = await Open(plain: true);
        await Fails(Errno.ENOTTY, () => user.Ioctl(VfioRequest.DeviceFeature, 8, 0x1FFFF));
        await Fails(Errno.ENOTTY, () => user.Ioctl(VfioRequest.Base + 99));
    }

    [Fact]
    public async Task Call_ClosedOrUnknownFile_IsEBADF()
    {
        User user = await Open(plain: true);
        await Fails(Errno.EBADF, () => user.Process.Read(99, 0, new byte[4]));
        await user.Process.Close(user.File);
        await Fails(Errno.EBADF, () => user.Ioctl(VfioRequest.DeviceGetInfo, 16, 0, 0, 0));
    }
}
