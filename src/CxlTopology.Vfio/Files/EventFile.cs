namespace CxlTopology.Vfio;

/// <summary>An eventfd: a counter that interrupts add to and that whoever waits reads.</summary>
public sealed class EventFile : VfioFile
{
    /// <inheritdoc/>
    public override string Name => "eventfd";

    /// <summary>How often it was signalled since it was last taken.</summary>
    public ulong Count { get; private set; }

    /// <summary>Called at each signal.</summary>
    public Action? Signalled { get; set; }

    /// <summary>Adds one.</summary>
    public void Signal()
    {
        Count++;
        Signalled?.Invoke();
    }

    /// <summary>The count, which becomes 0.</summary>
    public ulong Take()
    {
        ulong count = Count;
        Count = 0;
        return count;
    }
}
