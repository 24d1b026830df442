using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What a home agent knows of a line that somebody in the host or below it holds.</summary>
internal struct DirectoryEntry
{
    /// <summary>The device that holds it alone, E or M; -1 for none.</summary>
    public sbyte Owner;

    /// <summary>The devices that may hold it shared, a bit each.</summary>
    public ushort Sharers;

    /// <summary>Of a line of a device's memory: what the device lets the host and the devices below it hold. M stands for a device that does not take part (HDM-H).</summary>
    public LineState Permission;
}
