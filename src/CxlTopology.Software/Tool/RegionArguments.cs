using System.Globalization;

namespace CxlTopology.Software;

/// <summary>The command line of <c>cxl create-region</c>, <c>enable-region</c>, <c>disable-region</c> and <c>destroy-region</c>.</summary>
/// <param name="Verb">Which of them.</param>
public sealed record RegionArguments(RegionVerb Verb)
{
    /// <summary>The bus meant (<c>-b</c>): 0, <c>root0</c> or <c>ACPI.CXL</c>; null for any.</summary>
    public string? Bus { get; init; }

    /// <summary>The root decoder (<c>-d</c>); needed to create a region, otherwise null for any.</summary>
    public string? Decoder { get; init; }

    /// <summary>Size of the region (<c>-s</c>): decimal, 0x hexadecimal or 0 octal, with K, M, G or T after it; null for as much as fits.</summary>
    public string? Size { get; init; }

    /// <summary><c>ram</c> or <c>pmem</c> (<c>-t</c>); null for what the root decoder can, rather PMEM.</summary>
    public string? Type { get; init; }

    /// <summary>Number of memory devices (<c>-w</c>); null for those given, or all there are.</summary>
    public int? Ways { get; init; }

    /// <summary>Bytes to one device before the next (<c>-g</c>); null for the root decoder's.</summary>
    public int? Granularity { get; init; }

    /// <summary>The uuid of a PMEM region (<c>-U</c>); null to draw one.</summary>
    public string? Uuid { get; init; }

    /// <summary>Refuse devices whose QoS class is not the root decoder's (<c>-Q</c>).</summary>
    public bool EnforceQos { get; init; }

    /// <summary>The targets are memory devices (<c>-m</c>). Needed with targets.</summary>
    public bool Memdevs { get; init; }

    /// <summary>Destroy an enabled region as well (<c>-f</c>).</summary>
    public bool Force { get; init; }

    /// <summary>What follows the options: memory devices by position, or regions; each may be several, separated by commas or blanks.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    /// <summary>Reads a command line of the tool.</summary>
    /// <param name="words">The words after <c>cxl</c>.</param>
    /// <exception cref="FormatException">It is not one of these commands, or has an option they do not have; the message says which.</exception>
    public static RegionArguments Parse(IReadOnlyList<string> words)
    {
        RegionVerb verb = (words.Count > 0 ? words[0] : "") switch
        {
            "create-region" => RegionVerb.Create,
            "enable-region" => RegionVerb.Enable,
            "disable-region" => RegionVerb.Disable,
            "destroy-region" => RegionVerb.Destroy,
            var other => throw new FormatException($"'{other}' is none of create-region, enable-region, disable-region, destroy-region."),
        };
        var arguments = new RegionArguments(verb);
        var targets = new List<string>();
        for (int i = 1; i < words.Count; i++)
        {
            if (words[i] is not ['-', _, ..])
            {
                targets.Add(words[i]);
                continue;
            }

            (string name, string? value) = Split(words[i]);
            if (arguments.WithSwitch(name) is { } switched)
            {
                arguments = switched;
                continue;
            }

            value ??= ++i < words.Count ? words[i] : throw new FormatException($"{name} needs a value.");
            arguments = arguments.WithOption(name, value);
        }

        return arguments with { Targets = targets };
    }

    private RegionArguments? WithSwitch(string name) => name switch
    {
        "-m" or "--memdevs" => this with { Memdevs = true },
        "-Q" or "--enforce-qos" => this with { EnforceQos = true },
        "-f" or "--force" => this with { Force = true },
        "-u" or "--human" or "--debug" => this,
        _ => null,
    };

    private RegionArguments WithOption(string name, string value) => name switch
    {
        "-b" or "--bus" => this with { Bus = value },
        "-d" or "--decoder" => this with { Decoder = value },
        "-s" or "--size" => this with { Size = value },
        "-t" or "--type" => this with { Type = value },
        "-w" or "--ways" => this with { Ways = Number(name, value) },
        "-g" or "--granularity" => this with { Granularity = Number(name, value) },
        "-U" or "--uuid" => this with { Uuid = value },
        _ => throw new FormatException($"There is no option {name}."),
    };

    private static (string Name, string? Value) Split(string word)
    {
        if (word.StartsWith("--", StringComparison.Ordinal))
        {
            int equals = word.IndexOf('=', StringComparison.Ordinal);
            return equals < 0 ? (word, null) : (word[..equals], word[(equals + 1)..]);
        }

        return (word[..2], word.Length > 2 ? word[2..] : null);
    }

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out int number) ? number : throw new FormatException($"{name} {value}: a whole number is expected.");
}
