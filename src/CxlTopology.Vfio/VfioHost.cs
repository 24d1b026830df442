using System.Globalization;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>VFIO in a host: the functions that are bound to it, their groups, and the processes that use them.</summary>
/// <param name="hardware">The hardware.</param>
/// <param name="memory">Memory that processes can have; none by default.</param>
public sealed class VfioHost(VfioHardware hardware, HostMemory? memory = null)
{
    /// <summary>Processes at once.</summary>
    public const int ProcessesMax = 4096;

    private readonly SortedDictionary<int, VfioGroup> groups = [];
    private readonly Dictionary<ulong, VfioGroup> groupsByDevice = [];
    private readonly SortedDictionary<int, VfioPciDevice> devices = [];
    private readonly List<VfioProcess> processes = [];

    /// <summary>The hardware.</summary>
    public VfioHardware Hardware { get; } = hardware;

    /// <summary>Memory for processes.</summary>
    public HostMemory Memory { get; } = memory ?? new HostMemory();

    /// <summary>Functions bound, by number.</summary>
    public IReadOnlyCollection<VfioPciDevice> Devices => devices.Values;

    /// <summary>Processes that run.</summary>
    public IReadOnlyList<VfioProcess> Processes => processes;

    /// <summary>Binds a function to a driver. Nothing of the device is touched before somebody opens it.</summary>
    /// <exception cref="ErrnoException">EBUSY: it is bound, or a driver of the host has it, or, in dialect v3, somebody has its host addresses. EOPNOTSUPP: dialect v3 does not pass such a region through.</exception>
    public VfioPciDevice Bind(PciDevice function, VfioDriver driver, VfioDeviceOptions? options = null)
    {
        VfioGroup group = GroupOf(function.Bdf);
        if (devices.Values.Any(d => d.Function.Bdf == function.Bdf) || group.HostDriven.Contains(function.Bdf.ToString()))
            throw new ErrnoException(Errno.EBUSY, $"{function.Bdf} has a driver already.");
        int number = SmallestFree(devices);
        var device = new VfioPciDevice(this, function, group, number, options ?? new VfioDeviceOptions(), driver);
        device.Bound();
        devices.Add(number, device);
        group.Add(device);
        return device;
    }

    /// <summary>Takes a function back. Its user is asked for it (request interrupt).</summary>
    /// <exception cref="ErrnoException">EBUSY: it is open still; ask again when it is closed.</exception>
    public void Unbind(VfioPciDevice device)
    {
        if (device.IsOpen)
        {
            device.Interrupts.RaiseSingle(VfioIrqIndex.Request);
            throw new ErrnoException(Errno.EBUSY, $"{device.Name} is open: its user was asked to close it.");
        }

        if (devices.GetValueOrDefault(device.Number) != device)
            return; // it is bound no more: its number may be another's
        devices.Remove(device.Number);
        device.Group.Remove(device);
        device.Unbound();
    }

    /// <summary>A function has left the machine. Its mappings lose their pages and its calls fail; what it held is released when its user closes it, or at once without one.</summary>
    public void Remove(VfioPciDevice device)
    {
        device.Remove();
        if (!device.IsOpen)
            Unbind(device);
    }

    /// <summary>A driver of the host takes a function: its group is not viable while it has it.</summary>
    /// <exception cref="ErrnoException">EBUSY: the group is in use.</exception>
    public void BindHostDriver(Bdf function)
    {
        VfioGroup group = GroupOf(function);
        if (group.IsOwned)
            throw new ErrnoException(Errno.EBUSY, $"IOMMU group {group.Id} of {function} is in use.");
        group.AddHostDriven(function.ToString());
    }

    /// <summary>It gives the function up.</summary>
    public void UnbindHostDriver(Bdf function) => GroupOf(function).RemoveHostDriven(function.ToString());

    /// <summary>Starts a process.</summary>
    /// <exception cref="ErrnoException">EAGAIN: 4,096 run already.</exception>
    public VfioProcess StartProcess(string name)
    {
        if (processes.Count >= ProcessesMax)
            throw new ErrnoException(Errno.EAGAIN, $"{ProcessesMax:N0} processes run: that is the limit.");
        var process = new VfioProcess(this, name);
        processes.Add(process);
        return process;
    }

    /// <summary>The function of a device that is bound; null if none is.</summary>
    internal VfioPciDevice? FindDevice(Bdf function) => devices.Values.FirstOrDefault(d => d.Function.Bdf == function);

    internal void Forget(VfioProcess process) => processes.Remove(process);

    internal VfioFile Open(string path)
    {
        const string Devices = "/dev/vfio/devices/vfio";
        const string Groups = "/dev/vfio/";
        if (path == "/dev/vfio/vfio")
            return new ContainerFile();
        if (path == "/dev/iommu")
            return new IommufdFile();
        if (NumberIn(path, Devices) is { } number && devices.TryGetValue(number, out VfioPciDevice? device))
            return new CharacterDeviceFile(device);
        if (NumberIn(path, Groups) is { } id && groups.TryGetValue(id, out VfioGroup? group) && group.Devices.Count > 0)
            return new GroupFile(group);
        throw new ErrnoException(Errno.ENOENT, $"There is no {path}.");
    }

    /// <summary>The IOMMU group of a function, bound or not.</summary>
    internal VfioGroup GroupOf(Bdf function)
    {
        ulong key = (function with { Function = 0 }).ConfigurationAddress(0);
        if (groupsByDevice.TryGetValue(key, out VfioGroup? group))
            return group;
        group = new VfioGroup(SmallestFree(groups));
        groups.Add(group.Id, group);
        groupsByDevice.Add(key, group);
        return group;
    }

    private static int? NumberIn(string path, string prefix) =>
        path.StartsWith(prefix, StringComparison.Ordinal) && int.TryParse(path.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    private static int SmallestFree<T>(SortedDictionary<int, T> of)
    {
        int number = 0;
        while (of.ContainsKey(number))
            number++;
        return number;
    }
}
