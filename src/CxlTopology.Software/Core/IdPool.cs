namespace CxlTopology.Software;

/// <summary>Numbers for things that come and go: always the smallest that is free, as the kernel's allocators give them.</summary>
public sealed class IdPool
{
    private readonly SortedSet<int> returned = [];
    private int next;

    /// <summary>How many are in use.</summary>
    public int InUse => next - returned.Count;

    /// <summary>Takes the smallest free number, from 0.</summary>
    public int Take()
    {
        if (returned.Count == 0)
            return next++;
        int id = returned.Min;
        returned.Remove(id);
        return id;
    }

    /// <summary>The number that <see cref="Take"/> would give.</summary>
    public int Peek() => returned.Count == 0 ? next : returned.Min;

    /// <summary>Gives a number back.</summary>
    /// <exception cref="ArgumentException">It is not in use.</exception>
    public void Return(int id)
    {
        if (id < 0 || id >= next || !returned.Add(id))
            throw new ArgumentException($"{id} is not in use.", nameof(id));
    }
}
