using System.Text;
using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Fabric;
using CxlTopology.Vfio.Tests.Machines;

namespace CxlTopology.Vfio.Tests.Interface;

/// <summary>VFIO_DEVICE_RESET of a function with siblings: what they all hold is kept.</summary>
public sealed class ResetTests
{
    private const int Command = 4;
    private readonly FakeMachine machine = new(
        new FakeDevice(User.Bdf, FakeDevice.Options() with { MultiFunction = true }), new FakeDevice(User.Bdf with { Function = 1 }, FakeDevice.Options() with { MultiFunction = true }));

    [Fact]
    public async Task Reset_WithSiblings_KeepsTheirStateToo()
    {
        (FakeCore core, OpenDevice open, int sibling) = await Open();
        FakeDevice other = machine.Devices[1];
        await Arm(open, sibling);
        await SetCommand(open, sibling, 0);
        ulong[] before = State(other);
        Assert.NotEqual(0ul, before[0]);
        Assert.NotEqual(0ul, before[^1] & 0x8000);
        core.OnReset = () =>
        {
            machine.Devices[0].Forget();
            other.Forget();
        };
        await open.Process.Ioctl(open.File, VfioRequest.DeviceReset);
        Assert.Contains($"reset with {open.Device.Name}", open.Device.Group.Devices[1].Log);
        Assert.Equal(before, State(other));
        Assert.False(other.MemoryEnabled); // as its user has it
        Assert.True(machine.Devices[0].MemoryEnabled);
        Assert.Equal(0ul, other.ReadBar(4, 12, 4)); // its vector is open again
    }

    [Fact]
    public async Task Reset_ThatFails_LeavesMemoryDecodeAsTheUserHasIt()
    {
        (FakeCore core, OpenDevice open, int sibling) = await Open();
        await SetCommand(open, open.File, 0);
        await SetCommand(open, sibling, 0);
        bool[] during = [];
        core.OnReset = () =>
        {
            during = [.. machine.Devices.Select(d => d.MemoryEnabled)];
            throw new ErrnoException(Errno.EIO, "The reset failed.");
        };
        await User.Fails(Errno.EIO, () => open.Process.Ioctl(open.File, VfioRequest.DeviceReset));
        Assert.Equal([true, true], during);
        Assert.All(machine.Devices, d => Assert.False(d.MemoryEnabled));
    }

    private async Task<(FakeCore Core, OpenDevice Open, int Sibling)> Open()
    {
        var core = new FakeCore(machine);
        var host = new VfioHost(machine.Hardware, new HostMemory(0, FakeMachine.OwnMemory));
        VfioPciDevice device = host.Bind(machine.Functions[0], new AcceleratorDriver(core), new VfioDeviceOptions { ResetsSiblings = true, Scrub = VfioScrub.None });
        VfioPciDevice sibling = host.Bind(machine.Functions[1], new PciDriver());
        OpenDevice open = await OpenDevice.ByGroup(host, device);
        return (core, open, await open.Process.Ioctl(open.Group, VfioRequest.GroupGetDeviceFd, Encoding.ASCII.GetBytes(sibling.Name + '\0')));
    }

    private static async Task Arm(OpenDevice open, int file)
    {
        uint[] words = [24, (uint)(VfioIrqSetFlags.DataEventfd | VfioIrqSetFlags.Trigger), VfioIrqIndex.Msix, 0, 1, (uint)open.Process.OpenEvent()];
        await open.Process.Ioctl(file, VfioRequest.DeviceSetIrqs, words.SelectMany(BitConverter.GetBytes).ToArray());
    }

    private static Task<int> SetCommand(OpenDevice open, int file, byte value) => open.Process.Write(file, (ulong)VfioRegionIndex.Config << 40 | Command, new byte[] { value, 0 });

    /// <summary>BARs, and the control of MSI-X.</summary>
    private static ulong[] State(FakeDevice device) => [.. Enumerable.Range(0, 6).Select(i => device.Config.Read(0x10 + 4 * i, 4)), device.Config.Read(device.Msix + 2, 2)];
}
