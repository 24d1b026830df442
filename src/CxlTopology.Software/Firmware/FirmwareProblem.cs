namespace CxlTopology.Software;

/// <summary>Something that firmware asked for and did not get.</summary>
/// <param name="Write">The write.</param>
/// <param name="What">What happened instead.</param>
public sealed record FirmwareProblem(FirmwareWrite Write, string What);
