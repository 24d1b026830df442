using System.Globalization;
using System.Text.Json;

namespace CxlTopology.Specification;

/// <summary>A number of 64 bits in a translation request: a JSON integer, or a string of <c>0x</c> and hexadecimal digits.</summary>
internal static class TranslationNumber
{
    /// <summary>What is said of a value that is none.</summary>
    public const string Expected = "is not a whole number from 0 to 2^64-1, nor a string like \"0x1f\"";

    /// <summary>The value; false if it is negative, fractional, too large or neither form.</summary>
    public static bool TryParse(JsonElement element, out ulong value)
    {
        value = 0;
        switch (element.ValueKind)
        {
            case JsonValueKind.Number:
                return element.TryGetUInt64(out value);
            case JsonValueKind.String:
                string text = element.GetString()!;
                return text.StartsWith("0x", StringComparison.OrdinalIgnoreCase)
                    && ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
            default:
                return false;
        }
    }
}
