using System.CommandLine;
using System.CommandLine.Help;
using CxlTopology.Cli.Commands;
using CxlTopology.Cli.Output;

namespace CxlTopology.Cli;

/// <summary>The command line: parses, runs a command, and turns whatever happens into an exit code.</summary>
internal static class CommandLine
{
    private const int NoSpaceUnix = 28; // ENOSPC
    private const int NoSpaceWindows = unchecked((int)0x80070070); // ERROR_DISK_FULL

    /// <summary>Runs one command line.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        RootCommand root = Create();
        // Arguments starting with @ are names of files like any other here, not response files.
        ParseResult parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
        if (UsageErrors.Any(parsed) && parsed.Action is not (HelpText or VersionText))
        {
            foreach (string line in UsageErrors.Of(parsed))
                await Console.Error.WriteLineAsync(line);
            return ExitCode.Usage;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (UserErrorException error)
        {
            // What all ranks refuse alike rank 0 says. Another that exited with an error first would have mpirun end rank 0 before that.
            if (MpiRun.Started is { Rank: > 0 })
                return ExitCode.Done;
            await Console.Error.WriteLineAsync(error.Message);
            return error.ExitCode;
        }
        catch (IOException error) when (error is not FileNotFoundException && Terminal.IsBrokenPipe(error))
        {
            return ExitCode.Done; // whoever read the output has had enough
        }
        catch (IOException error) when (error.HResult is NoSpaceUnix or NoSpaceWindows)
        {
            await Console.Error.WriteLineAsync($"cxltopo: the output cannot be written: {error.Message}.");
            return ExitCode.Usage;
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

    private static RootCommand Create()
    {
        var root = new RootCommand("""
            A simulator of CXL topologies: every component is an actor, the same seed gives the same run.

            Examples:
              cxltopo run topologies/quickstart.yaml
              cxltopo validate topologies/*.yaml
              cxltopo explain CXT0112

            Environment:
              NO_COLOR, TERM=dumb   no colour (redirected output never has any)
              CXLTOPO_TRACE=1       says where in the program an internal error happened

            Exit codes: 0 done, 1 an expectation failed or something compared differs, 2 usage, 3 a file is
            wrong, 4 a checker found an inconsistency, 5 no progress, 70 internal, 130/143 interrupted.
            """)
        {
            RunCommand.Create(),
            NodeCommand.Create(),
            ValidateCommand.Create(),
            ShowCommand.Create(),
            DecodeCommand.Create(),
            ListCommand.Create(),
            CreateRegionCommand.Create(),
            DisableRegionCommand.Create(),
            DestroyRegionCommand.Create(),
            DumpCommand.Create(),
            TranslateCommand.Create(),
            ConformanceCommand.Create(),
            ExplainCommand.Create(),
            SchemaCommand.Create(),
            CompletionCommand.Create(),
        };
        root.Options.Clear();
        root.Add(new HelpOption("--help", "-h") { Description = "Show this help.", Action = new HelpText() });
        root.Add(new VersionOption { Description = "Show the version.", Action = new VersionText() });
        return root;
    }
}
