using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace CxlTopology.Description.Tests.Schema;

/// <summary>The part of JSON schema (draft 7) that the shipped schema uses, checked against YAML as an editor's language server reads
/// it.</summary>
internal sealed class JsonSchemaCheck(JsonObject root)
{
    public IEnumerable<string> Check(YamlNode node) => Check(root, node, "$");

    private IEnumerable<string> Check(JsonObject schema, YamlNode node, string path)
    {
        if (schema["$ref"] is JsonNode reference)
            schema = root["definitions"]![reference.GetValue<string>()["#/definitions/".Length..]]!.AsObject();
        if (schema["allOf"] is JsonArray all)
            return all.SelectMany(part => Check(part!.AsObject(), node, path));
        if (schema["anyOf"] is JsonArray any)
            return any.Any(part => !Check(part!.AsObject(), node, path).Any()) ? [] : [path + " matches nothing"];
        if (schema["const"] is JsonNode constant)
            return node is YamlScalar single && single.Text == constant.ToJsonString() ? [] : [path + " is not the constant"];
        if (schema["enum"] is JsonArray values)
            return node is YamlScalar word && values.Any(value => value!.ToJsonString().Trim('"') == word.Text) ? []
                : [path + " is no word of the list"];
        return schema["type"]!.GetValue<string>() switch
        {
            "null" => node is YamlScalar { IsNull: true } ? [] : [path + " is not null"],
            "integer" => node is YamlScalar scalar && Regex.IsMatch(scalar.Text, "^(0x[0-9a-fA-F]+|[0-9]+)$") ? []
                : [path + " is no integer"],
            "string" => CheckString(schema, node, path),
            "array" => node is YamlSequence list
                ? list.Items.SelectMany((item, i) => Check(schema["items"]!.AsObject(), item, $"{path}[{i}]")) : [path + " is no list"],
            _ => node is YamlMapping mapping ? CheckObject(schema, mapping, path) : [path + " is no mapping"],
        };
    }

    private static IEnumerable<string> CheckString(JsonObject schema, YamlNode node, string path)
    {
        if (node is not YamlScalar { IsNull: false } scalar)
            return [path + " is no text"];
        return schema["pattern"] is JsonNode pattern && !Regex.IsMatch(scalar.Text, pattern.GetValue<string>())
            ? [path + " does not match"] : [];
    }

    private IEnumerable<string> CheckObject(JsonObject schema, YamlMapping mapping, string path)
    {
        foreach (JsonNode? name in schema["required"]?.AsArray() ?? [])
        {
            if (mapping.Find(name!.GetValue<string>()) is null)
                yield return $"{path} lacks {name}";
        }

        foreach ((YamlScalar key, YamlNode value) in mapping.Entries)
        {
            string below = path + "." + key.Text;
            JsonNode? property = schema["properties"]?[key.Text] ?? schema["additionalProperties"];
            if (property is not JsonObject section)
            {
                yield return below + " is unknown";
                continue;
            }

            foreach (string problem in Check(section, value, below))
                yield return problem;
        }
    }
}
