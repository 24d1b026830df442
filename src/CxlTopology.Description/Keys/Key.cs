namespace CxlTopology.Description;

/// <summary>One key of a section: the only place where its name, kind, default and meaning are written down.</summary>
/// <param name="name">As in the file.</param>
/// <param name="kind">What it may hold.</param>
/// <param name="sentence">What it is: one sentence.</param>
/// <param name="default">The default as it would be written; null if there is none, or if it depends on something.</param>
/// <param name="required">The section is wrong without it.</param>
internal class Key(string name, ValueKind kind, string sentence, string? @default = null, bool required = false)
{
    public string Name => name;

    public ValueKind Kind => kind;

    public string Sentence => sentence;

    public string? Default => @default;

    public bool Required => required;

    /// <summary>Reports what is wrong with a single value; lists and mappings are checked where they are read.</summary>
    public virtual void Check(SectionReader section)
    {
    }
}
