using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>The device registers of a memory device, as their array of capabilities tells where they are.</summary>
/// <param name="Base">The address of the array.</param>
/// <param name="MemoryDeviceStatus">The address of the memory device status.</param>
/// <param name="Mailbox">The primary mailbox.</param>
internal sealed record DeviceBlocks(ulong Base, ulong MemoryDeviceStatus, MailboxClient Mailbox)
{
    private const int HeaderLength = 0x10;
    private const uint PrimaryMailbox = 2;
    private const uint MemoryDevice = 0x4000;
    private const int CapabilitiesMax = 64;

    /// <summary>Finds them.</summary>
    /// <exception cref="ErrnoException">The register locator names none: ENODEV. A block that a driver needs is missing: ENXIO.</exception>
    public static async Task<DeviceBlocks> Find(CxlCore core, ComponentLocator locator, PciDevice function)
    {
        ulong start = await locator.FindBlock(function, (uint)RegisterBlockId.Device);
        if (start == 0)
            throw new ErrnoException(Errno.ENODEV, $"the register locator of {function.Bdf} names no device registers (block id 3) that lie in a BAR");
        ulong array = await core.Mmio.ReadMmio(start, 8);
        if ((array & 0xFFFF) != 0)
            throw new ErrnoException(Errno.ENXIO, $"the device registers of {function.Bdf} start with the capability id 0x{array & 0xFFFF:x4}, not with that of their array, 0");
        ulong mailbox = 0;
        ulong status = 0;
        int count = Math.Min((int)(array >> 32 & 0xFFFF), CapabilitiesMax);
        for (int i = 1; i <= count; i++)
        {
            ulong header = await core.Mmio.ReadMmio(start + (ulong)(HeaderLength * i), 8);
            ulong address = start + (header >> 32);
            if ((header & 0xFFFF) == PrimaryMailbox)
                mailbox = address;
            else if ((header & 0xFFFF) == MemoryDevice)
                status = address;
        }

        if (mailbox == 0 || status == 0)
            throw new ErrnoException(Errno.ENXIO, $"the device registers of {function.Bdf} have no {(mailbox == 0 ? "primary mailbox (id 2)" : "memory device status (id 0x4000)")}");
        int shift = (int)(await core.Mmio.ReadMmio(mailbox) & 0x1F);
        return shift is >= 8 and <= 20
            ? new DeviceBlocks(start, status, new MailboxClient(core.Mmio, core.Clock, mailbox, 1 << shift))
            : throw new ErrnoException(Errno.ENXIO, $"the mailbox of {function.Bdf} has a payload size of 2^{shift} bytes; 2^8 to 2^20 are legal");
    }
}
