using System.Globalization;
using System.Text.Json.Nodes;

namespace CxlTopology.Experiments;

/// <summary>
/// Compares two outputs of <c>cxl list -vvv</c>, one measured and one of a simulated machine: as sets, and up to the names of memory devices, ports and endpoints, which a kernel numbers in the order that its
/// probes happen to end. Devices are matched by serial number, ports by place.
/// </summary>
/// <remarks>
/// Left out of the comparison, since a simulated machine has no counterpart: <c>firmware_version</c> and <c>firmware</c> (the text of somebody else's firmware), the character devices below <c>daxregion</c>, NUMA
/// nodes, and <c>health</c> and <c>alert_config</c> where the measured device did not know the commands.
/// </remarks>
public sealed class ListingComparison
{
    private readonly Names measuredNames;
    private readonly Names simulatedNames;
    private readonly List<string> differences = [];

    private ListingComparison(JsonNode measured, JsonNode simulated)
    {
        measuredNames = new Names(measured);
        simulatedNames = new Names(simulated);
    }

    /// <summary>Compares.</summary>
    /// <returns>What differs, each a line: where, what the simulated machine has, what was measured.</returns>
    public static IReadOnlyList<string> Of(JsonNode measured, JsonNode simulated)
    {
        var comparison = new ListingComparison(measured, simulated);
        comparison.Compare(measured, simulated, "");
        return comparison.differences;
    }

    private void Compare(JsonNode measured, JsonNode simulated, string path)
    {
        if (measured is JsonObject measuredObject && simulated is JsonObject simulatedObject)
            Match(Members(measuredObject, measuredNames), Members(simulatedObject, simulatedNames), path);
        else if (measured is JsonArray measuredArray && simulated is JsonArray simulatedArray)
            Match(Items(measuredArray, measuredNames), Items(simulatedArray, simulatedNames), path);
        else if (Text(measured, measuredNames) is var was && Text(simulated, simulatedNames) is var is_ && was != is_)
            differences.Add($"{path}: {is_}, measured {was}");
    }

    private void Match(SortedDictionary<string, JsonNode> measured, SortedDictionary<string, JsonNode> simulated, string path)
    {
        string prefix = path.Length == 0 ? "" : path + " ";
        foreach ((string key, JsonNode was) in measured)
        {
            if (simulated.TryGetValue(key, out JsonNode? now))
                Compare(was, now, prefix + key);
            else
                differences.Add($"{prefix}{key}: not listed, measured {Text(was, measuredNames)}");
        }

        foreach ((string key, JsonNode now) in simulated)
        {
            if (!measured.ContainsKey(key) && key is not ("health" or "alert_config"))
                differences.Add($"{prefix}{key}: {Text(now, simulatedNames)}, measured nothing");
        }
    }

    private static SortedDictionary<string, JsonNode> Members(JsonObject node, Names names)
    {
        var members = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        bool isDax = node.ContainsKey("align") && node.ContainsKey("id");
        foreach ((string key, JsonNode? value) in node)
        {
            // "decoders:endpoint2" holds the decoders of the object that it is in: which one that is has been said.
            string[] parts = key.Split(':');
            if (parts[0] is "firmware_version" or "firmware" or "numa_node" or "target_node" || (isDax && parts[0] == "devices"))
                continue;
            members.Add(parts[0], value ?? JsonValue.Create("null"));
        }

        // A name that the comparison is up to says nothing.
        if (node.FirstOrDefault() is { Key: "memdev" or "port" or "endpoint" or "decoder", Value: JsonValue name })
            members[node.First().Key] = JsonValue.Create(names.Of(name.GetValue<string>()));
        return members;
    }

    private static SortedDictionary<string, JsonNode> Items(JsonArray array, Names names)
    {
        var items = new SortedDictionary<string, JsonNode>(StringComparer.Ordinal);
        for (int i = 0; i < array.Count; i++)
        {
            string key = array[i] switch
            {
                JsonObject node when node["position"] is { } position => "[" + position + "]",
                JsonObject node when node.FirstOrDefault().Value is JsonValue first && first.TryGetValue(out string? name) => names.Of(name),
                _ => string.Create(CultureInfo.InvariantCulture, $"[{i}]"),
            };
            if (!items.TryAdd(key, array[i]!))
                items.Add(string.Create(CultureInfo.InvariantCulture, $"{key} again, item {i}"), array[i]!);
        }

        return items;
    }

    private static string Text(JsonNode node, Names names) => node switch
    {
        JsonValue value when value.TryGetValue(out string? text) => names.Of(text),
        JsonArray array => array.Count == 1 ? "an array of 1" : string.Create(CultureInfo.InvariantCulture, $"an array of {array.Count}"),
        JsonObject => "an object",
        _ => node.ToJsonString(),
    };

    /// <summary>Names that do not depend on the order of probes: by serial number and place.</summary>
    private sealed class Names
    {
        private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);

        public Names(JsonNode listing)
        {
            Memdevs(listing);
            Ports(listing);
        }

        public string Of(string name)
        {
            if (names.TryGetValue(name, out string? known))
                return known;
            const string Decoder = "decoder";
            int dot = name.IndexOf('.', StringComparison.Ordinal);
            return name.StartsWith(Decoder, StringComparison.Ordinal) && dot > 0 && names.TryGetValue("#" + name[Decoder.Length..dot], out string? port)
                ? $"decoder {name[(dot + 1)..]} of {port}"
                : name;
        }

        private void Memdevs(JsonNode node)
        {
            if (node is JsonObject memdev && memdev["memdev"] is JsonValue name && memdev["serial"] is JsonValue serial)
                names[name.GetValue<string>()] = string.Create(CultureInfo.InvariantCulture, $"memdev 0x{serial.GetValue<ulong>():x}");
            foreach (JsonNode child in Children(node))
                Memdevs(child);
        }

        private void Ports(JsonNode node)
        {
            foreach (string kind in new[] { "port", "endpoint" })
            {
                if (node is JsonObject port && port[kind] is JsonValue name && port["host"] is JsonValue host)
                {
                    string text = name.GetValue<string>();
                    names[text] = $"{kind} of {Of(host.GetValue<string>())}";
                    names["#" + text[kind.Length..]] = names[text]; // as decoders name it
                }
            }

            foreach (JsonNode child in Children(node))
                Ports(child);
        }

        private static IEnumerable<JsonNode> Children(JsonNode node) => node switch
        {
            JsonObject entry => entry.Select(m => m.Value).OfType<JsonNode>(),
            JsonArray array => array.OfType<JsonNode>(),
            _ => [],
        };
    }
}
