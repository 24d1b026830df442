namespace CxlTopology.Fabric;

/// <summary>Who has route tables for coherence: a host bridge, or the upstream port of a switch.</summary>
internal interface IPathOwner
{
    /// <summary>The ports that the tables may lead to, by number.</summary>
    IReadOnlyDictionary<byte, LinkedActor> PathTargets { get; }
}
