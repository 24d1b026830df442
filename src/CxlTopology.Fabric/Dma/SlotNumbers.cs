namespace CxlTopology.Fabric;

/// <summary>Numbers for what is under way: the last one given back is the next one taken, so that they stay small.</summary>
/// <param name="limit">How many there are: 0 to one less.</param>
internal sealed class SlotNumbers(int limit)
{
    private readonly Stack<int> free = new();

    /// <summary>One more than the highest that was ever taken.</summary>
    public int Reached { get; private set; }

    /// <summary>Takes a number.</summary>
    /// <returns>False if all are taken.</returns>
    public bool TryTake(out int slot)
    {
        if (free.TryPop(out slot))
            return true;
        slot = Reached;
        if (Reached == limit)
            return false;
        Reached++;
        return true;
    }

    /// <summary>Gives one back that was taken.</summary>
    public void Return(int slot) => free.Push(slot);
}
