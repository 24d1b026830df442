using CxlTopology.Software;
using CxlTopology.Vfio.Tests.Machines;
using static CxlTopology.Vfio.Tests.Machines.User;

namespace CxlTopology.Vfio.Tests.Interface;

/// <summary>Info requests with more or less room than they need, and what a device that has left leaves behind.</summary>
public sealed class InfoTests
{
    /// <summary>Too little room for capabilities: the flag is set, the offset 0, argsz what is needed. Just enough: they are there.</summary>
    [Theory]
    [InlineData(VfioDialect.RfcV2, 56)]
    [InlineData(VfioDialect.V3, 72)]
    public async Task DeviceInfo_SaysHowMuchRoomItNeeds(VfioDialect dialect, int needed)
    {
        User user = await Open(dialect);
        foreach (int room in (int[])[16, 24, needed - 1])
        {
            byte[] small = await Info(user, VfioRequest.DeviceGetInfo, (room + 3) / 4, argsz: room);
            Assert.Equal((needed, 0x80), (BitConverter.ToInt32(small), small[4] & 0x80));
            if (room >= 24)
                Assert.Equal(0, BitConverter.ToInt32(small, 16));
        }

        byte[] enough = await Info(user, VfioRequest.DeviceGetInfo, needed / 4, argsz: needed);
        Assert.Equal((needed, 24, 6), (BitConverter.ToInt32(enough), BitConverter.ToInt32(enough, 16), BitConverter.ToUInt16(enough, 24)));
    }

    [Fact]
    public async Task DeviceInfo_WithoutCapabilities_LeavesArgszAsGiven()
    {
        User user = await Open(plain: true);
        Assert.Equal(99, BitConverter.ToInt32(await Info(user, VfioRequest.DeviceGetInfo, 25, argsz: 99)));
        byte[] info = await Info(user, VfioRequest.DeviceGetInfo, 4, argsz: 16);
        Assert.Equal([16, 3, 9, 5], Enumerable.Range(0, 4).Select(i => BitConverter.ToInt32(info, 4 * i)));
    }

    [Fact]
    public async Task RegionInfo_SaysHowMuchRoomItNeeds()
    {
        User user = await Open();
        byte[] small = await Info(user, VfioRequest.DeviceGetRegionInfo, 8, argsz: 32, index: 9);
        Assert.Equal((48, 15, 9, 0), (BitConverter.ToInt32(small), BitConverter.ToInt32(small, 4), BitConverter.ToInt32(small, 8), BitConverter.ToInt32(small, 12)));
        byte[] enough = await Info(user, VfioRequest.DeviceGetRegionInfo, 12, argsz: 48, index: 9);
        Assert.Equal((32, 0x80001E98u, 1), (BitConverter.ToInt32(enough, 12), BitConverter.ToUInt32(enough, 40), BitConverter.ToInt32(enough, 44)));
        Assert.Equal((2, 1, 0), (BitConverter.ToUInt16(enough, 32), BitConverter.ToUInt16(enough, 34), BitConverter.ToInt32(enough, 36)));
    }

    [Theory]
    [InlineData(VfioDialect.RfcV2)]
    [InlineData(VfioDialect.V3)]
    public async Task Removed_WhileOpen_IsUnboundWhenItsUserCloses_AndCanBeBoundAgain(VfioDialect dialect)
    {
        User user = await Open(dialect);
        user.Host.Remove(user.Device);
        Assert.Contains(user.Device, user.Host.Devices);
        await user.Process.Exit();
        Assert.Empty(user.Host.Devices);
        VfioPciDevice again = user.Host.Bind(user.Device.Function, dialect == VfioDialect.V3 ? new PciDriver(user.Core) : new AcceleratorDriver(user.Core), new VfioDeviceOptions { Dialect = dialect });
        Assert.Equal(0, again.Number);
        Assert.Equal(dialect == VfioDialect.V3, user.Core.Log.Contains("release"));
    }

    private static async Task<byte[]> Info(User user, uint request, int words, int argsz, int index = 0)
    {
        var bytes = new byte[4 * words];
        BitConverter.TryWriteBytes(bytes, argsz);
        if (request == VfioRequest.DeviceGetRegionInfo)
            BitConverter.TryWriteBytes(bytes.AsSpan(8), index);
        await user.Process.Ioctl(user.File, request, bytes);
        return bytes;
    }
}
