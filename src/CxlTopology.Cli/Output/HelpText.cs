using System.CommandLine;
using System.CommandLine.Invocation;
using System.Text;

namespace CxlTopology.Cli.Output;

/// <summary>Prints the help of a command, at most 100 columns wide.</summary>
/// <remarks>
/// The first paragraph of a command's description is its purpose, and alone stands in the list of commands; what follows (examples, exit codes) is printed
/// last, as it is.
/// </remarks>
internal sealed class HelpText : SynchronousCommandLineAction
{
    /// <summary>Columns of a line at most.</summary>
    public const int Width = 100;

    private const int LabelMax = 36;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        parseResult.InvocationConfiguration.Output.Write(Of(parseResult.CommandResult.Command));
        return ExitCode.Done;
    }

    /// <summary>The help of a command, ending with a line feed.</summary>
    public static string Of(Command command)
    {
        var text = new StringBuilder();
        (string purpose, string rest) = Split(command.Description ?? "");
        Paragraph(text, purpose, "");
        text.Append("\nUsage:\n  ").Append(Usage(command)).Append('\n');
        Section(text, "Commands", command.Subcommands.Where(c => !c.Hidden).Select(c => (c.Name, Split(c.Description ?? "").Purpose)));
        Section(text, "Arguments", command.Arguments.Where(a => !a.Hidden).Select(a => (Label(a), a.Description ?? "")));
        Section(text, "Options", OptionsOf(command).Select(o => (Label(o), Describe(o))));
        if (rest.Length > 0)
            text.Append('\n').Append(rest.TrimEnd()).Append('\n');
        return text.ToString();
    }

    private static (string Purpose, string Details) Split(string description)
    {
        string text = description.ReplaceLineEndings("\n");
        int end = text.IndexOf("\n\n", StringComparison.Ordinal);
        return end < 0 ? (text, "") : (text[..end], text[(end + 2)..]);
    }

    private static string Usage(Command command)
    {
        var words = new List<string>();
        for (Symbol? at = command; at is Command named; at = at.Parents.FirstOrDefault(p => p is Command))
            words.Insert(0, named is RootCommand ? "cxltopo" : named.Name);
        if (command.Subcommands.Count > 0)
            words.Add("<command>");
        words.AddRange(command.Arguments.Where(a => !a.Hidden).Select(Label));
        words.Add("[options]");
        return string.Join(' ', words);
    }

    private static IEnumerable<Option> OptionsOf(Command command)
    {
        IEnumerable<Option> inherited = command.Parents.OfType<Command>().SelectMany(OptionsOf).Where(o => o.Recursive);
        return command.Options.Concat(inherited).Where(o => !o.Hidden);
    }

    private static string Label(Argument argument)
    {
        string name = argument.HelpName ?? argument.Name;
        string label = argument.Arity.MaximumNumberOfValues > 1 ? $"<{name}>..." : $"<{name}>";
        return argument.Arity.MinimumNumberOfValues == 0 ? $"[{label}]" : label;
    }

    private static string Label(Option option)
    {
        string names = string.Join(", ", option.Aliases.Append(option.Name).Distinct().OrderBy(n => n.Length));
        if (option.ValueType == typeof(bool) || option.Arity.MaximumNumberOfValues == 0)
            return names;
        string[] words = [.. option.GetCompletions(System.CommandLine.Completions.CompletionContext.Empty).Select(c => c.Label)];
        return $"{names} <{option.HelpName ?? (words.Length > 0 ? string.Join('|', words) : option.Name.TrimStart('-'))}>";
    }

    private static string Describe(Option option) =>
        option.Description + (option is { HasDefaultValue: true } && option.ValueType != typeof(bool) ? $" [default: {option.GetDefaultValue()}]" : "");

    private static void Section(StringBuilder text, string title, IEnumerable<(string Label, string Description)> rows)
    {
        (string Label, string Description)[] all = [.. rows];
        if (all.Length == 0)
            return;
        text.Append('\n').Append(title).Append(":\n");
        int column = 4 + Math.Min(LabelMax, all.Max(r => r.Label.Length));
        foreach ((string label, string description) in all)
        {
            string start = "  " + label;
            if (start.Length + 2 > column)
            {
                text.Append(start).Append('\n');
                start = "";
            }

            Paragraph(text, start.PadRight(column) + description, new string(' ', column));
        }
    }

    /// <summary>Breaks at blanks; every line but the first begins with the indent.</summary>
    private static void Paragraph(StringBuilder text, string paragraph, string indent)
    {
        string line = paragraph.ReplaceLineEndings(" ").TrimEnd();
        while (line.Length > Width)
        {
            int at = line.LastIndexOf(' ', Width);
            if (at <= indent.Length)
                break; // one word that fills the line
            text.Append(line.AsSpan(0, at).TrimEnd()).Append('\n');
            line = indent + line[(at + 1)..];
        }

        text.Append(line).Append('\n');
    }
}
