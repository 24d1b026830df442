namespace CxlTopology.Specification;

/// <summary>Snoops of the host on CXL.cache.</summary>
public enum H2DRequest : byte
{
    /// <summary>The line will be shared: M and E become S.</summary>
    SnpData = 1,

    /// <summary>The line will be owned elsewhere: every state becomes I.</summary>
    SnpInv = 2,

    /// <summary>The line as it is now; nothing changes.</summary>
    SnpCur = 3,
}
