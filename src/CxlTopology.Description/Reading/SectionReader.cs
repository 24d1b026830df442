using System.Diagnostics;
using System.Globalization;

namespace CxlTopology.Description;

/// <summary>Reads the keys of one section. Unknown and missing keys are reported when the section is opened.</summary>
internal sealed class SectionReader
{
    private readonly KeyTable table;
    private readonly Dictionary<string, (YamlScalar Key, YamlNode Value)> present = new(StringComparer.Ordinal);

    private SectionReader(YamlMapping? mapping, SourcePosition position, KeyTable table, ErrorSink errors)
    {
        this.table = table;
        Position = position;
        Errors = errors;
        foreach ((YamlScalar Key, YamlNode Value) entry in mapping?.Entries ?? [])
        {
            if (table.Contains(entry.Key.Text))
            {
                present.Add(entry.Key.Text, entry);
            }
            else
            {
                errors.Add(DescriptionErrorCode.UnknownKey, entry.Key.Position,
                    $"unknown key {PrintableText.Quote(entry.Key.Text)} in {table.Name}",
                    $"The keys are {string.Join(", ", table.Keys.Select(key => key.Name))}."
                    + Suggestion.Among(entry.Key.Text, table.Keys.Select(key => key.Name)));
            }
        }

        if (mapping is null)
            return;
        foreach (Key key in table.Keys)
        {
            if (key.Required && !present.ContainsKey(key.Name))
            {
                Problem(DescriptionErrorCode.KeyMissing, position, $"{table.Name} needs the key {PrintableText.Quote(key.Name)}",
                    key.Sentence);
            }
        }
    }

    public SourcePosition Position { get; }

    public ErrorSink Errors { get; }

    /// <summary>Opens a section. A node that is no mapping is reported and read as a section of defaults.</summary>
    public static SectionReader Open(YamlNode node, KeyTable table, ErrorSink errors, SourcePosition? position = null)
    {
        if (node is not YamlMapping)
        {
            errors.Add(DescriptionErrorCode.NotAMapping, node.Position, $"{table.Name} is a mapping, and this is {node.Kind}",
                $"Write its keys: {string.Join(", ", table.Keys.Take(8).Select(key => key.Name))}{(table.Keys.Count > 8 ? ", …" : "")}.");
        }

        return new SectionReader(node as YamlMapping, position ?? node.Position, table, errors);
    }

    /// <summary>A section without any key.</summary>
    public static SectionReader Empty(KeyTable table, ErrorSink errors, SourcePosition position) => new(null, position, table, errors);

    public bool Has(Key key) => Find(key) is not null;

    /// <summary>Where the key's value stands; the section if the key is absent.</summary>
    public SourcePosition PositionOf(Key key) => Find(key)?.Position ?? Position;

    /// <summary>Where the key's name stands; the section if the key is absent.</summary>
    public SourcePosition KeyPositionOf(Key key) =>
        present.TryGetValue(key.Name, out (YamlScalar Key, YamlNode Value) entry) ? entry.Key.Position : Position;

    /// <summary>The value of a key; null if it is absent or empty. Empty values are reported where the key demands one.</summary>
    public YamlNode? Find(Key key)
    {
        Debug.Assert(table.Contains(key), $"The key {key.Name} is not in the table {table.Name}.");
        return present.TryGetValue(key.Name, out (YamlScalar Key, YamlNode Value) entry)
            && entry.Value is not YamlScalar { IsNull: true } ? entry.Value : null;
    }

    /// <summary>Reports every wrong single value now, for sections that may not be read to the end.</summary>
    public void CheckValues()
    {
        foreach (Key key in table.Keys)
            key.Check(this);
    }

    /// <summary>The value of a key, or its default.</summary>
    public T Get<T>(ValueKey<T> key) => TryGet(key, out T value) ? value : DefaultOf(key);

    /// <summary>The value of a key, or what is given.</summary>
    public T Get<T>(ValueKey<T> key, T fallback) => TryGet(key, out T value) ? value : fallback;

    /// <summary>The value of a key; false if it is absent, empty or wrong.</summary>
    public bool TryGet<T>(ValueKey<T> key, out T value)
    {
        value = default!;
        if (Find(key) is YamlNode node)
            return TryParse(node, key.Scalar, out value);
        if (present.TryGetValue(key.Name, out (YamlScalar Key, YamlNode Value) empty))
        {
            Problem(DescriptionErrorCode.ValueMissing, empty.Key.Position, $"the key {PrintableText.Quote(key.Name)} has no value",
                key.Sentence);
        }

        return false;
    }

