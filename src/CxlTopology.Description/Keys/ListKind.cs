using System.Text.Json.Nodes;

namespace CxlTopology.Description;

/// <summary>A list of one kind of value.</summary>
internal sealed class ListKind(ValueKind item) : ValueKind
{
    public override JsonObject Schema(SchemaDefinitions definitions) => new() { ["type"] = "array", ["items"] = item.Schema(definitions) };
}
