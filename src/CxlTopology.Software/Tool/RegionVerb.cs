namespace CxlTopology.Software;

/// <summary>What the <c>cxl</c> tool does to regions.</summary>
public enum RegionVerb
{
    /// <summary><c>create-region</c>.</summary>
    Create,

    /// <summary><c>enable-region</c>.</summary>
    Enable,

    /// <summary><c>disable-region</c>.</summary>
    Disable,

    /// <summary><c>destroy-region</c>.</summary>
    Destroy,
}
