namespace CxlTopology.Description;

/// <summary>A node of the YAML tree. Aliases share the node of their anchor, so a tree is small however much it stands for.</summary>
internal abstract class YamlNode(SourcePosition position)
{
    public SourcePosition Position { get; } = position;

    /// <summary>Nodes in this subtree, each alias counted with all it stands for.</summary>
    public int Expanded { get; set; } = 1;

    /// <summary>Levels of the subtree below this node.</summary>
    public int Height { get; set; }

    /// <summary>What the node is, for messages.</summary>
    public abstract string Kind { get; }
}
