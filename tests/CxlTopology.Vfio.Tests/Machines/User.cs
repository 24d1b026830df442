using System.Buffers.Binary;
using System.Text;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Machines;

/// <summary>A process that has a device of a fake machine open.</summary>
internal sealed class User
{
    private User(FakeMachine machine, FakeCore core, VfioHost host, VfioPciDevice device, VfioProcess process)
    {
        (Machine, Core, Host, Device, Process) = (machine, core, host, device, process);
    }

    public FakeMachine Machine { get; }

    public FakeCore Core { get; }

    public VfioHost Host { get; }

    public VfioPciDevice Device { get; }

    public VfioProcess Process { get; }

    public FakeDevice Fake => Machine.Devices[0];

    public int Container { get; private set; }

    public int Group { get; private set; }

    public int File { get; private set; } = -1;

    public static readonly Bdf Bdf = new(0, 0x0D, 0, 0);

    /// <summary>A machine with one device, bound to a driver; nothing is open.</summary>
    public static User Closed(
        VfioDialect dialect = VfioDialect.RfcV2, EndpointConfigSpaceOptions? options = null, bool plain = false, Action<FakeDevice>? prepare = null, VfioDeviceOptions? with = null)
    {
        var fake = new FakeDevice(Bdf, options);
        prepare?.Invoke(fake);
        var machine = new FakeMachine(fake);
        var core = new FakeCore(machine);
        var host = new VfioHost(machine.Hardware, new HostMemory(0, FakeMachine.OwnMemory));
        VfioDriver driver = plain ? new PciDriver() : dialect == VfioDialect.V3 ? new PciDriver(core) : new AcceleratorDriver(core);
        VfioPciDevice device = host.Bind(machine.Functions[0], driver, (with ?? new VfioDeviceOptions()) with { Dialect = dialect });
        return new User(machine, core, host, device, host.StartProcess("vmm"));
    }

    /// <summary>The same, and the device is open.</summary>
    public static async Task<User> Open(
        VfioDialect dialect = VfioDialect.RfcV2, EndpointConfigSpaceOptions? options = null, bool plain = false, Action<FakeDevice>? prepare = null, VfioDeviceOptions? with = null)
    {
        if (dialect == VfioDialect.V3 && prepare is null && !plain)
            prepare = fake => fake.Commit(0, FakeCore.Window, FakeDevice.Capacity);
        User user = Closed(dialect, options, plain, prepare, with);
        await user.OpenGroup();
        user.File = await user.OpenDevice();
        return user;
    }

    public async Task OpenGroup()
    {
        Container = Process.Open("/dev/vfio/vfio");
        Group = Process.Open("/dev/vfio/0");
        await Process.Ioctl(Group, VfioRequest.GroupSetContainer, Int(Container));
        await Process.Ioctl(Container, VfioRequest.SetIommu, Int(ContainerFile.Type1V2));
    }

    public Task<int> OpenDevice(string? name = null) => Process.Ioctl(Group, VfioRequest.GroupGetDeviceFd, Encoding.ASCII.GetBytes((name ?? Device.Name) + '\0'));

    public async Task<byte[]> Ioctl(uint request, params uint[] words)
    {
        var bytes = new byte[words.Length * 4];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), words[i]);
        await Process.Ioctl(File, request, bytes);
        return bytes;
    }

    public async Task<VfioRegionInfo> Region(int index)
    {
        var bytes = new byte[256];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, (uint)bytes.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(8), (uint)index);
        await Process.Ioctl(File, VfioRequest.DeviceGetRegionInfo, bytes);
        return VfioRegionInfo.Of(bytes);
    }

    public async Task<byte[]> Read(int region, ulong at, int length)
    {
        var bytes = new byte[length];
        int read = await Process.Read(File, (ulong)region << 40 | at, bytes);
        return bytes[..read];
    }

    public async Task<uint> ReadWord(int region, ulong at, int length = 4)
    {
        byte[] bytes = await Read(region, at, length);
        uint value = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
            value = value << 8 | bytes[i];
        return value;
    }

    public Task<int> Write(int region, ulong at, params byte[] data) => Process.Write(File, (ulong)region << 40 | at, data);

    public Task<int> WriteWord(int region, ulong at, uint value, int length = 4)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return Write(region, at, bytes[..length]);
    }

    public Task<uint> Config(int at, int length = 4) => ReadWord(VfioRegionIndex.Config, (ulong)at, length);

    public Task<int> SetConfig(int at, uint value, int length = 4) => WriteWord(VfioRegionIndex.Config, (ulong)at, value, length);

    /// <summary>A register of the HDM decoder capability, by way of the component BAR.</summary>
    public Task<uint> Hdm(int at) => ReadWord(0, Fake.BlockOffset + (ulong)(Fake.HdmOffset + at));

    public Task<int> SetHdm(int at, uint value) => WriteWord(0, Fake.BlockOffset + (ulong)(Fake.HdmOffset + at), value);

    public static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static async Task Fails(Errno errno, Func<Task> call)
    {
        ErrnoException thrown = await Assert.ThrowsAsync<ErrnoException>(call);
        Assert.True(errno == thrown.Errno, $"{thrown.Errno} instead of {errno}: {thrown.Message}");
        Assert.EndsWith(".", thrown.Message, StringComparison.Ordinal);
    }
}
