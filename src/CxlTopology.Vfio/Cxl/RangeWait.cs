using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>Waits until the memory ranges of a device are active, by its device DVSEC alone: a type 2 device needs no device registers for it.</summary>
/// <param name="hardware">The hardware.</param>
public sealed class RangeWait(VfioHardware hardware)
{
    private const int Capability = 0x0A;
    private const int SizeLow = 0x1C;
    private const int RangeLength = 0x10;
    private const uint MemCapable = 4;
    private const uint Valid = 1;
    private const uint Active = 2;
    private static readonly SimDuration poll = SimDuration.FromSeconds(1);

    /// <summary>Waits until every range is valid, a second at most, then active.</summary>
    /// <param name="function">The function.</param>
    /// <param name="dvsec">Offset of its device DVSEC.</param>
    /// <param name="timeout">How long each may take to be active.</param>
    /// <exception cref="ErrnoException">ENXIO: the device has no memory. EINVAL: it says it has none or three ranges. ETIMEDOUT: a range stays invalid or inactive.</exception>
    public async Task UntilActive(Bdf function, int dvsec, SimDuration timeout)
    {
        uint capability = await hardware.Configuration.ReadConfig(function, dvsec + Capability, 2);
        if ((capability & MemCapable) == 0)
            throw new ErrnoException(Errno.ENXIO, $"{function} has no CXL.mem: Capability reads 0x{capability:x4}.");
        int ranges = (int)(capability >> 4 & 3);
        if (ranges is 0 or 3)
            throw new ErrnoException(Errno.EINVAL, $"{function} has {ranges} memory ranges by its DVSEC (Capability 0x{capability:x4}); 1 or 2 are possible.");
        for (int range = 0; range < ranges; range++)
            await Until(function, dvsec, range, Valid, poll);
        for (int range = 0; range < ranges; range++)
            await Until(function, dvsec, range, Active, timeout);
    }

    private async Task Until(Bdf function, int dvsec, int range, uint bit, SimDuration timeout)
    {
        for (SimDuration waited = SimDuration.Zero; ; waited += poll)
        {
            uint size = await hardware.Configuration.ReadConfig(function, dvsec + SizeLow + RangeLength * range);
            if (size == uint.MaxValue)
                throw new ErrnoException(Errno.ENXIO, $"{function} does not answer: the size of range {range + 1} reads all ones.");
            if ((size & bit) != 0)
                return;
            if (waited >= timeout)
                throw new ErrnoException(Errno.ETIMEDOUT, $"Range {range + 1} of {function} is not {(bit == Valid ? "valid" : "active")} after {timeout}: Size Low reads 0x{size:x8}.");
            await hardware.Clock.Wait(poll);
        }
    }
}
