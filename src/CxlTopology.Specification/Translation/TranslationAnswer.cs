using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace CxlTopology.Specification;

/// <summary>The answer to a <see cref="TranslationRequest"/>: a host offset, or a position and a device offset, or an error.</summary>
public sealed record TranslationAnswer
{
    private static readonly JsonSerializerOptions plainText = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The host offset, if a device offset was asked about.</summary>
    public ulong? HostOffset { get; init; }

    /// <summary>The device offset, if a host offset was asked about; goes with <see cref="Position"/>.</summary>
    public ulong? DeviceOffset { get; init; }

    /// <summary>The position in the interleave set, if a host offset was asked about.</summary>
    public int Position { get; init; }

    /// <summary>What is wrong with the request; null if nothing is.</summary>
    public string? Error { get; init; }

    /// <summary>The answer to a request that cannot be answered.</summary>
    public static TranslationAnswer Failed(string error) => new() { Error = error };

    /// <summary>One compact JSON object: <c>{"hpa":"0x…"}</c>, <c>{"dpa":"0x…","pos":1}</c> or <c>{"error":"…"}</c>.</summary>
    public string ToJson()
    {
        if (Error is not null)
            return "{\"error\":" + JsonSerializer.Serialize(Error, plainText) + "}";
        return HostOffset is ulong host
            ? string.Create(CultureInfo.InvariantCulture, $"{{\"hpa\":\"0x{host:x}\"}}")
            : string.Create(CultureInfo.InvariantCulture, $"{{\"dpa\":\"0x{DeviceOffset.GetValueOrDefault():x}\",\"pos\":{Position}}}");
    }
}
