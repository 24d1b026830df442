using System.Globalization;
using System.Text.Json.Nodes;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The kinds of single values, with their ranges.</summary>
internal static class Kinds
{
    private const string Number = "[0-9]+(_[0-9]+)*(\\.[0-9]+(_[0-9]+)*)? ?";
    private const string SizePattern = Number + "(B|KiB|MiB|GiB|TiB|PiB)";

    /// <summary>256 MiB, the step of windows, decoders and capacities.</summary>
    public const ulong Quarter = 256UL << 20;

    /// <summary>A name, or a name with a part of what it names: <c>host0.memory</c>.</summary>
    public static ScalarKind<string> DottedName { get; } = new(
        text =>
        {
            string[] parts = text.Split('.');
            return parts.Length == 2 && Names.Parse(parts[0]).Problem is null && Names.Parse(parts[1]).Problem is null ? text : Names.Parse(text);
        },
        () => Text("^[A-Za-z][A-Za-z0-9_-]*([.][A-Za-z][A-Za-z0-9_-]*)?$"));

    /// <summary>First address CXL.mem cannot carry.</summary>
    public const ulong AddressLimit = 1UL << 52;

    public static ScalarKind<string> Name { get; } = new(Names.Parse, () => Text("^[A-Za-z][A-Za-z0-9_-]*$"));

    public static ScalarKind<string> Text64 { get; } = FreeText(64);

    public static ScalarKind<string> Path { get; } = FreeText(4_096);

    public static ScalarKind<bool> Boolean { get; } = new(QuantityParser.Boolean,
        () => new JsonObject { ["enum"] = new JsonArray(true, false, "on", "off", "yes", "no") });

    public static ScalarKind<Hpa> Address { get; } = new(QuantityParser.Address, AddressSchema);

    public static ScalarKind<Bandwidth> Bandwidth { get; } = new(
        text => QuantityParser.Bandwidth(text) is { Problem: null, Value.BytesPerSecond: 0 }
            ? new Problem(DescriptionErrorCode.OutOfRange, "a bandwidth of 0", "Memory moves at least 1B/s.")
            : QuantityParser.Bandwidth(text),
        () => Text("^" + Number + "(B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)/s$"));

    public static ScalarKind<RateText> Rate { get; } =
        new(QuantityParser.Rate, () => Text("^" + Number + "((B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)|k|M|G)?/s$"));

    public static ScalarKind<Ratio> Share { get; } = new(QuantityParser.Share, () => Text("^(" + Number + "%|[0-9]+/[0-9]+)$"));

    public static ScalarKind<int> LinkRate { get; } = new(QuantityParser.LinkRate, () => Words("8GT/s", "16GT/s", "32GT/s", "64GT/s"));

    public static ScalarKind<int> LinkWidth { get; } = new(QuantityParser.LinkWidth, () => Words("x1", "x2", "x4", "x8", "x16"));

    public static ScalarKind<int> Granularity { get; } =
        new(ParseGranularity, () => Words("256B", "512B", "1KiB", "2KiB", "4KiB", "8KiB", "16KiB"));

    public static ScalarKind<int> Ways { get; } = new(
        text => Allowed(text, [1, 2, 3, 4, 6, 8, 12, 16], DescriptionErrorCode.NotAWayCount, "a number of ways"),
        () => Numbers(1, 2, 3, 4, 6, 8, 12, 16));

    public static ScalarKind<int> DecoderCount { get; } = new(
        text => Allowed(text, [1, 2, 4, 6, 8, 10], DescriptionErrorCode.OutOfRange, "a number of decoders"), () =>
            Numbers(1, 2, 4, 6, 8, 10));

    public static ScalarKind<int> TargetCount { get; } = new(
        text => Allowed(text, [1, 2, 4, 8], DescriptionErrorCode.OutOfRange, "a number of targets"), () => Numbers(1, 2, 4, 8));

