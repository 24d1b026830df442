namespace CxlTopology.Description;

/// <summary>Reads topology files.</summary>
public static class TopologyFile
{
    /// <summary>Reads a file; <c>-</c> is standard input. Whatever is wrong comes back as numbered errors, never as an exception.</summary>
    public static DescriptionResult Load(string path)
    {
        string fileName = path == "-" ? "<stdin>" : path;
        string? text = SourceLoader.Load(path, fileName, out DescriptionError? error);
        return text is null ? new DescriptionResult(null, [error!]) : Parse(text, fileName);
    }

    /// <summary>Reads a text as if it were a file of that name; paths in it are relative to the name's folder.</summary>
    public static DescriptionResult Parse(string text, string fileName)
    {
        if (text.Length > SourceLoader.FileBytesMax)
            return new DescriptionResult(null, [SourceLoader.TooLarge(fileName)]);
        SourceText source = new(text);
        ErrorSink errors = new(fileName, source);
        TopologyModel? model = null;
        if (TextCheck.Check(source, errors) && new YamlTreeReader(source, errors).Read() is YamlNode root)
        {
            if (root is YamlMapping mapping)
            {
                model = new TopologyReader(fileName, errors).Read(mapping);
            }
            else if (errors.IsEmpty)
            {
                errors.Add(DescriptionErrorCode.RootNotMapping, root.Position, $"a topology file is a mapping, and this is {root.Kind}",
                    "Start with \"version: 1\".");
            }
        }

        IReadOnlyList<DescriptionError> sorted = errors.Sorted();
        return new DescriptionResult(sorted.Count == 0 ? model : null, sorted);
    }
}
