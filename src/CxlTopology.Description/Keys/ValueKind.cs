using System.Text.Json.Nodes;

namespace CxlTopology.Description;

/// <summary>What a key may hold: the reader parses by it, the schema describes it.</summary>
internal abstract class ValueKind
{
    /// <summary>The kind as JSON schema (draft 7).</summary>
    public abstract JsonObject Schema(SchemaDefinitions definitions);
}
