namespace CxlTopology.Specification;

/// <summary>Whose errors an <see cref="RdpasStructure"/> leads to.</summary>
public enum RdpasProtocol : byte
{
    /// <summary>CXL.io. Code 0.</summary>
    Io = 0,

    /// <summary>CXL.cache and CXL.mem. Code 1.</summary>
    CacheMem = 1,
}
