using System.Text.Json;
using System.Text.Json.Nodes;

namespace CxlTopology.Description;

/// <summary>Writes the JSON schema of topology files from the tables the reader itself goes by.</summary>
public static class SchemaWriter
{
    private static readonly JsonSerializerOptions options = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The schema as text, ending with a line feed: draft 7, the newest that YAML language servers know.</summary>
    public static string Write()
    {
        SchemaDefinitions definitions = new();
        JsonObject root = definitions.Write(RootKeys.Table);
        JsonObject schema = new()
        {
            ["$schema"] = "http://json-schema.org/draft-07/schema#",
            ["title"] = "CxlTopology topology file, version 1",
        };
        foreach ((string name, JsonNode? value) in root.ToArray())
        {
            root.Remove(name);
            schema[name] = value;
        }

        JsonObject version = schema["properties"]!["version"]!.AsObject();
        version.Remove("anyOf");
        version["const"] = 1;
        schema["definitions"] = definitions.All();
        return schema.ToJsonString(options) + "\n";
    }
}
