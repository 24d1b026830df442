namespace CxlTopology.Description;

/// <summary>A name used in the file, and where.</summary>
internal sealed record NameReference(string Name, SourcePosition Position);
