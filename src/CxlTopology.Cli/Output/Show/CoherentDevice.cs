using CxlTopology.Fabric;

namespace CxlTopology.Cli.Output;

/// <summary>A device that caches or back-invalidates.</summary>
/// <param name="Name">Its name in the file.</param>
/// <param name="BackInvalidate">The way of its back-invalidate snoops; null if it has none.</param>
/// <param name="Cache">The way of its CXL.cache messages; null if it has none.</param>
internal sealed record CoherentDevice(string Name, CoherenceWay? BackInvalidate, CoherenceWay? Cache)
{
    /// <summary>A way in words.</summary>
    /// <param name="way">The way.</param>
    /// <param name="id">What its id is called.</param>
    public static string Words(CoherenceWay? way, string id) => way switch
    {
        null => "",
        { ClosedAt: { } where } => "closed at " + where,
        _ => FormattableString.Invariant($"{id} {way.Id}"),
    };
}
