using CxlTopology.Software;

namespace CxlTopology.Fabric.Tests;

/// <summary>Memory that nobody uses unless a test says so.</summary>
internal sealed class Claims : IMemoryClaims
{
    public bool Busy { get; set; }

    public bool CanFlush { get; set; } = true;

    /// <summary>Ranges that are claimed at present.</summary>
    public List<(ulong First, ulong Bytes)> Held { get; } = [];

    /// <summary>Ranges over which caches were flushed.</summary>
    public List<(ulong First, ulong Bytes)> Flushed { get; } = [];

    public bool TryClaim(ulong first, ulong bytes)
    {
        if (Busy || Held.Contains((first, bytes)))
            return false;
        Held.Add((first, bytes));
        return true;
    }

    public void Release(ulong first, ulong bytes) => Assert.True(Held.Remove((first, bytes)));

    public Task<bool> FlushCaches(ulong first, ulong bytes)
    {
        if (CanFlush)
            Flushed.Add((first, bytes));
        return Task.FromResult(CanFlush);
    }
}
