namespace CxlTopology.Fabric;

/// <summary>What a BI decoder in force says.</summary>
internal enum BackInvalidateMode : byte
{
    /// <summary>No back-invalidate snoop passes.</summary>
    Off,

    /// <summary>Of a device: it may send them. Of a port: those of the device right below pass, with the number of its bus as BI-ID.</summary>
    Enabled,

    /// <summary>Those that come from a switch pass as they are.</summary>
    Forwarded,
}
