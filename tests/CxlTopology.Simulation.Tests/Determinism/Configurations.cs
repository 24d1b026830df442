using System.Globalization;

namespace CxlTopology.Simulation.Tests.Determinism;

/// <summary>The ways to run a model that must not matter: engines, workers, partitions, buckets, and when several workers start.</summary>
internal static class Configurations
{
    /// <summary>One worker with the narrowest bucket: what all others are compared with.</summary>
    public static SimulationOptions Reference => new() { BucketShift = 19 };

    /// <summary>
    /// One worker with other buckets; 2 to 4 workers, each with three partitions, two buckets, always parallel and by the default
    /// bound.
    /// </summary>
    public static IEnumerable<(string Name, SimulationOptions Options)> All(int shiftMax)
    {
        yield return ("1 worker, bucket 2^20", new SimulationOptions { BucketShift = 20 });
        yield return ($"1 worker, bucket 2^{shiftMax}", new SimulationOptions { BucketShift = shiftMax });
        for (int workers = 2; workers <= 4; workers++)
        {
            foreach ((string partition, Func<int, int>? ownerOf) in Partitions(workers))
            {
                foreach (int shift in new[] { 19, shiftMax })
                {
                    foreach (int bound in new[] { 0, 150 })
                    {
                        yield return (
                            string.Create(CultureInfo.InvariantCulture, $"{workers} workers, {partition}, bucket 2^{shift}, bound {bound}"),
                            new SimulationOptions
                            {
                                Workers = workers,
                                OwnerOf = ownerOf,
                                BucketShift = shift,
                                MessagesPerWindowMin = bound,
                            });
                    }
                }
            }
        }
    }

    private static (string Name, Func<int, int>? OwnerOf)[] Partitions(int workers) =>
    [
        ("planned", null),
        ("in turn", place => place % workers),
        ("random", place => (int)(StableHash.Of("owner of " + place) % (ulong)workers)),
    ];
}
