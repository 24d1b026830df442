namespace CxlTopology.Description;

/// <summary>A mapping; keys are different scalars, in the order of the file, merged ones last.</summary>
internal sealed class YamlMapping(SourcePosition position) : YamlNode(position)
{
    public List<(YamlScalar Key, YamlNode Value)> Entries { get; } = [];

    public override string Kind => "a mapping";

    /// <summary>The value of a key; null if there is none. For mappings whose keys are known and few.</summary>
    public YamlNode? Find(string key)
    {
        foreach ((YamlScalar name, YamlNode value) in Entries)
        {
            if (name.Text == key)
                return value;
        }

        return null;
    }
}
