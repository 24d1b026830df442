namespace CxlTopology.Specification;

/// <summary>One register of a <see cref="RegisterLayout"/>: where it lies and what writes and resets do to it.</summary>
/// <param name="Offset">Bytes from the start of the space.</param>
/// <param name="Masks">What a write does.</param>
/// <param name="ResetClass">What resets do.</param>
internal readonly record struct RegisterSlot(int Offset, RegisterMasks Masks, ResetClass ResetClass)
{
    /// <summary>The register that holds the lock of the block.</summary>
    public int LockSlot { get; init; }

    /// <summary>The lock's bit; 0 if the block has no lock.</summary>
    public uint LockMask { get; init; }
}
