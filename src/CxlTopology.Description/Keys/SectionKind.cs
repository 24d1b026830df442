using System.Text.Json.Nodes;

namespace CxlTopology.Description;

/// <summary>A mapping with the keys of a table.</summary>
internal sealed class SectionKind(Func<KeyTable> table) : ValueKind
{
    public override JsonObject Schema(SchemaDefinitions definitions) => definitions.Reference(table());
}
