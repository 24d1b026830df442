namespace CxlTopology.Fabric;

/// <summary>How a CXL reset of a device ends.</summary>
public enum ResetOutcome
{
    /// <summary>It completes.</summary>
    Complete,

    /// <summary>It ends with CXL Reset Error; the device answers no memory request until another reset.</summary>
    Error,

    /// <summary>It does not end.</summary>
    Never,
}
