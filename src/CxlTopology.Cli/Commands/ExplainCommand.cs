using System.CommandLine;
using CxlTopology.Description;
using CxlTopology.Experiments;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo explain</c>: the page of a numbered error.</summary>
internal static class ExplainCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var codes = new Argument<string[]>("CODE") { Description = "Number of an error: CXT0112, cxt112 or 112.", Arity = ArgumentArity.ZeroOrMore };
        var all = new Option<bool>("--all") { Description = "Print the pages of all errors as Markdown: docs/errors.md." };
        var command = new Command("explain", """
            Explains errors by their numbers: what is wrong, why, an example, and the example put right.

            Examples:
              cxltopo explain CXT0112
              cxltopo explain 501 502
              cxltopo explain --all > docs/errors.md

            Exit codes: 0 done, 2 usage or no such number, 70 internal.
            """)
        {
            codes, all,
        };
        command.SetAction(parsed =>
        {
            string[] wanted = parsed.GetValue(codes) ?? [];
            if (parsed.GetValue(all) == wanted.Length > 0)
                throw new UserErrorException(ExitCode.Usage, $"cxltopo explain: a number, such as CXT0112, or --all.{Environment.NewLine}Try 'cxltopo explain --help'.");
            if (wanted.Length > 0)
                return Explain(wanted);
            Console.Out.Write(ErrorCatalogue.Markdown(TraceErrorPages.All));
            return ExitCode.Done;
        });
        return command;
    }

    private static int Explain(string[] wanted)
    {
        ErrorPage[] pages = [.. ErrorCatalogue.Pages.Concat(TraceErrorPages.All)];
        int code = ExitCode.Done;
        bool first = true;
        foreach (string id in wanted)
        {
            if (ErrorCatalogue.Find(id, pages) is { } page)
            {
                Console.Out.Write((first ? "" : "\n") + page.ToText());
                first = false;
            }
            else
            {
                Console.Error.WriteLine("cxltopo explain: " + Unknown(id, pages));
                code = ExitCode.Usage;
            }
        }

        return code;
    }

    private static string Unknown(string id, ErrorPage[] pages)
    {
        string digits = id.StartsWith("CXT", StringComparison.OrdinalIgnoreCase) ? id[3..] : id;
        if (digits.Length is > 0 and <= 4 && digits.All(char.IsAsciiDigit))
        {
            // Numbers come in hundreds, one for each part of a file.
            string number = "CXT" + digits.PadLeft(4, '0');
            string[] near = [.. pages.Select(p => p.Id).Where(p => p[..5] == number[..5])];
            string range = near.Length > 0 ? $"Did you mean one of {near[0]} to {near[^1]}?" : "The numbers are " + Ranges(pages) + ".";
            return $"there is no {number}. {range}";
        }

        ErrorPage[] about = [.. pages.Where(p => id.Length > 2 && p.Title.Contains(id, StringComparison.OrdinalIgnoreCase)).Take(5)];
        return $"'{id}' is not the number of an error. " + (about.Length > 0
            ? "Did you mean " + string.Join(", ", about.Select(p => $"{p.Id} ({p.Title})")) + "?"
            : "The numbers are " + Ranges(pages) + ".");
    }

    private static string Ranges(ErrorPage[] pages) =>
        string.Join(", ", pages.Select(p => p.Id).Distinct().GroupBy(p => p[..5]).Select(g => $"{g.First()} to {g.Last()}"));
}
