using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>Where the CXL registers of a function are: its device DVSEC, its component registers, its HDM decoders.</summary>
/// <param name="Dvsec">Offset of the device DVSEC in configuration space.</param>
/// <param name="DvsecLength">Its bytes, as it says.</param>
/// <param name="Bar">The BAR that holds the component registers.</param>
/// <param name="BlockOffset">Where in the BAR they start: a multiple of 64 KiB.</param>
/// <param name="BlockAddress">Where that is in the host.</param>
/// <param name="HdmOffset">Where in the component registers the HDM decoder capability starts.</param>
/// <param name="HdmCapability">The capability register.</param>
public sealed record CxlRegisterInfo(int Dvsec, int DvsecLength, int Bar, ulong BlockOffset, ulong BlockAddress, int HdmOffset, HdmCapability HdmCapability)
{
    /// <summary>Bytes of component registers: 64 KiB.</summary>
    public const ulong BlockLength = 64 << 10;

    private const ushort VendorCapability = 0x23;
    private const uint CxlVendor = 0x1E98;
    private const uint DeviceDvsecId = 0;
    private const uint LocatorId = 8;
    private const int FirstEntry = 0x0C;
    private const uint ComponentBlock = 1;
    private const ulong CacheMem = 0x1000;
    private const uint HdmId = 5;

    /// <summary>Where the array of capabilities is, and each capability that it lists and whose length is known: offsets in the block, ascending.</summary>
    public IReadOnlyList<VfioArea> Capabilities { get; private init; } = [];

    /// <summary>HDM decoders.</summary>
    public int DecoderCount => HdmCapability.DecoderCount;

    /// <summary>Bytes of the HDM decoder capability, decoders and all.</summary>
    public int HdmLength => HdmCapabilityRegisters.DecoderOffset(DecoderCount);

    /// <summary>Looks for them.</summary>
    /// <exception cref="ErrnoException">ENODEV: there is no device DVSEC, no component block that lies in a BAR, or no HDM decoder.</exception>
    public static async Task<CxlRegisterInfo> Find(VfioHardware hardware, PciDevice function, IReadOnlyList<VfioBar> bars)
    {
        (int dvsec, int length) = await FindDvsec(hardware.Configuration, function, DeviceDvsecId);
        if (dvsec == 0)
            throw new ErrnoException(Errno.ENODEV, $"{function.Bdf} has no CXL device DVSEC (vendor 0x1E98, id 0): it is no CXL device.");
        (int bar, ulong offset, ulong address) = await FindBlock(hardware.Configuration, function, bars);
        var known = new List<VfioArea>();
        (int hdm, HdmCapability capability) = await FindDecoders(hardware.Mmio, function, address, known);
        return new CxlRegisterInfo(dvsec, length, bar, offset, address, hdm, capability) { Capabilities = [.. known.OrderBy(a => a.Offset)] };
    }

    /// <summary>The offset and length of a CXL DVSEC; 0 without.</summary>
    public static async Task<(int Offset, int Length)> FindDvsec(IConfigurationBus bus, PciDevice function, uint id)
    {
        foreach ((ushort capability, int offset) in function.ExtendedCapabilities)
        {
            if (capability != VendorCapability)
                continue;
            uint head = await bus.ReadConfig(function.Bdf, offset + 4);
            if ((head & 0xFFFF) == CxlVendor && await bus.ReadConfig(function.Bdf, offset + 8, 2) == id)
                return (offset, (int)(head >> 20));
        }

        return (0, 0);
    }

    /// <summary>The component registers of a function: BAR, offset in it, address.</summary>
    /// <exception cref="ErrnoException">ENODEV: the register locator names none that lies in a BAR with all its 64 KiB.</exception>
    public static async Task<(int Bar, ulong Offset, ulong Address)> FindBlock(IConfigurationBus bus, PciDevice function, IReadOnlyList<VfioBar> bars)
    {
        (int locator, int length) = await FindDvsec(bus, function, LocatorId);
        for (int at = FirstEntry; locator != 0 && at + 8 <= length; at += 8)
        {
            uint low = await bus.ReadConfig(function.Bdf, locator + at);
            if ((low >> 8 & 0xFF) != ComponentBlock)
                continue;
            ulong offset = (ulong)await bus.ReadConfig(function.Bdf, locator + at + 4) << 32 | (low & 0xFFFF_0000);
            VfioBar? bar = bars.FirstOrDefault(b => b.Index == (int)(low & 7));
            if (bar is not null && bar.Size >= BlockLength && offset <= bar.Size - BlockLength)
                return (bar.Index, offset, bar.Base + offset);
        }

        throw new ErrnoException(Errno.ENODEV, $"The register locator of {function.Bdf} names no component registers (block 1) that lie in one of its BARs.");
    }

    private static async Task<(int Offset, HdmCapability Capability)> FindDecoders(IMmioBus mmio, PciDevice function, ulong block, List<VfioArea> known)
    {
        uint head = (uint)await mmio.ReadMmio(block + CacheMem);
        uint entries = (head & 0xFFFF) == 1 ? head >> 24 : 0;
        known.Add(new VfioArea(CacheMem, 4 * (1 + (ulong)entries)));
        (int Offset, HdmCapability Capability) found = default;
        for (uint i = 1; i <= entries; i++)
        {
            uint entry = (uint)await mmio.ReadMmio(block + CacheMem + 4 * i);
            ulong offset = CacheMem + (entry >> 20);
            if ((entry & 0xFFFF) == HdmId && found.Offset == 0)
                found = ((int)offset, new HdmCapability((uint)await mmio.ReadMmio(block + offset)));
            ulong length = LengthOf((ComponentCapabilityId)(entry & 0xFFFF), found.Capability);
            if (length != 0)
                known.Add(new VfioArea(offset, length));
        }

        return found.Offset != 0 && found.Capability.DecoderCount != 0
            ? found
            : throw new ErrnoException(Errno.ENODEV, $"The component registers of {function.Bdf} at 0x{block:x} list no HDM decoder capability with a decoder.");
    }

    private static ulong LengthOf(ComponentCapabilityId id, HdmCapability decoders) => (ulong)(id switch
    {
        ComponentCapabilityId.Ras => RasRegisters.Map.Length,
        ComponentCapabilityId.Link => LinkLayerRegisters.Map.Length,
        ComponentCapabilityId.HdmDecoder => HdmCapabilityRegisters.DecoderOffset(decoders.DecoderCount),
        ComponentCapabilityId.SnoopFilter => SnoopFilterRegisters.Map.Length,
        ComponentCapabilityId.TimeoutIsolation => TimeoutIsolationRegisters.Map.Length,
        ComponentCapabilityId.BiRouteTable => BiRouteTableRegisters.Map.Length,
        ComponentCapabilityId.BiDecoder => BiDecoderRegisters.For(port: false).Map.Length,
        ComponentCapabilityId.CacheIdDecoder => CacheIdDecoderRegisters.Map.Length,
        _ => 0,
    });
}
