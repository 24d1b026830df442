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

    /// <summary>It completes after software has given it up: unless a time is stated, after 1.3 times what it may take, or 130 ms.</summary>
    Late,
}
