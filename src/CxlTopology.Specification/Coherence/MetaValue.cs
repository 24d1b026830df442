namespace CxlTopology.Specification;

/// <summary>What the host says that it will hold of the line (meta field 0).</summary>
public enum MetaValue : byte
{
    /// <summary>Nothing.</summary>
    Invalid = 0,

    /// <summary>S, E or M.</summary>
    Any = 2,

    /// <summary>S at the most.</summary>
    Shared = 3,
}
