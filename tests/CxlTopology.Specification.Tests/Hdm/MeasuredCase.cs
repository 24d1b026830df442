using System.Globalization;
using System.Text.Json;

namespace CxlTopology.Specification.Tests;

/// <summary>A decode case measured on real software, and the walk of an address through it by the specification's arithmetic.</summary>
internal sealed class MeasuredCase
{
    private readonly JsonElement root;
    private readonly Dictionary<string, List<JsonElement>> decoders = [];

    private MeasuredCase(JsonElement root)
    {
        this.root = root;
        foreach (JsonElement decoder in root.GetProperty("decoders").EnumerateArray())
        {
            string component = decoder.GetProperty("component").GetString()!;
            if (!decoders.TryGetValue(component, out List<JsonElement>? list))
                decoders.Add(component, list = []);
            list.Add(decoder);
        }
    }

    public JsonElement this[string name] => root.GetProperty(name);

    public static MeasuredCase Load(string id)
    {
        byte[] text = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "golden", id + ".json"));
        using var document = JsonDocument.Parse(text);
        return new MeasuredCase(document.RootElement.Clone());
    }

    public static ulong Address(JsonElement element) =>
        ulong.Parse(element.GetString().AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);

    /// <summary>Every component with HDM registers, by the kind its place in the tree gives it.</summary>
    public ComponentKind KindOf(string component)
    {
        foreach (JsonElement bridge in Bridges)
        {
            if (bridge.GetProperty("id").GetString() == component)
                return ComponentKind.HostBridge;
            foreach (JsonElement port in bridge.GetProperty("ports").EnumerateArray())
            {
                JsonElement link = port.GetProperty("link");
                bool present = link.ValueKind == JsonValueKind.Object;
                if (present && link.TryGetProperty("usp", out JsonElement usp) && usp.GetString() == component)
                    return ComponentKind.UpstreamPort;
            }
        }

        return ComponentKind.Endpoint;
    }

    /// <summary>The device and the device address a host address ends at; null if nothing claims it.</summary>
    public (string Device, ulong Dpa)? Decode(ulong hpa)
    {
        foreach (JsonElement element in root.GetProperty("cfmws").EnumerateArray())
        {
            FixedMemoryWindow window = new()
            {
                Base = new Hpa(Address(element.GetProperty("base"))),
                Size = new ByteSize(Address(element.GetProperty("size"))),
                Interleave = new Interleave(
                    element.GetProperty("encodedGranularity").GetByte(), element.GetProperty("encodedInterleaveWays").GetByte()),
                Targets = [.. element.GetProperty("targetUids").EnumerateArray().Select(uid => uid.GetInt32())],
            };
            if (!window.Contains(hpa))
                continue;
            int uid = window.Targets[window.TargetIndexOf(hpa)];
            JsonElement bridge = Bridges.Single(x => x.GetProperty("uid").GetInt32() == uid);
            JsonElement? link = bridge.GetProperty("passthrough").GetBoolean()
                ? bridge.GetProperty("ports")[0].GetProperty("link")
                : Route(bridge.GetProperty("id").GetString()!, bridge.GetProperty("ports"), hpa);
            return Descend(link, hpa);
        }

        return null;
    }

    private IEnumerable<JsonElement> Bridges => root.GetProperty("topology").GetProperty("hostBridges").EnumerateArray();

    private (string Device, ulong Dpa)? Descend(JsonElement? link, ulong hpa)
    {
        if (link is not { ValueKind: JsonValueKind.Object } found)
            return null;
        return found.GetProperty("type").GetString() == "switch"
            ? Descend(Route(found.GetProperty("usp").GetString()!, found.GetProperty("dsps"), hpa), hpa)
            : Land(found.GetProperty("id").GetString()!, hpa);
    }

    private JsonElement? Route(string component, JsonElement ports, ulong hpa)
    {
        foreach (JsonElement decoder in decoders.GetValueOrDefault(component) ?? [])
        {
            if (!decoder.GetProperty("committed").GetBoolean() || !Covers(decoder, hpa, out _))
                continue;
            int number = decoder.GetProperty("targets")[InterleaveOf(decoder).TargetOf(hpa)].GetInt32();
            return ports.EnumerateArray().Single(port => port.GetProperty("portNumber").GetInt32() == number).GetProperty("link");
        }

        return null;
    }

    private (string Device, ulong Dpa)? Land(string device, ulong hpa)
    {
        ulong dpa = 0;
        foreach (JsonElement decoder in decoders.GetValueOrDefault(device) ?? [])
        {
            if (!decoder.GetProperty("committed").GetBoolean())
                return null;
            dpa += Address(decoder.GetProperty("dpaSkip"));
            Interleave interleave = InterleaveOf(decoder);
            if (Covers(decoder, hpa, out ulong offset))
                return (device, dpa + interleave.DeviceOffsetOf(offset));
            dpa += Address(decoder.GetProperty("size")) / (ulong)interleave.Ways;
        }

        return null;
    }

    private static bool Covers(JsonElement decoder, ulong hpa, out ulong offset)
    {
        offset = hpa - Address(decoder.GetProperty("base"));
        return offset < Address(decoder.GetProperty("size"));
    }

    private static Interleave InterleaveOf(JsonElement decoder) =>
        Interleave.Of(decoder.GetProperty("ways").GetInt32(), decoder.GetProperty("granularity").GetInt32());
}
