namespace CxlTopology.Simulation;

/// <summary>The seam between partitions: what one needs of its surroundings at the end of a window.</summary>
internal interface IExchange
{
    /// <summary>Stands for a minimum of all: every partition leaves its loop.</summary>
    const long Leave = -1;

    /// <summary>
    /// Delivers what lies in the partition's outboxes, takes in what others sent to it, and gives the minimum over all partitions of
    /// <paramref name="earliest"/> and of the times under way: no partition has anything before it. <see cref="long.MaxValue"/>: nothing is
    /// pending anywhere.
    /// </summary>
    long Exchange(Partition partition, long earliest);
}
