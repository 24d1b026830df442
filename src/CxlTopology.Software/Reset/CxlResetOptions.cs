namespace CxlTopology.Software;

/// <summary>What a CXL reset may do beyond the usual.</summary>
public sealed record CxlResetOptions
{
    /// <summary>
    /// All CXL functions of the device are reset, and their state is saved and restored. Not by default: then the reset of a device with several functions is refused, unless <see cref="Siblings"/> names them.
    /// </summary>
    public bool AllSiblings { get; init; }

    /// <summary>
    /// The other functions of the device, which a CXL reset resets as well. None by default: the reset of a device with several functions
    /// is then refused. With them every CXL function that is there must be named; one in the Non-CXL Function Map is left alone, named or not.
    /// </summary>
    public IReadOnlyList<PciDevice> Siblings { get; init; } = [];

    /// <summary>Device memory is zero afterwards, if the device can do that (CXL Reset Mem Clr Capable). Not by default: then what it holds is undefined.</summary>
    public bool ClearsMemory { get; init; }
}
