namespace CxlTopology.Fabric.Tests;

/// <summary>A cache that only counts what it is asked for.</summary>
internal sealed class FakeCache : IDeviceCache
{
    /// <summary>Whether a write-back ends at once; else when a test sends the message that says so.</summary>
    public bool IsQuick { get; set; } = true;

    public bool Allocating { get; private set; } = true;

    public int WriteBacks { get; private set; }

    public int Drops { get; private set; }

    public void SetAllocating(bool allowed) => Allocating = allowed;

    public bool WriteBackAndInvalidate()
    {
        WriteBacks++;
        return IsQuick;
    }

    public void Drop() => Drops++;
}
