namespace CxlTopology.Specification;

/// <summary>
/// Which component an HDM decoder capability belongs to. Host bridges and upstream ports have targets, endpoints a DPA skip.
/// </summary>
public enum ComponentKind
{
    /// <summary>A host bridge; its targets are root ports.</summary>
    HostBridge,

    /// <summary>The upstream port of a switch; its targets are downstream ports.</summary>
    UpstreamPort,

    /// <summary>An endpoint, of type 2 or 3.</summary>
    Endpoint,
}
