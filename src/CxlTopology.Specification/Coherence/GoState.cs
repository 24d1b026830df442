namespace CxlTopology.Specification;

/// <summary>The state that a GO gives the device.</summary>
public enum GoState : byte
{
    /// <summary>Nothing to keep.</summary>
    Invalid = 3,

    /// <summary>A shared copy.</summary>
    Shared = 1,

    /// <summary>The only copy, clean.</summary>
    Exclusive = 2,

    /// <summary>The only copy, newer than memory.</summary>
    Modified = 6,

    /// <summary>The address has no memory, or it failed: all ones, nothing to keep.</summary>
    Error = 4,
}
