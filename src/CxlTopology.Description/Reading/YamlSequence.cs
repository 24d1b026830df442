namespace CxlTopology.Description;

/// <summary>A list.</summary>
internal sealed class YamlSequence(SourcePosition position) : YamlNode(position)
{
    public List<YamlNode> Items { get; } = [];

    public override string Kind => "a list";
}
