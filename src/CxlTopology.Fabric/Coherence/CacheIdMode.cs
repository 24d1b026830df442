namespace CxlTopology.Fabric;

/// <summary>What a cache ID decoder in force says.</summary>
internal enum CacheIdMode : byte
{
    /// <summary>Nothing of CXL.cache passes.</summary>
    Off,

    /// <summary>What comes from the device right below passes, with the local cache id.</summary>
    Assigned,

    /// <summary>What comes from a switch passes with the id that it has.</summary>
    Forwarded,
}
