using CxlTopology.Cli.Commands;
using Spectre.Console;

namespace CxlTopology.Cli.Output;

/// <summary>Where tables and talk go, and whether colour is welcome there.</summary>
internal static class Terminal
{
    private const int WidthMax = 4096;

    /// <summary>Standard output for people.</summary>
    /// <remarks>mpirun gives its ranks a terminal of its own, which is none of the user's: there it is taken for redirected.</remarks>
    public static IAnsiConsole Out { get; } = Create(Console.Out, Console.IsOutputRedirected || MpiRun.Started is not null);

    /// <summary>Whether standard error is a terminal that can redraw a line.</summary>
    public static bool ErrorIsInteractive => !Console.IsErrorRedirected && MpiRun.Started is null && Environment.GetEnvironmentVariable("TERM") is not (null or "dumb");

    /// <summary>Whether an exception says that the reader of a pipe has gone.</summary>
    public static bool IsBrokenPipe(IOException error) => error.Message.Contains("Broken pipe", StringComparison.OrdinalIgnoreCase);

    private static IAnsiConsole Create(TextWriter writer, bool redirected)
    {
        // Spectre.Console writes colour codes into pipes unless told not to. NO_COLOR takes bold with it: what is plain is plain.
        bool plain = redirected || Environment.GetEnvironmentVariable("TERM") == "dumb" || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
            ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(writer),
        });
        // Tables and sentences are not squeezed into a narrow terminal, which would break words and numbers: it wraps whole lines itself.
        console.Profile.Width = WidthMax;
        return console;
    }
}
