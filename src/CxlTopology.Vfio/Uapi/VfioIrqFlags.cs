namespace CxlTopology.Vfio;

/// <summary>What can be done with an interrupt index.</summary>
[Flags]
public enum VfioIrqFlags : uint
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It signals an eventfd.</summary>
    Eventfd = 1,

    /// <summary>It can be masked.</summary>
    Maskable = 2,

    /// <summary>It masks itself when it fires.</summary>
    Automasked = 4,

    /// <summary>All vectors have to be armed at once.</summary>
    NoResize = 8,
}
