namespace CxlTopology.Fabric;

/// <summary>What keeps a link down, at its upper end: it carries messages while nothing does.</summary>
[Flags]
internal enum LinkHold : byte
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>It failed, or was taken down from outside.</summary>
    Outside = 1,

    /// <summary>Secondary Bus Reset of the port.</summary>
    SecondaryBusReset = 2,

    /// <summary>Link Disable of the port.</summary>
    Disabled = 4,

    /// <summary>The switch that the port belongs to is being reset.</summary>
    Above = 8,

    /// <summary>It trains.</summary>
    Training = 16,
}