    /// <summary>Parses a node as a single value; false after a report.</summary>
    public bool TryParse<T>(YamlNode node, ScalarKind<T> kind, out T value)
    {
        value = default!;
        if (node is not YamlScalar scalar)
        {
            Problem(DescriptionErrorCode.NotAScalar, node.Position, $"a single value is wanted here, and this is {node.Kind}",
                "Write one value after the colon.");
            return false;
        }

        if (scalar.IsNull)
        {
            Problem(DescriptionErrorCode.ValueMissing, node.Position, "a value is missing here", "Write a value, or leave the entry out.");
            return false;
        }

        Parsed<T> parsed = kind.Parse(scalar.Text);
        if (parsed.Problem is Problem problem)
        {
            Problem(problem.Code, node.Position, problem.Message, problem.Help);
            return false;
        }

        value = parsed.Value;
        return true;
    }

    /// <summary>The items of a list, at most so many; empty if the key is absent or no list.</summary>
    public IReadOnlyList<YamlNode> List(Key key, int max)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlSequence sequence when sequence.Items.Count > max:
                Problem(DescriptionErrorCode.TooMany, sequence.Items[max].Position,
                    string.Create(CultureInfo.InvariantCulture, $"{key.Name} has {sequence.Items.Count} entries"),
                    string.Create(CultureInfo.InvariantCulture, $"It has at most {max}."));
                return sequence.Items[..max];
            case YamlSequence sequence:
                return sequence.Items;
            case YamlNode other:
                Problem(DescriptionErrorCode.NotAList, other.Position, $"{key.Name} is a list, and this is {other.Kind}",
                    "Write it as [a, b] or with a dash before each entry.");
                return [];
        }
    }

    /// <summary>The single values of a list that could be parsed, each with its position.</summary>
    public IReadOnlyList<(T Value, SourcePosition Position)> Values<T>(Key key, ScalarKind<T> kind, int max)
    {
        List<(T Value, SourcePosition Position)> values = [];
        foreach (YamlNode item in List(key, max))
        {
            if (TryParse(item, kind, out T value))
                values.Add((value, item.Position));
        }

        return values;
    }

    /// <summary>The entries of a mapping from names of the author's, at most so many, ill-formed names reported and left out.</summary>
    public IReadOnlyList<(YamlScalar Key, YamlNode Value)> Named(Key key, int max)
    {
        switch (Find(key))
        {
            case null:
                return [];
            case YamlMapping mapping:
                return NamedEntries(mapping, key.Name, max, Errors);
            case YamlNode other:
                Problem(DescriptionErrorCode.NotAMapping, other.Position, $"{key.Name} maps names to entries, and this is {other.Kind}",
                    "Write \"name: …\" for each entry.");
                return [];
        }
    }

    /// <summary>The entries of a mapping from names, at most so many, ill-formed names reported and left out.</summary>
    public static IReadOnlyList<(YamlScalar Key, YamlNode Value)> NamedEntries(YamlMapping mapping, string what, int max, ErrorSink errors)
    {
        if (mapping.Entries.Count > max)
        {
            errors.Add(DescriptionErrorCode.TooMany, mapping.Entries[max].Key.Position,
                string.Create(CultureInfo.InvariantCulture, $"{what} has {mapping.Entries.Count} entries"),
                string.Create(CultureInfo.InvariantCulture, $"It has at most {max}."));
        }

        List<(YamlScalar Key, YamlNode Value)> good = [];
        foreach ((YamlScalar Key, YamlNode Value) entry in mapping.Entries.Take(max))
        {
            if (Names.Parse(entry.Key.Text).Problem is Problem problem)
                errors.Add(problem.Code, entry.Key.Position, problem.Message, problem.Help);
            else
                good.Add(entry);
        }

        return good;
    }

    public void Problem(DescriptionErrorCode code, SourcePosition position, string message, string help) =>
        Errors.Add(code, position, message, help);

    private static T DefaultOf<T>(ValueKey<T> key)
    {
        if (key.Default is null)
            return default!;
        Parsed<T> parsed = key.Scalar.Parse(key.Default);
        return parsed.Problem is null ? parsed.Value
            : throw new InvalidOperationException($"The default of {key.Name} is wrong: {key.Default}.");
    }
}
