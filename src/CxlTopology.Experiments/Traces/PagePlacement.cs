namespace CxlTopology.Experiments;

/// <summary>Which page of the region a virtual page gets when it is first touched.</summary>
public enum PagePlacement
{
    /// <summary>The next one: pages lie in the order of first touch.</summary>
    Sequential,

    /// <summary>A random one that is free, by a keyed permutation of the region's pages: an old machine's scattered memory.</summary>
    Random,

    /// <summary>
    /// The next one of the next chunk, chunk by chunk in turn: what a kernel's interleave policy does over that many nodes.
    /// </summary>
    Interleaved,
}
