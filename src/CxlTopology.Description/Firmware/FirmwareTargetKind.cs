namespace CxlTopology.Description;

/// <summary>What kind of component a firmware entry programs.</summary>
public enum FirmwareTargetKind
{
    /// <summary>A host bridge.</summary>
    HostBridge,

    /// <summary>The upstream port of a switch.</summary>
    Switch,

    /// <summary>An endpoint.</summary>
    Endpoint,
}
