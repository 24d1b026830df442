namespace CxlTopology.Simulation;

/// <summary>
/// A message that an actor scheduled to itself, for <see cref="ComponentActor.Cancel"/>. Stays safe to cancel after it fired: nothing
/// happens then.
/// </summary>
public readonly struct TimerHandle
{
    internal TimerHandle(int slot, ulong key)
    {
        Slot = slot;
        Key = key;
    }

    internal int Slot { get; }

    internal ulong Key { get; }
}
