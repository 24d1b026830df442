using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Machines;
using static CxlTopology.Vfio.Tests.Machines.User;

namespace CxlTopology.Vfio.Tests.Interface;

public sealed class IommuTests
{
    private const ulong Iova = 0x10_0000;

    [Fact]
    public async Task MapDma_SameOrOverlapping_IsEEXIST()
    {
        (User user, ulong memory) = await Mapped();
        await Fails(Errno.EEXIST, () => Map(user, memory, Iova, 0x4000));
        await Fails(Errno.EEXIST, () => Map(user, memory, Iova + 0x1000, 0x1000));
        await Fails(Errno.EEXIST, () => Map(user, memory, Iova - 0x1000, 0x2000));
    }

    [Theory]
    [InlineData(0x200_0001ul, 0x1000ul, 3u)]
    [InlineData(0x200_0000ul, 0ul, 3u)]
    [InlineData(0x200_0000ul, 0x800ul, 3u)]
    [InlineData(0x200_0000ul, 0x1000ul, 0u)]
    [InlineData(0x200_0000ul, 0x1000ul, 0x10u)]
    public async Task MapDma_UnalignedEmptyOrInaccessible_IsEINVAL(ulong iova, ulong size, uint flags)
    {
        (User user, ulong memory) = await Mapped();
        await Fails(Errno.EINVAL, () => Map(user, memory, iova, size, flags));
    }

    [Fact]
    public async Task MapDma_Wrapping_IsEOVERFLOW()
    {
        (User user, ulong memory) = await Mapped();
        await Fails(Errno.EOVERFLOW, () => Map(user, memory, ulong.MaxValue - 0xFFF, 0x2000));
    }

    [Fact]
    public async Task MapDma_NotTheProcessesMemory_IsEFAULT()
    {
        (User user, ulong memory) = await Mapped();
        await Fails(Errno.EFAULT, () => Map(user, memory + (64ul << 20), 0x200_0000, 0x1000));
    }

    [Fact]
    public async Task UnmapDma_HalfNothingAll_AsMeasured()
    {
        (User user, _) = await Mapped();
        await Fails(Errno.EINVAL, () => Unmap(user, Iova, 0x2000));
        Assert.Equal(0ul, await Unmap(user, 0x900_0000, 0x1000));
        Assert.Equal(0x4000ul, await Unmap(user, Iova, 0x4000));
    }

    [Fact]
    public async Task Translate_OutsideOrAgainstPermission_FaultsAndIsCounted()
    {
        (User user, ulong memory) = await Mapped();
        await Map(user, memory, 0x800_0000, 0x1000, flags: 1);
        IommuDomain domain = user.Device.Domain!;
        ulong host = user.Process.HostAddressOf(memory, 1)!.Value;
        Assert.Equal(host + 0x10, domain.Translate(Iova + 0x10, 64, write: true));
        Assert.Equal(host, domain.Translate(0x800_0000, 64, write: false));
        Assert.Null(domain.Translate(0x800_0000, 64, write: true));
        Assert.Null(domain.Translate(Iova + 0x3FC1, 64, write: false));
        Assert.Null(domain.Translate(0, 1, write: false));
        Assert.Equal(3, domain.Faults);
    }

    [Fact]
    public async Task CharacterDevice_BeforeBind_RefusesEverything()
    {
        User user = Closed();
        int file = user.Process.Open("/dev/vfio/devices/vfio0");
        await Fails(Errno.EINVAL, () => user.Process.Ioctl(file, VfioRequest.DeviceGetInfo, new byte[16]));
        await Fails(Errno.EINVAL, () => user.Process.Read(file, 7ul << 40, new byte[4]));
    }

