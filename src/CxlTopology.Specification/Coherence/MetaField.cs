namespace CxlTopology.Specification;

/// <summary>Which metadata of the line a CXL.mem message speaks of.</summary>
public enum MetaField : byte
{
    /// <summary>The state of the host's copies.</summary>
    Meta0State = 0,

    /// <summary>None.</summary>
    NoOp = 3,
}
