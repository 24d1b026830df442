namespace CxlTopology.Vfio;

/// <summary>What a mapping is to be used for.</summary>
[Flags]
public enum MappingAccess
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Loads.</summary>
    Read = 1,

    /// <summary>Stores.</summary>
    Write = 2,

    /// <summary>Both.</summary>
    ReadWrite = 3,
}
