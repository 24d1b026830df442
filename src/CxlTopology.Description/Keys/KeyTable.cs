namespace CxlTopology.Description;

/// <summary>The keys of a section: what the reader accepts, what the schema lists.</summary>
internal sealed class KeyTable(string name, string sentence, params Key[] keys)
{
    private readonly Dictionary<string, Key> byName = keys.ToDictionary(key => key.Name, StringComparer.Ordinal);

    /// <summary>Name of the section's definition in the schema.</summary>
    public string Name => name;

    public string Sentence => sentence;

    public IReadOnlyList<Key> Keys => keys;

    public bool Contains(string key) => byName.ContainsKey(key);

    public bool Contains(Key key) => byName.TryGetValue(key.Name, out Key? found) && ReferenceEquals(found, key);
}
