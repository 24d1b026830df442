using System.CommandLine;
using System.CommandLine.Parsing;
using CxlTopology.Cli.Commands;
using CxlTopology.Cli.Output;

namespace CxlTopology.Cli;

/// <summary>The command line: parses, runs a command, and turns whatever happens into an exit code.</summary>
internal static class CommandLine
{
    /// <summary>Runs one command line.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("cxltopo: a simulator of CXL topologies. Every component is an actor; the same seed gives the same run.")
        {
            RunCommand.Create(),
            ConformanceCommand.Create(),
            DecodeCommand.Create(),
        };
        // Arguments starting with @ are names of files like any other here, not response files.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (parsed.Errors.Count > 0)
        {
            foreach (ParseError error in parsed.Errors)
                await Console.Error.WriteLineAsync("cxltopo: " + error.Message);
            await Console.Error.WriteLineAsync($"Try 'cxltopo {string.Join(' ', Commands(parsed))}--help'.");
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UserErrorException error)
        {
            await Console.Error.WriteLineAsync(error.Message);
            return error.ExitCode;
        }
        catch (IOException error) when (error is not FileNotFoundException && Terminal.IsBrokenPipe(error))
        {
            return ExitCode.Done; // whoever read the output has had enough
        }
#pragma warning disable CA1031 // the last resort: a fault of the program gets a code of its own, and its trace only on demand
        catch (Exception error)
#pragma warning restore CA1031
        {
            await Console.Error.WriteLineAsync($"cxltopo: internal error: {error.GetType().Name}: {error.Message}");
            await Console.Error.WriteLineAsync(
                Environment.GetEnvironmentVariable("CXLTOPO_TRACE") is null ? "This is a fault of cxltopo. Set CXLTOPO_TRACE=1 to see where." : error.StackTrace);
            return ExitCode.Internal;
        }
    }

    private static IEnumerable<string> Commands(ParseResult parsed)
    {
        for (SymbolResult? result = parsed.CommandResult; result is CommandResult { Command: not RootCommand } command; result = command.Parent)
            yield return command.Command.Name + " ";
    }
}
