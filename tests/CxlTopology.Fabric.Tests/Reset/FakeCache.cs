namespace CxlTopology.Fabric.Tests;

/// <summary>A cache that only counts what it is asked for. It holds a dirty line until it is written back or dropped.</summary>
internal sealed class FakeCache : IDeviceCache
{
    /// <summary>Whether a write-back ends at once; else when <see cref="Finish"/> is called.</summary>
    public bool IsQuick { get; set; } = true;

    public bool IsEmpty { get; private set; }

    public bool Allocating { get; private set; } = true;

    public int WriteBacks { get; private set; }

    public int Drops { get; private set; }

    public void SetAllocating(bool allowed) => Allocating = allowed;

    public void WriteBackAndInvalidate()
    {
        WriteBacks++;
        IsEmpty |= IsQuick;
    }

    public void Drop()
    {
        Drops++;
        IsEmpty = true;
    }

    /// <summary>The last line is written back; the device still has to be told.</summary>
    public void Finish() => IsEmpty = true;
}
