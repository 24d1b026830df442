namespace CxlTopology.Specification;

/// <summary>What a cache holds of a line: MESI.</summary>
public enum LineState : byte
{
    /// <summary>Nothing.</summary>
    Invalid = 0,

    /// <summary>A copy that others may hold too; memory, or a host that owns the line, has the same.</summary>
    Shared = 1,

    /// <summary>The only copy; memory has the same.</summary>
    Exclusive = 2,

    /// <summary>The only copy, newer than memory.</summary>
    Modified = 3,
}
