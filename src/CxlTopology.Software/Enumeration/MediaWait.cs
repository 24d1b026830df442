using System.Globalization;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Waits until the memory of a device can be used.</summary>
internal sealed class MediaWait(CxlCore core)
{
    private const int Capability = 0x0A;
    private const int ControlRegister = 0x0C;
    private const int SizeHigh = 0x18;
    private const int SizeLow = 0x1C;
    private const int BaseHigh = 0x20;
    private const int BaseLow = 0x24;
    private const int RangeLength = 0x10;
    private const uint MemCapable = 4;
    private const uint MemEnable = 4;
    private const uint Valid = 1;
    private const uint Active = 2;
    private const uint AddressMask = 0xF000_0000;
    private const int ValidPolls = 2;

    /// <summary>Seconds that a range may take to become active: 60, as the kernel's parameter has it.</summary>
    public const int ActiveSeconds = 60;

    private static readonly SimDuration second = SimDuration.FromSeconds(1);

    /// <summary>Waits until every range of the device DVSEC is valid, then until every one is active.</summary>
    /// <returns>The number of ranges.</returns>
    /// <exception cref="ErrnoException">One is not valid within a second, or not active within 60: ETIMEDOUT. The DVSEC is missing or does not answer: ENXIO.</exception>
    public async Task<int> UntilRangesAreActive(PciDevice function, int dvsec)
    {
        uint capability = await ReadCapability(function, dvsec);
        int count = (int)(capability >> 4 & 3);
        for (int range = 0; range < count; range++)
            await UntilValid(function, dvsec, range);
        for (int range = 0; range < count; range++)
            await UntilActive(function, dvsec, range);
        return count;
    }

    /// <summary>Looks at the memory device status: its media must be ready, and its mailbox too.</summary>
    /// <param name="memdev">For messages.</param>
    /// <param name="status">The address of the register.</param>
    /// <exception cref="ErrnoException">They are not: EIO.</exception>
    public async Task RequireMedia(string memdev, ulong status)
    {
        const ulong FatalOrHalt = 3;
        ulong word = await core.Mmio.ReadMmio(status, 8);
        var media = (MediaStatus)(word >> 2 & 3);
        if (word == ulong.MaxValue || (word & FatalOrHalt) != 0 || media != MediaStatus.Ready || (word & 0x10) == 0)
        {
            throw new ErrnoException(
                Errno.EIO,
                string.Create(CultureInfo.InvariantCulture, $"the memory device status of {memdev} reads 0x{word:x}: media status {media}, mailbox ready {word >> 4 & 1}; both must be ready, without fatal error or firmware halt"));
        }
    }

    /// <summary>What the device DVSEC says of ranges, once they are valid.</summary>
    /// <exception cref="ErrnoException">No CXL.mem: ENXIO. 0 or 3 ranges: EINVAL.</exception>
    public async Task<DeviceRanges> ReadRanges(PciDevice function, int dvsec)
    {
        uint capability = await ReadCapability(function, dvsec);
        if ((capability & MemCapable) == 0)
            throw new ErrnoException(Errno.ENXIO, $"the device DVSEC of {function.Bdf} has Mem_Capable clear (capability 0x{capability:x4})");
        int count = (int)(capability >> 4 & 3);
        if (count is 0 or 3)
            throw new ErrnoException(Errno.EINVAL, $"the device DVSEC of {function.Bdf} has an HDM count of {count} (capability 0x{capability:x4}); a device with memory has 1 or 2");
        uint control = await core.Configuration.ReadConfig(function.Bdf, dvsec + ControlRegister, 2);
        if ((control & MemEnable) == 0)
            return new DeviceRanges(false, []);
        var ranges = new List<(Hpa, ByteSize)>();
        for (int range = 0; range < count; range++)
        {
            await UntilValid(function, dvsec, range);
            ulong size = await ReadWide(function, dvsec + RangeLength * range, SizeLow, SizeHigh);
            ulong start = await ReadWide(function, dvsec + RangeLength * range, BaseLow, BaseHigh);
            if (size != 0)
                ranges.Add((new Hpa(start), new ByteSize(size)));
        }

        return new DeviceRanges(true, ranges);
    }

    private async Task<uint> ReadCapability(PciDevice function, int dvsec)
    {
        if (dvsec == 0)
            throw new ErrnoException(Errno.ENXIO, $"{function.Bdf} has no CXL device DVSEC");
        uint capability = await core.Configuration.ReadConfig(function.Bdf, dvsec + Capability, 2);
        return capability != ushort.MaxValue ? capability : throw new ErrnoException(Errno.ENXIO, $"the device DVSEC of {function.Bdf} does not answer: its capability reads 0xffff");
    }

    private async Task UntilValid(PciDevice function, int dvsec, int range)
    {
        for (int polls = 1; !await Has(function, dvsec, range, Valid); polls++)
        {
            if (polls == ValidPolls)
                throw new ErrnoException(Errno.ETIMEDOUT, $"range {range + 1} of {function.Bdf} did not become valid (Memory_Info_Valid) within 1 s");
            await core.Clock.Wait(second);
        }
    }

    private async Task UntilActive(PciDevice function, int dvsec, int range)
    {
        for (int waited = 0; !await Has(function, dvsec, range, Active); waited++)
        {
            if (waited == ActiveSeconds)
                throw new ErrnoException(Errno.ETIMEDOUT, $"range {range + 1} of {function.Bdf} did not become active (Memory_Active) within {ActiveSeconds} s");
            await core.Clock.Wait(second);
        }
    }

    private async Task<bool> Has(PciDevice function, int dvsec, int range, uint bit)
    {
        uint size = await core.Configuration.ReadConfig(function.Bdf, dvsec + RangeLength * range + SizeLow);
        return size != uint.MaxValue ? (size & bit) != 0 : throw new ErrnoException(Errno.ENXIO, $"range {range + 1} of {function.Bdf} does not answer: its size reads 0xffffffff");
    }

    private async Task<ulong> ReadWide(PciDevice function, int range, int low, int high) =>
        await core.Configuration.ReadConfig(function.Bdf, range + low) & AddressMask
        | (ulong)await core.Configuration.ReadConfig(function.Bdf, range + high) << 32;
}