    /// <summary>Text without control characters, which an escape could bring in; line breaks and tabs are fine.</summary>
    public static ScalarKind<string> FreeText(int lengthMax) => new(
        text =>
        {
            if (text.Length > lengthMax)
            {
                return new Problem(DescriptionErrorCode.OutOfRange, $"a text of {text.Length} characters",
                    $"At most {lengthMax} characters fit here.");
            }

            return text.All(c => c is '\n' or '\t' || !char.IsControl(c)) ? text
                : new Problem(DescriptionErrorCode.ControlCharacter, $"a control character in the text {PrintableText.Quote(text)}",
                    "Leave the escape out: names and paths are printed as they are.");
        },
        () => new JsonObject { ["type"] = "string", ["maxLength"] = lengthMax });

    /// <summary>A size within bounds, both included, and a multiple of something.</summary>
    public static ScalarKind<ByteSize> Size(ulong min = 0, ulong max = AddressLimit, ulong multiple = 1) => new(
        text =>
        {
            Parsed<ByteSize> size = QuantityParser.Size(text);
            if (size.Problem is not null)
                return size;
            if (size.Value.Bytes < min || size.Value.Bytes > max)
                return new Problem(DescriptionErrorCode.OutOfRange, $"the size {size.Value} is out of range",
                    $"It is {new ByteSize(min)} to {new ByteSize(max)}.");
            if (size.Value.Bytes % multiple != 0)
            {
                return new Problem(DescriptionErrorCode.SizeMisaligned,
                    $"the size {size.Value} is not a multiple of {new ByteSize(multiple)}",
                    $"The nearest below is {new ByteSize(size.Value.Bytes - (size.Value.Bytes % multiple))}.");
            }

            return size;
        },
        SizeSchema);

    /// <summary>How a size is written.</summary>
    public static JsonObject SizeSchema() => Text("^" + SizePattern + "$");

    /// <summary>A multiple of 256 MiB as address.</summary>
    public static ScalarKind<Hpa> AlignedAddress { get; } = new(
        text =>
        {
            Parsed<Hpa> address = QuantityParser.Address(text);
            if (address.Problem is not null || address.Value.Value % Quarter == 0)
                return address;
            return new Problem(DescriptionErrorCode.AddressMisaligned, $"the address {address.Value} is not a multiple of 256 MiB",
                $"The nearest below is {new Hpa(address.Value.Value & ~(Quarter - 1))}.");
        },
        AddressSchema);

    /// <summary>A duration within bounds, both included.</summary>
    public static ScalarKind<SimDuration> Duration(SimDuration min, SimDuration max) => new(
        text =>
        {
            Parsed<SimDuration> duration = QuantityParser.Duration(text);
            if (duration.Problem is not null || (duration.Value >= min && duration.Value <= max))
                return duration;
            return new Problem(DescriptionErrorCode.OutOfRange, $"the duration {duration.Value} is out of range", $"It is {min} to {max}.");
        },
        () => Text("^" + Number + "(fs|ps|ns|us|µs|μs|ms|s)$"));

    /// <summary>How long hardware takes: a duration up to a bound, or the word never.</summary>
    public static ScalarKind<HardwareDelay> Delay(SimDuration max)
    {
        ScalarKind<SimDuration> duration = Duration(SimDuration.Zero, max);
        return new ScalarKind<HardwareDelay>(
            text =>
            {
                if (text == "never")
                    return HardwareDelay.Never;
                Parsed<SimDuration> time = duration.Parse(text);
                return time.Problem is Problem problem ? problem with { Help = problem.Help + " Or write \"never\"." } : HardwareDelay.Of(time.Value);
            },
            () => Text("^(never|" + Number + "(fs|ps|ns|us|µs|μs|ms|s))$"));
    }

    /// <summary>A whole number within bounds, both included.</summary>
    public static ScalarKind<long> Long(long min, long max) => new(
        text =>
        {
            Parsed<ulong> value = QuantityParser.Integer(text);
            if (value.Problem is Problem problem)
                return problem;
            if (value.Value > long.MaxValue || (long)value.Value < min || (long)value.Value > max)
                return new Problem(DescriptionErrorCode.OutOfRange, $"{PrintableText.Quote(text)} is out of range",
                    string.Create(CultureInfo.InvariantCulture, $"It is {min} to {max}."));
            return (long)value.Value;
        },
        () => IntegerSchema(min, max));

