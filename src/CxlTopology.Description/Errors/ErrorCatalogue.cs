using System.Text;

namespace CxlTopology.Description;

/// <summary>All numbered errors of topology files, explained.</summary>
public static class ErrorCatalogue
{
    /// <summary>The pages in the order of their numbers.</summary>
    public static IReadOnlyList<ErrorPage> Pages { get; } =
    [
        .. FilePages.All, .. ValuePages.All, .. KeyPages.All, .. NamePages.All, .. HardwarePages.All, .. WindowPages.All,
        .. RegionPages.All,
        .. FirmwarePages.All, .. WorkloadPages.All, .. GuestPages.All,
    ];

    /// <summary>The page of a number as a person types it: <c>CXT0112</c>, <c>cxt112</c> or <c>112</c>. Null if there is none.</summary>
    public static ErrorPage? Find(string id) => Find(id, Pages);

    /// <summary>The page of a number among some pages; null if there is none.</summary>
    public static ErrorPage? Find(string id, IEnumerable<ErrorPage> pages)
    {
        string digits = id.StartsWith("CXT", StringComparison.OrdinalIgnoreCase) ? id[3..] : id;
        if (digits.Length is 0 or > 4 || !digits.All(char.IsAsciiDigit))
            return null;
        string wanted = "CXT" + digits.PadLeft(4, '0');
        return pages.FirstOrDefault(page => page.Id == wanted);
    }

    /// <summary>The page of a code, as <c>cxltopo explain</c> prints it.</summary>
    public static string Page(DescriptionErrorCode code) =>
        Find(DescriptionError.FormatId(code))?.ToText() ?? throw new ArgumentOutOfRangeException(
            nameof(code), code, "The code has no page.");

    /// <summary><c>docs/errors.md</c>: all pages, those given among them, by number.</summary>
    public static string Markdown(params IEnumerable<ErrorPage> more)
    {
        ErrorPage[] all = [.. Pages.Concat(more).OrderBy(page => page.Id, StringComparer.Ordinal)];
        StringBuilder text = new();
        text.Append("# Errors\n\nEvery error of a file has a number that never changes its meaning. `cxltopo explain CXT0112` prints one "
            + "page of this text, which is\n"
            + "printed by the tool itself and compared by a test.\n\n| number | error |\n|---|---|\n");
        foreach (ErrorPage page in all)
        {
            string anchor = (page.Id + ": " + page.Title).ToLowerInvariant();
            anchor = string.Concat(anchor.Where(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_')).Replace(' ', '-');
            text.Append("| [").Append(page.Id).Append("](#").Append(anchor).Append(") | ").Append(page.Title).Append(" |\n");
        }

        foreach (ErrorPage page in all)
            text.Append('\n').Append(page.ToMarkdown());
        return text.ToString();
    }
}
