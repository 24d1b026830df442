using System.Text.Json.Nodes;

namespace CxlTopology.Description;

/// <summary>The sections a schema mentions, each written once.</summary>
internal sealed class SchemaDefinitions
{
    private readonly SortedDictionary<string, JsonObject> written = new(StringComparer.Ordinal);

    /// <summary>A reference to a section, which is written when it is first mentioned.</summary>
    public JsonObject Reference(KeyTable table)
    {
        string name = table.Name.Replace(' ', '-');
        if (!written.ContainsKey(name))
        {
            // Entered before it is written: ports contain ports.
            written.Add(name, []);
            written[name] = Write(table);
        }

        return new JsonObject { ["$ref"] = "#/definitions/" + name };
    }

    /// <summary>The schema of a section itself.</summary>
    public JsonObject Write(KeyTable table)
    {
        JsonObject properties = [];
        foreach (Key key in table.Keys)
        {
            JsonObject property = key.Kind.Schema(this);
            // Draft 7 ignores what stands beside a reference, so a description needs a level of its own.
            if (property.ContainsKey("$ref"))
                property = new JsonObject { ["allOf"] = new JsonArray(property) };
            property["description"] = key.Default is null ? key.Sentence : $"{key.Sentence} Default: {key.Default}.";
            properties[key.Name] = property;
        }

        JsonObject result = new()
        {
            ["type"] = "object",
            ["description"] = table.Sentence,
            ["properties"] = properties,
            ["additionalProperties"] = false,
        };
        Key[] required = [.. table.Keys.Where(key => key.Required)];
        if (required.Length > 0)
            result["required"] = new JsonArray([.. required.Select(key => (JsonNode)key.Name)]);
        return result;
    }

    /// <summary>All sections mentioned, by name.</summary>
    public JsonObject All()
    {
        JsonObject all = [];
        foreach ((string name, JsonObject schema) in written)
            all[name] = schema;
        return all;
    }
}
