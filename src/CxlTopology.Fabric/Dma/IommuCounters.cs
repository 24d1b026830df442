namespace CxlTopology.Fabric;

/// <summary>What the IOMMU counted of one requester.</summary>
public sealed class IommuCounters
{
    /// <summary>Lines read.</summary>
    public long Reads { get; internal set; }

    /// <summary>Lines written.</summary>
    public long Writes { get; internal set; }

    /// <summary>Walks.</summary>
    public long Walks { get; internal set; }

    /// <summary>Translations given to it to keep.</summary>
    public long Translations { get; internal set; }

    /// <summary>Requests refused.</summary>
    public long Faults { get; internal set; }
}
