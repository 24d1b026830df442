using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace CxlTopology.Experiments;

/// <summary>A decode case that was measured elsewhere (schema <c>cxl-decode-case/1</c>): a topology, its programming, and where addresses landed.</summary>
public sealed record DecodeCase
{
    /// <summary>The schema this reader knows.</summary>
    public const string KnownSchema = "cxl-decode-case/1";

    private static readonly JsonSerializerOptions options = new(JsonSerializerDefaults.Web) { Converters = { new HexadecimalConverter() } };

    /// <summary>The schema of the file.</summary>
    public required string Schema { get; init; }

    /// <summary>The case's name.</summary>
    public required string Id { get; init; }

    /// <summary>Host bridges and what hangs below.</summary>
    public required CaseTopology Topology { get; init; }

    /// <summary>Fixed memory windows.</summary>
    public required IReadOnlyList<CaseWindow> Cfmws { get; init; }

    /// <summary>Register writes, in order; empty if the case gives <see cref="Decoders"/> instead.</summary>
    public IReadOnlyList<CaseWrite> Programming { get; init; } = [];

    /// <summary>The programming in words.</summary>
    public IReadOnlyList<CaseDecoder> Decoders { get; init; } = [];

    /// <summary>HDM registers after the programming.</summary>
    public IReadOnlyList<CaseRegister> ReadBack { get; init; } = [];

    /// <summary>Where addresses landed.</summary>
    public required IReadOnlyList<CaseSample> Samples { get; init; }

    /// <summary>Where functions were on the PCI buses (<c>0c:00.0</c>), by component or port.</summary>
    public IReadOnlyDictionary<string, string> Bdf { get; init; } = new Dictionary<string, string>();

    /// <summary>The commands that an operating system was given; empty if it was programmed otherwise. <c>$(memdev 0x1000)</c> stands for the memory device with that serial number.</summary>
    public IReadOnlyList<string> Commands { get; init; } = [];

    /// <summary>What the commands printed, line by line.</summary>
    public IReadOnlyList<string> CommandOutput { get; init; } = [];

    /// <summary>What <c>cxl list -vvv</c> printed before the commands; null if nobody asked.</summary>
    public JsonNode? CxlListBefore { get; init; }

    /// <summary>What <c>cxl list -vvv</c> printed after the commands; null if nobody asked.</summary>
    public JsonNode? CxlListAfter { get; init; }

    /// <summary>Reads a case.</summary>
    /// <exception cref="JsonException">It is not a case of the known schema; the message says where.</exception>
    public static DecodeCase Parse(string json)
    {
        DecodeCase parsed = JsonSerializer.Deserialize<DecodeCase>(json, options) ?? throw new JsonException("The file is null.");
        return parsed.Schema == KnownSchema ? parsed : throw new JsonException($"The schema is {parsed.Schema}; {KnownSchema} is known.");
    }

    /// <summary>Addresses: a number, or hexadecimal text.</summary>
    private sealed class HexadecimalConverter : JsonConverter<ulong>
    {
        public override ulong Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Number)
                return reader.GetUInt64();
            string? text = reader.GetString();
            return text is not null && text.StartsWith("0x", StringComparison.Ordinal)
                && ulong.TryParse(text.AsSpan(2), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture, out ulong value)
                    ? value
                    : throw new JsonException($"\"{text}\" is not an address such as \"0x110000000\".");
        }

        public override void Write(Utf8JsonWriter writer, ulong value, JsonSerializerOptions options) => writer.WriteStringValue($"0x{value:x}");
    }
}
