namespace CxlTopology.Vfio;

/// <summary>A part of a region.</summary>
/// <param name="Offset">Where in the region it starts.</param>
/// <param name="Size">Bytes.</param>
public readonly record struct VfioArea(ulong Offset, ulong Size)
{
    /// <summary>Where it ends.</summary>
    public ulong End => Offset + Size;
}
