namespace CxlTopology.Software;

/// <summary>What a port of the CXL core stands for.</summary>
public enum CxlPortKind
{
    /// <summary>The platform: its downstream ports are host bridges, its decoders the fixed memory windows.</summary>
    Root,

    /// <summary>A host bridge: its downstream ports are root ports.</summary>
    HostBridge,

    /// <summary>The upstream port of a switch.</summary>
    Switch,

    /// <summary>The port of a memory device.</summary>
    Endpoint,
}
