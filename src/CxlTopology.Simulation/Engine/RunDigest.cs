namespace CxlTopology.Simulation;

/// <summary>64 bits that stand for a run: equal runs have equal digests. The order of what is added counts.</summary>
public struct RunDigest
{
    /// <summary>The digest so far.</summary>
    public ulong Value { get; private set; }

    /// <summary>Adds a number.</summary>
    public void Add(ulong value) => Value = StableHash.Chain(Value + 1, value);

    /// <summary>Adds a number.</summary>
    public void Add(long value) => Add((ulong)value);

    /// <summary>Adds a text.</summary>
    public void Add(string value) => Add(StableHash.Of(value));
}
