using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace CxlTopology.Cli.Output;

/// <summary>What is wrong with a command line, in words.</summary>
internal static partial class UsageErrors
{
    /// <summary>Whether there is anything wrong.</summary>
    public static bool Any(ParseResult parsed) => parsed.Errors.Count > 0 || MistakenOption(parsed) is not null;

    /// <summary>A line for each error, then one line of hint.</summary>
    public static IEnumerable<string> Of(ParseResult parsed)
    {
        Command command = parsed.CommandResult.Command;
        string name = command is RootCommand ? "cxltopo" : "cxltopo " + command.Name;
        string? stranger = MistakenOption(parsed) ?? (parsed.UnmatchedTokens.Count > 0 ? parsed.UnmatchedTokens[0] : null);
        IEnumerable<string> messages = stranger is null ? parsed.Errors.Select(e => Plain(e.Message)).Distinct() : [Stranger(command, stranger)];
        foreach (string message in messages)
            yield return $"{name}: {message}";
        yield return $"Try '{name} --help'.";
    }

    // The parser takes an option that it does not know for an argument.
    private static string? MistakenOption(ParseResult parsed) =>
        parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash)
            ? null
            : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Select(t => t.Value).FirstOrDefault(t => t.Length > 1 && t[0] == '-');

    private static string Stranger(Command command, string token)
    {
        if (token.StartsWith('-'))
        {
            IEnumerable<string> options = command.Options.Concat(command.Parents.OfType<Command>().SelectMany(p => p.Options.Where(o => o.Recursive))).Select(o => o.Name);
            return $"there is no option '{token}'.{NearestWord.Hint(token, options)}";
        }

        return command.Subcommands.Count > 0
            ? $"there is no command '{token}'.{NearestWord.Hint(token, command.Subcommands.Select(c => c.Name))}"
            : $"'{token}' is one argument too many.";
    }

    // The parser speaks of types of the platform, and of commands by symbols; a user knows neither.
    private static string Plain(string message) => message switch
    {
        "Required command was not provided." => "a command is missing.",
        _ when CannotParse().Match(message) is { Success: true } number => $"{number.Groups["option"].Value} {number.Groups["value"].Value}: a whole number is expected.",
        _ when ArgumentMissing().Match(message) is { Success: true } argument => argument.Groups["name"].Value + " is missing.",
        _ when NoneOf().Match(message) is { Success: true } word =>
            $"'{word.Groups["value"].Value}' is none of {string.Join(", ", word.Groups["known"].Captures.Select(c => c.Value))}.{NearestWord.Hint(word.Groups["value"].Value, word.Groups["known"].Captures.Select(c => c.Value))}",
        _ => message,
    };

    [GeneratedRegex(@"^Cannot parse argument '(?<value>[^']*)' for option '(?<option>[^']*)' as expected type 'System\.(Nullable`1\[System\.)?Int")]
    private static partial Regex CannotParse();

    [GeneratedRegex("^Required argument '(?<name>[^']*)' missing for command")]
    private static partial Regex ArgumentMissing();

    [GeneratedRegex(@"^Argument '(?<value>[^']*)' not recognized\. Must be one of:(\s+'(?<known>[^']*)')+$")]
    private static partial Regex NoneOf();
}
