using CxlTopology.Simulation;

namespace CxlTopology.Fabric.Tests;

/// <summary>A cache, an actor of its own, that fails when it is asked for something.</summary>
internal sealed class FailingCache : ComponentActor, IDeviceCache
{
    public void SetAllocating(bool allowed)
    {
    }

    public bool WriteBackAndInvalidate() => throw new InvalidOperationException("The cache cannot be written back.");

    public void Drop() => throw new InvalidOperationException("The cache cannot be dropped.");

    /// <inheritdoc/>
    protected override void Receive(ref Message message)
    {
    }
}
