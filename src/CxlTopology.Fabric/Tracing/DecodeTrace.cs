namespace CxlTopology.Fabric;

/// <summary>Collects the hops of traced accesses, in the order in which they happen. For one access at a time, on one worker.</summary>
public sealed class DecodeTrace
{
    private readonly List<DecodeHop> hops = [];

    /// <summary>The hops since the last <see cref="Clear"/>.</summary>
    public IReadOnlyList<DecodeHop> Hops => hops;

    /// <summary>Forgets all hops.</summary>
    public void Clear() => hops.Clear();

    internal void Add(DecodeHop hop) => hops.Add(hop);
}
