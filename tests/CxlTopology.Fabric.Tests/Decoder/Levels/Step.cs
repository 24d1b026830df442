namespace CxlTopology.Fabric.Tests;

/// <summary>One programming of a decoder on the way to an illegal commit.</summary>
/// <param name="Write">What is written.</param>
/// <param name="Refused">It is refused itself, for another reason than what is shown.</param>
internal sealed record Step(Programming Write, bool Refused = false);
