namespace CxlTopology.Akka;

/// <summary>Why a node no longer serves in the cluster that it was in.</summary>
internal enum NodeEnding
{
    /// <summary>It was told to stop.</summary>
    Stopped,

    /// <summary>It served the one run that it was there for.</summary>
    Served,

    /// <summary>Its seeds are gone, or it was removed.</summary>
    Alone,
}
