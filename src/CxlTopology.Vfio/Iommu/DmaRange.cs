using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>Checks what a process asks to be mapped for devices.</summary>
internal static class DmaRange
{
    /// <summary>Refuses what is no range of whole pages.</summary>
    public static void Check(ulong iova, ulong address, ulong length, bool accessible)
    {
        if (length == 0 || !accessible || ((iova | address | length) & (IommuDomain.Page - 1)) != 0)
        {
            throw new ErrnoException(
                Errno.EINVAL, $"I/O address 0x{iova:x}, address 0x{address:x} and {length:N0} bytes have to be multiples of 4 KiB, not of no bytes, to read or write.");
        }

        if (length - 1 > ulong.MaxValue - iova || length - 1 > ulong.MaxValue - address)
            throw new ErrnoException(Errno.EOVERFLOW, $"{length:N0} bytes from I/O address 0x{iova:x}, or address 0x{address:x}, go past the last address.");
    }

    /// <summary>Where a range of a process is in the host.</summary>
    public static ulong Find(VfioProcess process, ulong address, ulong length) => process.HostAddressOf(address, length)
        ?? throw new ErrnoException(Errno.EFAULT, $"{process.Name} has no memory at 0x{address:x}, {length:N0} bytes.");
}
