using CxlTopology.Specification;

namespace CxlTopology.Software;

/// <summary>The memory of a CXL core's regions, as a reset asks about it: a region of expanders whose driver is bound is in use.</summary>
/// <remarks>
/// The memory of an accelerator is its driver's, who asks for the reset or has let go of it. What one reset has claimed is in use for any
/// other.
/// </remarks>
/// <param name="core">The core.</param>
public sealed class RegionClaims(CxlCore core) : IMemoryClaims
{
    private readonly List<(ulong First, ulong Bytes)> held = [];

    /// <inheritdoc/>
    public bool TryClaim(ulong first, ulong bytes)
    {
        if (held.Exists(h => Overlap(h.First, h.Bytes, first, bytes)) || core.Regions.Exists(r => IsOnline(r) && Overlap(r.Base.Value, r.Size.Bytes, first, bytes)))
            return false;
        held.Add((first, bytes));
        return true;
    }

    /// <inheritdoc/>
    public void Release(ulong first, ulong bytes) => held.Remove((first, bytes));

    /// <inheritdoc/>
    public Task<bool> FlushCaches(ulong first, ulong bytes) => core.FlushCaches(first, bytes);

    private static bool IsOnline(CxlRegion region) => region.Enabled && region.TargetType == TargetRangeType.HostOnly;

    private static bool Overlap(ulong first, ulong bytes, ulong otherFirst, ulong otherBytes) => first - otherFirst < otherBytes || otherFirst - first < bytes;
}
