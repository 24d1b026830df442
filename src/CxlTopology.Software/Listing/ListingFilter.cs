using System.Globalization;

namespace CxlTopology.Software;

/// <summary>What the filters of a listing match.</summary>
public static class ListingFilter
{
    private const string Everything = "all";
    private const string RootHost = "ACPI0017:00";

    /// <summary>The words of a filter: separated by blanks if it has one, else by commas.</summary>
    public static string[] Words(string filter) =>
        filter.Split(filter.Contains(' ', StringComparison.Ordinal) ? ' ' : ',', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Whether a memory device is meant, by id, name or place, and by serial number.</summary>
    public static bool Matches(CxlMemdev memdev, string? filter, string? serials = null) =>
        Any(filter, word => IsId(word, "mem", memdev.Id) || word == memdev.Function.Bdf.ToString())
        && (serials is null || Array.Exists(Words(serials), word => ToolNumber.TryParse(word, out ulong serial) && serial == memdev.Serial));

    /// <summary>Whether a decoder is meant, by ids, name or kind of port.</summary>
    public static bool Matches(CxlDecoder decoder, string? filter) => Any(filter, word =>
        word == decoder.Name
        || word == string.Create(CultureInfo.InvariantCulture, $"{decoder.Port.Id}.{decoder.Instance}")
        || IsKind(word, decoder.Port));

    /// <summary>Whether a region is meant, by id or name.</summary>
    public static bool Matches(CxlRegion region, string? filter) => Any(filter, word => IsId(word, "region", region.Id));

    /// <summary>Whether the root is meant as a bus, by id, name or provider.</summary>
    public static bool MatchesBus(CxlPort root, string? filter) => Any(filter, word => IsId(word, "root", root.Id) || word == root.Host);

    /// <summary>Whether an endpoint is meant, by id, name or memory device.</summary>
    public static bool MatchesEndpoint(CxlPort endpoint, string? filter) =>
        Any(filter, word => IsId(word, "endpoint", endpoint.Id) || word == endpoint.Host);

    /// <summary>Whether a port is meant: itself, or, unless it alone counts, one above it.</summary>
    public static bool MatchesPort(CxlPort port, string? filter, bool single)
    {
        for (CxlPort? at = port; at is not null; at = at.Parent)
        {
            CxlPort here = at;
            if (Any(filter, word => IsId(word, "port", here.Id) || word == here.Name || word == here.Host || IsRootHost(word, here) || IsKind(word, here)))
                return true;
            if (single)
                return false;
        }

        return false;
    }

    /// <summary>Whether some word of the filter contains a text.</summary>
    internal static bool Mentions(string? filter, string text) =>
        filter is not null && Array.Exists(Words(filter), word => word.Contains(text, StringComparison.Ordinal));

    /// <summary>Whether a memory device is reached through a downstream port.</summary>
    internal static bool Leads(CxlDport dport, CxlMemdev memdev)
    {
        for (CxlPort? at = memdev.Endpoint; at is not null; at = at.Parent)
        {
            if (at.ParentDport == dport)
                return true;
        }

        return false;
    }

    private static bool Any(string? filter, Predicate<string> matches) =>
        filter is null || Array.Exists(Words(filter), word => word == Everything || matches(word));

    private static bool IsId(string word, string prefix, int id)
    {
        ReadOnlySpan<char> digits = word.StartsWith(prefix, StringComparison.Ordinal) ? word.AsSpan(prefix.Length) : word;
        return int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out int value) && value == id;
    }

    private static bool IsRootHost(string word, CxlPort port) => port.Kind == CxlPortKind.Root && word == RootHost;

    private static bool IsKind(string word, CxlPort port) => word switch
    {
        "root" => port.Kind == CxlPortKind.Root,
        "switch" => port.Kind is CxlPortKind.HostBridge or CxlPortKind.Switch,
        "endpoint" => port.Kind == CxlPortKind.Endpoint,
        _ => false,
    };
}