    [Fact]
    public async Task CharacterDevice_BoundAndAttached_ReachesWhatIsMapped()
    {
        User user = Closed();
        (int file, int iommufd) = (user.Process.Open("/dev/vfio/devices/vfio0"), user.Process.Open("/dev/iommu"));
        await user.Process.Ioctl(file, VfioRequest.DeviceBindIommufd, Words(16, 0, (uint)iommufd, 0));
        byte[] space = Words(12, 0, 0);
        await user.Process.Ioctl(iommufd, VfioRequest.IommuIoasAlloc, space);
        await user.Process.Ioctl(file, VfioRequest.DeviceAttachIommufdPt, Words(12, 0, BitConverter.ToUInt32(space, 8)));
        ProcessMemory memory = await user.Process.Allocate(ByteSize.MiB(2));
        byte[] map = [.. Words(40, 7, BitConverter.ToUInt32(space, 8), 0), .. BitConverter.GetBytes(memory.Address), .. BitConverter.GetBytes(0x2000ul), .. BitConverter.GetBytes(Iova)];
        await user.Process.Ioctl(iommufd, VfioRequest.IommuIoasMap, map);
        Assert.Equal(memory.HostAddress, user.Device.Domain!.Translate(Iova, 64, write: true));
        await Fails(Errno.EBUSY, () => user.Process.Ioctl(iommufd, VfioRequest.IommuDestroy, Words(8, BitConverter.ToUInt32(space, 8))));
        await user.Process.Ioctl(file, VfioRequest.DeviceDetachIommufdPt, Words(8, 0));
        Assert.Null(user.Device.Domain);
        await user.Process.Close(file);
        Assert.False(user.Device.IsOpen);
    }

    [Fact]
    public async Task CharacterDevice_SecondUser_IsEINVAL()
    {
        User user = await Open();
        VfioProcess other = user.Host.StartProcess("other");
        (int file, int iommufd) = (other.Open("/dev/vfio/devices/vfio0"), other.Open("/dev/iommu"));
        await Fails(Errno.EINVAL, () => other.Ioctl(file, VfioRequest.DeviceBindIommufd, Words(16, 0, (uint)iommufd, 0)));
    }

    [Fact]
    public async Task TwoFunctionsOfOneDevice_ToTwoUsers_AreRefusedWithTheReason()
    {
        var machine = new FakeMachine(
            new FakeDevice(User.Bdf, FakeDevice.Options() with { MultiFunction = true }), new FakeDevice(User.Bdf with { Function = 1 }, FakeDevice.Options() with { MultiFunction = true }));
        var core = new FakeCore(machine);
        var host = new VfioHost(machine.Hardware);
        foreach (PciDevice function in machine.Functions)
            host.Bind(function, new AcceleratorDriver(core));
        VfioProcess first = host.StartProcess("guest0");
        VfioProcess second = host.StartProcess("guest1");
        await first.Ioctl(first.Open("/dev/vfio/devices/vfio0"), VfioRequest.DeviceBindIommufd, Words(16, 0, (uint)first.Open("/dev/iommu"), 0));
        int file = second.Open("/dev/vfio/devices/vfio1");
        ErrnoException refused = await Assert.ThrowsAsync<ErrnoException>(
            () => second.Ioctl(file, VfioRequest.DeviceBindIommufd, Words(16, 0, (uint)second.Open("/dev/iommu"), 0)));
        Assert.Equal(Errno.EPERM, refused.Errno);
        Assert.Contains("0000:0d:00.0, 0000:0d:00.1", refused.Message, StringComparison.Ordinal);
        Assert.Equal(Errno.EBUSY, Assert.Throws<ErrnoException>(() => second.Open("/dev/vfio/0")).Errno);
    }

    private static async Task<(User User, ulong Memory)> Mapped()
    {
        User user = await Open(plain: true);
        ProcessMemory memory = await user.Process.Allocate(ByteSize.MiB(2));
        await Map(user, memory.Address, Iova, 0x4000);
        return (user, memory.Address);
    }

    private static Task<int> Map(User user, ulong address, ulong iova, ulong size, uint flags = 3) => user.Process.Ioctl(
        user.Container,
        VfioRequest.IommuMapDma,
        (byte[])[.. Words(32, flags), .. BitConverter.GetBytes(address), .. BitConverter.GetBytes(iova), .. BitConverter.GetBytes(size)]);

    private static async Task<ulong> Unmap(User user, ulong iova, ulong size)
    {
        byte[] argument = [.. Words(24, 0), .. BitConverter.GetBytes(iova), .. BitConverter.GetBytes(size)];
        await user.Process.Ioctl(user.Container, VfioRequest.IommuUnmapDma, argument);
        return BitConverter.ToUInt64(argument, 16);
    }

    private static byte[] Words(params uint[] words) => [.. words.SelectMany(BitConverter.GetBytes)];
}
