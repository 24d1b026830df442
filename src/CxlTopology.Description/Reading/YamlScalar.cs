namespace CxlTopology.Description;

/// <summary>A scalar. It stays text: what it means is decided by the key it belongs to.</summary>
internal sealed class YamlScalar(SourcePosition position, string text, bool plain) : YamlNode(position)
{
    public string Text { get; } = text;

    /// <summary>An empty value, <c>~</c> or <c>null</c>, without quotes.</summary>
    public bool IsNull => plain && Text is "" or "~" or "null";

    public bool IsMergeKey => plain && Text == "<<";

    public override string Kind => IsNull ? "nothing" : "a single value";
}
