using System.CommandLine;
using System.Text.Json;
using CxlTopology.Cli.Output;
using CxlTopology.Experiments;

namespace CxlTopology.Cli.Commands;

/// <summary><c>cxltopo conformance</c>: replays measured decode cases and compares.</summary>
internal static class ConformanceCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var paths = new Argument<string[]>("PATH") { Description = "Decode cases (JSON), or folders of them.", Arity = ArgumentArity.OneOrMore };
        var software = new Option<bool>("--software") { Description = "Boot the case's machine through the CXL core and issue its commands, instead of programming decoders." };
        var quiet = new Option<bool>("--quiet", "-q") { Description = "Do not say on standard error what differs." };
        var command = new Command("conformance", """
            Replays decode cases: builds the topology, applies the programming as register writes through the
            fabric (permissive profile), compares registers, and sends every sample as an 8-byte write and read.
            Prints one JSON line a case; what differs goes to standard error.

            With --software nothing is programmed: a host boots, its CXL core finds the machine, the case's
            commands (cxl create-region …) are issued, and registers, samples, and what "cxl list -vvv" prints
            are compared: as sets, and up to the names of memory devices, ports and endpoints.

            Examples:
              cxltopo conformance cases/qemu cases/linux
              cxltopo conformance case.json
              cxltopo conformance --software cases/linux

            Exit codes: 0 nothing differs, 1 something does, 3 a file is not a decode case.
            """)
        {
            paths, software, quiet,
        };
        command.SetAction(parsed => Run(parsed.GetValue(paths)!, parsed.GetValue(software), parsed.GetValue(quiet)));
        return command;
    }

    private static int Run(string[] paths, bool software, bool quiet)
    {
        bool same = true;
        foreach (string file in paths.SelectMany(FilesOf))
        {
            ConformanceResult result;
            try
            {
                DecodeCase subject = DecodeCase.Parse(File.ReadAllText(file));
                result = software ? SoftwareConformance.Run(subject) : Conformance.Run(subject);
            }
            catch (Exception error) when (error is JsonException or FormatException or IOException or UnauthorizedAccessException)
            {
                throw new UserErrorException(ExitCode.BadFile, $"{file}: not a decode case: {error.Message}");
            }

            Console.Out.WriteLine(JsonSerializer.Serialize(new { id = result.Id, samples = result.Samples, mismatches = result.Differences.Count }, Json.Compact));
            same &= result.Differences.Count == 0;
            if (quiet)
                continue;
            foreach (string difference in result.Differences.Take(20))
                Console.Error.WriteLine($"{result.Id}: {difference}");
            if (result.Differences.Count > 20)
                Console.Error.WriteLine($"{result.Id}: … and {result.Differences.Count - 20} more");
        }

        return same ? ExitCode.Done : ExitCode.Failed;
    }

    private static IEnumerable<string> FilesOf(string path)
    {
        if (File.Exists(path))
            return [path];
        if (!Directory.Exists(path))
            throw new UserErrorException(ExitCode.BadFile, $"cxltopo: {path}: no such file or folder.");
        string[] files = [.. Directory.EnumerateFiles(path, "*.json", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];
        return files.Length > 0 ? files : throw new UserErrorException(ExitCode.BadFile, $"cxltopo: {path}: no .json files in this folder.");
    }
}
