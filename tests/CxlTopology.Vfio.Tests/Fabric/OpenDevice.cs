using System.Buffers.Binary;
using System.Text;
using CxlTopology.Vfio.Tests.Machines;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>A process that has a device of a real machine open, by its group or as a character device.</summary>
internal sealed class OpenDevice
{
    private OpenDevice(VfioPciDevice device, VfioProcess process) => (Device, Process) = (device, process);

    public VfioPciDevice Device { get; }

    public VfioProcess Process { get; }

    public int Group { get; private set; } = -1;

    public int File { get; private set; }

    public int Iommufd { get; private set; } = -1;

    /// <summary>The number of the device in its iommufd; 0 by its group.</summary>
    public uint Number { get; private set; }

    public static async Task<OpenDevice> ByGroup(VfioHost host, VfioPciDevice device)
    {
        var open = new OpenDevice(device, host.StartProcess("vmm"));
        int container = open.Process.Open("/dev/vfio/vfio");
        open.Group = open.Process.Open($"/dev/vfio/{device.Group.Id}");
        await open.Process.Ioctl(open.Group, VfioRequest.GroupSetContainer, User.Int(container));
        await open.Process.Ioctl(container, VfioRequest.SetIommu, User.Int(ContainerFile.Type1V2));
        open.File = await open.Process.Ioctl(open.Group, VfioRequest.GroupGetDeviceFd, Encoding.ASCII.GetBytes(device.Name + '\0'));
        return open;
    }

    public static async Task<OpenDevice> ByNumber(VfioHost host, VfioPciDevice device, VfioProcess? process = null, int iommufd = -1)
    {
        var open = new OpenDevice(device, process ?? host.StartProcess("vmm"));
        open.Iommufd = iommufd < 0 ? open.Process.Open("/dev/iommu") : iommufd;
        open.File = open.Process.Open($"/dev/vfio/devices/vfio{device.Number}");
        byte[] bind = await open.Ioctl(VfioRequest.DeviceBindIommufd, 16, 0, (uint)open.Iommufd, 0);
        open.Number = Word(bind, 12);
        return open;
    }

    public async Task<byte[]> Ioctl(uint request, params uint[] words)
    {
        var bytes = new byte[4 * words.Length];
        for (int i = 0; i < words.Length; i++)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(4 * i), words[i]);
        await Process.Ioctl(File, request, bytes);
        return bytes;
    }

    public Task<byte[]> HotResetInfo(int room) => Ioctl(VfioRequest.DeviceGetPciHotResetInfo, [12 + 8 * (uint)room, 0, 0, .. new uint[2 * room]]);

    public Task HotReset(params uint[] groups) => Ioctl(VfioRequest.DevicePciHotReset, [12 + 4 * (uint)groups.Length, 0, (uint)groups.Length, .. groups]);

    public static uint Word(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));
}
