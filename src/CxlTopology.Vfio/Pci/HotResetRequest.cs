using CxlTopology.Software;
using CxlTopology.Specification;
using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary>VFIO_DEVICE_GET_PCI_HOT_RESET_INFO and VFIO_DEVICE_PCI_HOT_RESET of one device, by one process.</summary>
/// <remarks>
/// The user has to own every function that the reset takes with it: by the files of their groups, which the request names; or, for a character device, by the iommufd that they are bound to, and then it names none. Info: argsz, flags
/// (bit 0: entries have device numbers, bit 1: all of them are the user's), count (32 bits each), then 8 bytes a function: group (or device number; 0 for one that is not open and whose group is the user's, -1 for one that is not), segment (16
/// bits), bus, device and function. Reset: argsz, flags (0), count, that many descriptors of groups.
/// </remarks>
/// <param name="device">The device.</param>
/// <param name="caller">The process.</param>
internal sealed class HotResetRequest(VfioPciDevice device, VfioProcess caller)
{
    private const int Length = 12;
    private const int EntryLength = 8;
    private const uint HasDeviceIds = 1;
    private const uint AllOwned = 2;
    private const uint NotOwned = uint.MaxValue;

    /// <summary>Who is reset together.</summary>
    /// <exception cref="ErrnoException">EINVAL: argsz below 12. ENOSPC: no room for all; count says how many there are.</exception>
    public int GetInfo(Span<byte> argument)
    {
        uint argsz = CheckSize(argument, "vfio_pci_hot_reset_info");
        IReadOnlyList<PciDevice> functions = PciHotReset.Affected(device.Function);
        bool byNumber = device.Binding is not null;
        uint flags = !byNumber ? 0 : functions.All(f => NumberOf(f) != NotOwned) ? HasDeviceIds | AllOwned : HasDeviceIds;
        Put(argument, 4, flags);
        Put(argument, 8, (uint)functions.Count);
        int needed = Length + EntryLength * functions.Count;
        if (argsz < needed || argument.Length < needed)
            throw new ErrnoException(Errno.ENOSPC, $"{functions.Count} functions are reset together: argsz {needed} is needed, not {argsz}.");
        for (int i = 0; i < functions.Count; i++)
        {
            Bdf bdf = functions[i].Bdf;
            int at = Length + EntryLength * i;
            Put(argument, at, byNumber ? NumberOf(functions[i]) : (uint)device.Host.GroupOf(bdf).Id);
            Put(argument, at + 4, bdf.Segment | (uint)bdf.Bus << 16 | (uint)(byte)bdf.RoutingId << 24);
        }

        return 0;
    }

    /// <summary>Resets them.</summary>
    /// <exception cref="ErrnoException">
    /// EINVAL: flags; no group, or more than functions (a character device: any); a file is no group; a function is not bound to VFIO, or not the user's. EBADF: no file has a number. ENOTTY: the port above masks the reset.
    /// </exception>
    public async Task Run(ReadOnlyMemory<byte> argument)
    {
        CheckSize(argument.Span, "vfio_pci_hot_reset");
        uint count = U32(argument.Span, 8);
        IReadOnlyList<PciDevice> functions = PciHotReset.Affected(device.Function);
        bool byNumber = device.Binding is not null;
        if (U32(argument.Span, 4) != 0 || (count == 0) != byNumber || count > functions.Count || argument.Length < Length + 4L * count)
        {
            throw new ErrnoException(
                Errno.EINVAL, $"A hot reset of {device.Name} takes {(byNumber ? "no files" : $"the files of the groups that it touches, at most {functions.Count}")}, and no flags; not {count} files and flags 0x{U32(argument.Span, 4):x}.");
        }

        var groups = new List<VfioGroup>();
        for (int i = 0; i < count; i++)
        {
            int descriptor = I32(argument.Span, Length + 4 * i);
            if (!caller.Has(descriptor))
                throw new ErrnoException(Errno.EBADF, $"{caller.Name} has no file {descriptor} open.");
            groups.Add(caller.Find<GroupFile>(descriptor)?.Group ?? throw new ErrnoException(Errno.EINVAL, $"File {descriptor} is no group."));
        }

        foreach (PciDevice function in functions)
        {
            if (device.Host.FindDevice(function.Bdf) is not { } bound)
                throw new ErrnoException(Errno.EINVAL, $"{function.Bdf} would be reset with {device.Name}, and is not bound to VFIO.");
            if (byNumber ? NumberOf(function) == NotOwned : !groups.Contains(bound.Group))
                throw new ErrnoException(Errno.EINVAL, $"{bound.Name} of IOMMU group {bound.Group.Id} would be reset with {device.Name}, and is not this user's.");
        }

        await device.HotReset();
    }

    private uint NumberOf(PciDevice function)
    {
        IommufdFile mine = device.Binding!.Value.File;
        if (device.Host.FindDevice(function.Bdf)?.Binding is { } binding)
            return binding.File == mine ? binding.Id : NotOwned;
        return device.Host.GroupOf(function.Bdf) == device.Group ? 0 : NotOwned; // of the same group: nobody else can have it
    }

    private static uint CheckSize(ReadOnlySpan<byte> argument, string structure)
    {
        uint argsz = argument.Length >= 4 ? U32(argument, 0) : 0;
        return argsz >= Length && argument.Length >= Length ? argsz : throw new ErrnoException(Errno.EINVAL, $"argsz of {structure} is {argsz}: {Length} or more would do.");
    }
}
