using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>Where the registers of a component are.</summary>
/// <param name="Function">Its PCI function; null for a host bridge.</param>
/// <param name="HdmDecoders">The address of its HDM decoder capability; 0 if it has none, or its component registers are not to be found.</param>
/// <param name="DeviceDvsec">Offset of its CXL device DVSEC; 0 if it has none.</param>
public sealed record ComponentLocation(Bdf? Function, ulong HdmDecoders, int DeviceDvsec)
{
    /// <summary>The address of its block of component registers; 0 if it is not to be found.</summary>
    public ulong Block { get; init; }

    /// <summary>The capabilities of the block (CXL.cache and CXL.mem registers): id, version, address; in the order of the array, without null capabilities.</summary>
    public IReadOnlyList<(ushort Id, byte Version, ulong Address)> Capabilities { get; init; } = [];

    /// <summary>The address of a capability; 0 without it.</summary>
    /// <param name="id">Its number: 2 RAS, 4 link, 5 HDM decoders, 8 snoop filter, 9 time-out and isolation, 0xC BI decoder.</param>
    public ulong AddressOf(ushort id)
    {
        foreach ((ushort known, _, ulong address) in Capabilities)
        {
            if (known == id)
                return address;
        }

        return 0;
    }
}
