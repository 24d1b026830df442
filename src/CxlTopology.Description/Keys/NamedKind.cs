using System.Text.Json.Nodes;

namespace CxlTopology.Description;

/// <summary>A mapping whose keys are names the author chooses.</summary>
internal sealed class NamedKind(ValueKind value) : ValueKind
{
    public override JsonObject Schema(SchemaDefinitions definitions) => new()
    {
        ["type"] = "object",
        ["propertyNames"] = new JsonObject { ["pattern"] = Names.Pattern, ["maxLength"] = Names.LengthMax },
        ["additionalProperties"] = value.Schema(definitions),
    };
}
