using System.Text.Json.Nodes;

namespace CxlTopology.Description;

/// <summary>One of several kinds; a null kind stands for an empty value.</summary>
internal sealed class AnyOfKind(params ValueKind?[] kinds) : ValueKind
{
    public override JsonObject Schema(SchemaDefinitions definitions)
    {
        JsonArray any = [];
        foreach (ValueKind? kind in kinds)
            any.Add((JsonNode)(kind?.Schema(definitions) ?? new JsonObject { ["type"] = "null" }));
        return new JsonObject { ["anyOf"] = any };
    }
}
