namespace CxlTopology.Fabric;

/// <summary>Which capabilities of a component were asked to commit. A component has the decoder or the route table of each kind, not both.</summary>
[Flags]
internal enum PathCommits : byte
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>The BI decoder, or the BI route table.</summary>
    BackInvalidate = 1,

    /// <summary>The cache ID decoder, or the cache ID route table.</summary>
    CacheId = 2,
}
