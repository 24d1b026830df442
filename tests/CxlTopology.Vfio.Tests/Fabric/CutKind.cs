namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>How a guest is cut off.</summary>
public enum CutKind
{
    /// <summary>Its process is killed.</summary>
    Killed,

    /// <summary>The guest in the guest is killed.</summary>
    KilledInside,

    /// <summary>Its VMM closes the device, and then the I/O address space.</summary>
    Closed,

    /// <summary>The host takes the device away.</summary>
    Removed,

    /// <summary>The link of the device goes down, and the host hears of it.</summary>
    LinkDown,
}
