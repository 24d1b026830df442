namespace CxlTopology.Fabric;

/// <summary>What one component did with a traced access, told by the actor itself while it did it.</summary>
/// <param name="Component">The path of the component.</param>
/// <param name="Decoder">The decoder that claimed the address (<c>decoder0</c>, <c>window0</c>), or null.</param>
/// <param name="Registers">The registers, or fields of a window, that decided, by name.</param>
/// <param name="Arithmetic">The calculation with its numbers.</param>
/// <param name="Target">What comes next, or null where the access ends.</param>
public sealed record DecodeHop(string Component, string? Decoder, IReadOnlyList<KeyValuePair<string, ulong>> Registers, string Arithmetic, string? Target);
