namespace CxlTopology.Software;

/// <summary>An object of a listing: keys in the order of printing.</summary>
public sealed class ListingObject : ListingValue
{
    private readonly List<KeyValuePair<string, ListingValue>> members = [];

    /// <summary>Keys and values, in order.</summary>
    public IReadOnlyList<KeyValuePair<string, ListingValue>> Members => members;

    /// <summary>The value of a key; null if there is none.</summary>
    public ListingValue? this[string key] => members.Find(member => member.Key == key).Value;

    /// <summary>Adds a value. A key comes once: the caller's duty.</summary>
    public ListingObject Add(string key, ListingValue value)
    {
        members.Add(new(key, value));
        return this;
    }

    /// <summary>Adds a string.</summary>
    public ListingObject Add(string key, string text) => Add(key, ListingScalar.Of(text));

    /// <summary>Adds an integer.</summary>
    public ListingObject Add(string key, long number) => Add(key, ListingScalar.Of(number));

    /// <summary>Adds a boolean.</summary>
    public ListingObject Add(string key, bool value) => Add(key, ListingScalar.Of(value));

    /// <summary>Adds an address or identifier.</summary>
    public ListingObject AddHexadecimal(string key, ulong number) => Add(key, ListingScalar.Hexadecimal(number));

    /// <summary>Adds an amount of memory.</summary>
    public ListingObject AddSize(string key, ulong bytes) => Add(key, ListingScalar.Size(bytes));

    /// <summary>Adds an array unless it is empty.</summary>
    internal void AddUnlessEmpty(string key, ListingArray? array)
    {
        if (array is { Items.Count: > 0 })
            Add(key, array);
    }
}
