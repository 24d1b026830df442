using System.Text.Json.Nodes;

namespace CxlTopology.Description;

/// <summary>A single value with its parser.</summary>
/// <param name="parse">From the text of the scalar.</param>
/// <param name="schema">Writes the schema of it.</param>
internal sealed class ScalarKind<T>(Func<string, Parsed<T>> parse, Func<JsonObject> schema) : ValueKind
{
    public Parsed<T> Parse(string text) => parse(text);

    public override JsonObject Schema(SchemaDefinitions definitions) => schema();
}
