namespace CxlTopology.Specification;

/// <summary>Part of a register space whose registers somebody else owns: decoders that are actors, a mailbox's payload.</summary>
/// <param name="Name">What is there.</param>
/// <param name="Offset">First byte, a multiple of 4.</param>
/// <param name="Length">Bytes, a multiple of 4.</param>
public sealed record RegisterRange(string Name, int Offset, int Length)
{
    /// <summary>Whether an offset of the space lies in it.</summary>
    public bool Contains(int offset) => offset >= Offset && offset < Offset + Length;
}
