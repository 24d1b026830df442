using System.Text.Json;

namespace CxlTopology.Specification;

/// <summary>Translation as JSON lines: a request in, an answer out.</summary>
/// <remarks>
/// A request is an object with <c>ways</c>, <c>granularity</c> (bytes), <c>math</c> (<c>modulo</c> or <c>xor</c>), and either <c>dpa</c>
/// and <c>pos</c> or <c>hpa</c>; for xor also <c>xormaps</c>, of which as many are used as <c>rootWays</c> (the ways, if left out) needs
/// and the rest is ignored. Numbers are JSON integers or strings of <c>0x</c> and hexadecimal digits, 0 to 2^64-1. A member that is null
/// counts as left out, one that is not named here is ignored.
/// </remarks>
public static class TranslationLines
{
    /// <summary>The longest line read, in characters: 65,536.</summary>
    public const int LineMax = 65_536;

    /// <summary>Answers one line with one line. Whatever is wrong with it is in the answer's <c>error</c>; nothing is thrown.</summary>
    public static string AnswerLine(string jsonLine)
    {
        if (jsonLine.Length > LineMax)
            return TranslationAnswer.Failed($"the line has {jsonLine.Length} characters; {LineMax} are read").ToJson();
        try
        {
            using var document = JsonDocument.Parse(jsonLine);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? Answer(document.RootElement).ToJson()
                : TranslationAnswer.Failed("the line is not a JSON object").ToJson();
        }
        catch (Exception error) when (error is JsonException or ArgumentException or InvalidOperationException)
        {
            // Text that is no JSON, or holds half a surrogate pair, which the parser reports in one of the other two ways.
            return TranslationAnswer.Failed("the line is not JSON").ToJson();
        }
    }

    private static TranslationAnswer Answer(JsonElement line)
    {
        if (!TryReadInterleave(line, out Interleave interleave, out string? problem)
            || !TryReadMath(line, interleave.Ways, out InterleaveArithmetic arithmetic, out XorMaps? maps, out problem)
            || !TryRead(line, "hpa", out ulong? hpa, out problem)
            || !TryRead(line, "dpa", out ulong? dpa, out problem)
            || !TryRead(line, "pos", out ulong? pos, out problem))
        {
            return TranslationAnswer.Failed(problem!);
        }

        var request = new TranslationRequest { Interleave = interleave, Arithmetic = arithmetic, XorMaps = maps };
        if (hpa is not null)
        {
            return dpa is null && pos is null
                ? (request with { HostOffset = hpa }).Answer()
                : TranslationAnswer.Failed("hpa goes without dpa and pos: one direction a line");
        }

        if (dpa is not ulong deviceOffset)
            return TranslationAnswer.Failed("dpa is missing (or hpa, for the other direction)");
        return pos is ulong position
            ? (request with { DeviceOffset = deviceOffset, Position = position }).Answer()
            : TranslationAnswer.Failed("pos is missing");
    }

    private static bool TryReadInterleave(JsonElement line, out Interleave interleave, out string? problem)
    {
        interleave = default;
        if (!TryReadWays(line, "ways", out int? ways, out problem) || !TryRead(line, "granularity", out ulong? bytes, out problem))
            return false;
        if (ways is null || bytes is null)
        {
            problem = ways is null ? "ways is missing" : "granularity is missing";
            return false;
        }

        if (bytes > int.MaxValue || !InterleaveGranularity.TryEncode((int)bytes, out _))
        {
            problem = $"granularity {bytes} is not one of {string.Join(", ", InterleaveGranularity.All)}";
            return false;
        }

        interleave = Interleave.Of(ways.Value, (int)bytes);
        return true;
    }

    private static bool TryReadMath(
        JsonElement line, int ways, out InterleaveArithmetic arithmetic, out XorMaps? maps, out string? problem)
    {
        maps = null;
        arithmetic = InterleaveArithmetic.Modulo;
        if (!TryReadWays(line, "rootWays", out int? rootWays, out problem) || !TryReadMaps(line, out List<ulong> listed, out problem))
            return false;

        string? math = Member(line, "math") switch
        {
            null => null,
            { ValueKind: JsonValueKind.String } text => text.GetString(),
            _ => "",
        };
        switch (math)
        {
            case "modulo":
                return true;
            case "xor":
                arithmetic = InterleaveArithmetic.Xor;
                return XorMaps.TryCreate(listed, rootWays ?? ways, out maps, out problem);
            default:
                problem = math is null ? "math is missing: modulo or xor" : "math is neither modulo nor xor";
                return false;
        }
    }

    private static bool TryReadMaps(JsonElement line, out List<ulong> maps, out string? problem)
    {
        maps = [];
        problem = null;
        if (Member(line, "xormaps") is not JsonElement list)
            return true;
        if (list.ValueKind != JsonValueKind.Array)
        {
            problem = "xormaps is not an array";
            return false;
        }

        foreach (JsonElement element in list.EnumerateArray())
        {
            if (!TranslationNumber.TryParse(element, out ulong map))
            {
                problem = $"xormaps[{maps.Count}] {TranslationNumber.Expected}";
                return false;
            }

            maps.Add(map);
        }

        return true;
    }

    private static bool TryReadWays(JsonElement line, string name, out int? ways, out string? problem)
    {
        ways = null;
        if (!TryRead(line, name, out ulong? value, out problem))
            return false;
        if (value is null)
            return true;
        if (value > InterleaveWays.Max || !InterleaveWays.TryEncode((int)value, out _))
        {
            problem = $"{name} {value} is not one of {string.Join(", ", InterleaveWays.All)}";
            return false;
        }

        ways = (int)value;
        return true;
    }

    private static bool TryRead(JsonElement line, string name, out ulong? value, out string? problem)
    {
        value = null;
        problem = null;
        if (Member(line, name) is not JsonElement element)
            return true;
        if (!TranslationNumber.TryParse(element, out ulong parsed))
        {
            problem = $"{name} {TranslationNumber.Expected}";
            return false;
        }

        value = parsed;
        return true;
    }

    private static JsonElement? Member(JsonElement line, string name) =>
        line.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? value : null;
}
