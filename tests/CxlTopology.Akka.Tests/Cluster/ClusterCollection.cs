namespace CxlTopology.Akka.Tests.Cluster;

/// <summary>Tests that start nodes: one after the other, and nothing beside them, since they wait for each other in wall-clock time.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class ClusterCollection
{
    public const string Name = "cluster";
}
