namespace CxlTopology.Fabric;

/// <summary>How far coherence messages of a device come on their way to the host, by the registers of the moment.</summary>
/// <param name="Id">The id that the host knows the device by: its BI-ID, which is a bus number, or its cache id; null if the way is closed.</param>
/// <param name="ClosedAt">The path of the component that lets them no further, from the device up; null if the way is open.</param>
public sealed record CoherenceWay(int? Id, string? ClosedAt);