    /// <summary>A whole number within bounds, both included.</summary>
    public static ScalarKind<int> Integer(int min, int max)
    {
        ScalarKind<long> wide = Long(min, max);
        return new ScalarKind<int>(text =>
            wide.Parse(text) is { Problem: Problem problem } ? problem : (int)wide.Parse(text).Value, () => IntegerSchema(min, max));
    }

    /// <summary>Any number of 64 bits.</summary>
    public static ScalarKind<ulong> Unsigned64 { get; } = new(QuantityParser.Integer, () => new JsonObject
    {
        ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer", ["minimum"] = 0 }, Text("^(0x[0-9A-Fa-f_]+|[0-9][0-9_]*)$")),
    });

    /// <summary>One of some words.</summary>
    public static ScalarKind<T> Choice<T>(params (string Word, T Value)[] choices) => new(
        text =>
        {
            foreach ((string word, T value) in choices)
            {
                if (word == text)
                    return value;
            }

            string[] words = [.. choices.Select(choice => choice.Word)];
            string known = words.Length == 1 ? $"It can only be {words[0]}." : $"It is one of {string.Join(", ", words)}.";
            return new Problem(DescriptionErrorCode.UnknownWord, $"{PrintableText.Quote(text)} is not known here",
                known + Suggestion.Among(text, words));
        },
        () => Words([.. choices.Select(choice => choice.Word)]));

    private static Parsed<int> ParseGranularity(string text)
    {
        Parsed<ByteSize> size = QuantityParser.Size(text);
        if (size.Problem is Problem problem)
            return problem;
        return size.Value.Bytes is >= 256 and <= 16384 && ulong.IsPow2(size.Value.Bytes) ? (int)size.Value.Bytes
            : new Problem(DescriptionErrorCode.NotAGranularity, $"{size.Value} is not an interleave granularity",
                "Use 256B, 512B, 1KiB, 2KiB, 4KiB, 8KiB or 16KiB.");
    }

    private static Parsed<int> Allowed(string text, int[] allowed, DescriptionErrorCode code, string what)
    {
        Parsed<ulong> value = QuantityParser.Integer(text);
        if (value.Problem is Problem problem)
            return problem;
        foreach (int candidate in allowed)
        {
            if (value.Value == (ulong)candidate)
                return candidate;
        }

        return new Problem(code, $"{PrintableText.Quote(text)} is not {what}", $"Use one of {string.Join(", ", allowed)}.");
    }

    private static JsonObject AddressSchema() => new()
    {
        ["anyOf"] = new JsonArray(new JsonObject { ["type"] = "integer", ["minimum"] = 0 },
            Text("^(0x[0-9A-Fa-f_]+|[0-9][0-9_]*|" + SizePattern + ")$")),
    };

    private static JsonObject IntegerSchema(long min, long max) => new()
    {
        ["anyOf"] = new JsonArray(
            new JsonObject { ["type"] = "integer", ["minimum"] = min, ["maximum"] = max }, Text("^(0x[0-9A-Fa-f_]+|[0-9][0-9_]*)$")),
    };

    private static JsonObject Text(string pattern) => new() { ["type"] = "string", ["pattern"] = pattern };

    /// <summary>Words, and what YAML makes of those that look like numbers or booleans.</summary>
    private static JsonObject Words(params string[] words)
    {
        JsonArray all = [];
        foreach (string word in words)
        {
            all.Add((JsonNode)word);
            if (int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int number))
                all.Add((JsonNode)number);
            else if (bool.TryParse(word, out bool flag))
                all.Add((JsonNode)flag);
        }

        return new JsonObject { ["enum"] = all };
    }

    private static JsonObject Numbers(params int[] numbers) =>
        new() { ["enum"] = new JsonArray([.. numbers.Select(number => (JsonNode)number)]) };
}
