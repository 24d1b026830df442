using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;
using CxlTopology.Vfio.Tests.Machines;

namespace CxlTopology.Vfio.Tests.Patches;

/// <summary>Patches 1 to 6 of the RFC: what it asks of the CXL core.</summary>
public sealed class HardwarePatchTests
{
    [Fact]
    public async Task Patch01_RangeActiveWait_PassesWithoutDeviceRegisters_AndTimesOut()
    {
        User active = await User.Open();
        Assert.NotNull(active.Device.Cxl);

        User never = User.Closed(prepare: fake => fake.SetMemoryActive(false));
        await never.OpenGroup();
        SimTime before = never.Machine.Now;
        await User.Fails(Errno.ETIMEDOUT, () => never.OpenDevice());
        Assert.Equal(SimDuration.FromSeconds(60), never.Machine.Now - before);
        Assert.False(never.Device.IsOpen);

        User skipped = await User.Open(prepare: fake => fake.SetMemoryActive(false), with: new VfioDeviceOptions { SkipsMediaReady = true });
        Assert.True(skipped.Device.IsOpen);
    }

    [Theory]
    [InlineData(0x1B10u, 1)]
    [InlineData(0x1B11u, 2)]
    [InlineData(0x1B14u, 8)]
    public async Task Patch02_HdmRegisterInfo_CountOffsetAndSize(uint capability, int count)
    {
        var device = new FakeDevice(User.Bdf, hdmCapability: capability);
        var machine = new FakeMachine(device);
        CxlRegisterInfo info = await CxlRegisterInfo.Find(machine.Hardware, machine.Functions[0], Bars(machine));
        Assert.Equal((count, device.HdmOffset, 0x10 + 0x20 * count), (info.DecoderCount, info.HdmOffset, info.HdmLength));
    }

    [Fact]
    public async Task Patch02_HdmRegisterInfo_WithoutDecoders_IsENODEV()
    {
        var machine = new FakeMachine(new FakeDevice(User.Bdf, hdmCapability: null));
        await User.Fails(Errno.ENODEV, () => CxlRegisterInfo.Find(machine.Hardware, machine.Functions[0], Bars(machine)));
    }

    [Theory]
    [InlineData(64, 0)]
    [InlineData(128, 0)]
    [InlineData(128, 64)]
    [InlineData(512, 192)]
    public async Task Patch03_ComponentBlock_BarAndOffset(int barKiB, int blockKiB)
    {
        var machine = new FakeMachine(new FakeDevice(User.Bdf, FakeDevice.Options(barKiB, blockKiB)));
        IReadOnlyList<VfioBar> bars = Bars(machine, (ulong)barKiB << 10);
        Assert.Equal((0, (ulong)blockKiB << 10, bars[0].Base + ((ulong)blockKiB << 10)), await CxlRegisterInfo.FindBlock(machine, machine.Functions[0], bars));
        await User.Fails(Errno.ENODEV, () => CxlRegisterInfo.FindBlock(machine, machine.Functions[0], Bars(machine, (ulong)blockKiB << 10)));
    }

    [Fact]
    public void Patch04_MemdevRemoved_PortsVanish_AndComeBackWithTheDevice()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        CxlMemdev memdev = machine.Memdev("g2");
        VfioPciDevice device = machine.Bind("g2");
        machine.Do(async () =>
        {
            int ports = machine.Core.Ports.Count;
            await machine.Core.RemoveDevice(memdev);
            Assert.Equal(ports - 2, machine.Core.Ports.Count); // its endpoint, and the switch that only it was behind
            VfioProcess user = machine.Host.StartProcess("vmm");
            int file = await OpenDevice(user);
            Assert.Equal(ports, machine.Core.Ports.Count);
            await user.Close(file);
            Assert.Equal(ports - 2, machine.Core.Ports.Count);
            await user.Exit();
        });
        Assert.False(device.IsOpen);
    }

    [Fact]
    public void Patch05_CommittedRegions_AreListed_OthersNot()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators(RealMachine.Committed));
        machine.Do(async () =>
        {
            PassthroughMemdev committed = await machine.Passthrough.AddMemdev(machine.Function("g0"), ByteSize.GiB(1));
            PassthroughMemdev idle = await machine.Passthrough.AddMemdev(machine.Function("g1"), ByteSize.GiB(1));
            Assert.Equal(0x10_0000_0000ul, Assert.Single(machine.Passthrough.CommittedRegions(committed)).Base.Value);
            Assert.Empty(machine.Passthrough.CommittedRegions(idle));
            await machine.Passthrough.CreateRegion([await machine.Passthrough.RequestDpa(idle, ByteSize.MiB(256))]);
            await machine.Passthrough.CreateRegion([await machine.Passthrough.RequestDpa(idle, ByteSize.MiB(256))]);
            Assert.Equal(2, machine.Passthrough.CommittedRegions(idle).Count);
        });
    }

    [Fact]
    public void Patch06_Preludes_RegionIsCreatedWithEveryDecoder_AndErrorsAreAsNamed()
    {
        RealMachine machine = RealMachine.Boot(RealMachine.Accelerators());
        VfioPciDevice device = machine.Bind("g2");
        machine.Do(async () =>
        {
            VfioProcess user = machine.Host.StartProcess("vmm");
            await OpenDevice(user);
            for (CxlPort port = machine.Memdev("g2").Endpoint!; port.Kind != CxlPortKind.Root; port = port.Parent!)
            {
                Assert.Equal(0x40u, await machine.Decoder(port, 4));
                Assert.Equal(0u, await machine.Decoder(port, 0));
                Assert.Equal(0x4000_0000u, await machine.Decoder(port, 8));
                Assert.Equal(0x600u, await machine.Decoder(port, 0x10) & 0x1600);
            }

            await User.Fails(Errno.EEXIST, () => device.Cxl!.CreateRegion(ByteSize.MiB(256)));
            await user.Exit();
            Assert.Empty(machine.Core.Regions);
        });
    }

    [Fact]
    public async Task Patch06_Preludes_NoHostAddressesLeft_IsENOSPC()
    {
        User user = User.Closed();
        user.Core.WindowSize = 256 << 20;
        await user.OpenGroup();
        await User.Fails(Errno.ENOSPC, () => user.OpenDevice());
        Assert.Equal(["add", "reset and clear", "remove"], user.Core.Log);
    }

    internal static async Task<int> OpenDevice(VfioProcess user, int number = 0)
    {
        (int file, int iommufd) = (user.Open($"/dev/vfio/devices/vfio{number}"), user.Open("/dev/iommu"));
        await user.Ioctl(file, VfioRequest.DeviceBindIommufd, (byte[])[16, 0, 0, 0, 0, 0, 0, 0, .. BitConverter.GetBytes(iommufd), 0, 0, 0, 0]);
        return file;
    }

    private static IReadOnlyList<VfioBar> Bars(FakeMachine machine, ulong size = 128 << 10) => [new VfioBar(0, machine.Functions[0].Bars[0].Base, size, true)];
}
