using System.Diagnostics;
using System.Text;

namespace CxlTopology.Cli.Tests;

/// <summary>Runs the built program as a process of its own, as a user does.</summary>
internal static class Cli
{
    private static readonly TimeSpan limit = TimeSpan.FromSeconds(60);
    private static readonly UTF8Encoding utf8 = new(false);

    /// <summary>The program: it lies beside the tests.</summary>
    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "cxltopo.dll");

    /// <summary>Runs the program in the root of the working copy.</summary>
    public static CliResult Run(params string[] args) => RunWith("", args);

    /// <summary>Runs the program with a text on standard input.</summary>
    public static CliResult RunWith(string input, params string[] args)
    {
        using Process process = Start(args);
        return Finish(process, input);
    }

    /// <summary>Runs a script of the shell; in it, $CXLTOPO is a command that starts the program.</summary>
    public static CliResult Shell(string script, params (string Name, string Value)[] environment)
    {
        var start = new ProcessStartInfo("bash") { ArgumentList = { "-c", script } };
        start.Environment["CXLTOPO"] = $"dotnet {Program}";
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        using Process process = Start(start);
        return Finish(process, "");
    }

    /// <summary>Starts the program and returns at once.</summary>
    public static Process Start(params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Program } };
        foreach (string arg in args)
            start.ArgumentList.Add(arg);
        return Start(start);
    }

    /// <summary>Feeds a process, and waits until it ends; past the time limit it is killed and the test fails.</summary>
    public static CliResult Finish(Process process, string input)
    {
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It has ended without reading all of it, as it may.
        }

        if (!process.WaitForExit(limit))
        {
            process.Kill(entireProcessTree: true);
            Assert.Fail($"The program did not end within {limit.TotalSeconds} s.\n{error.Result}");
        }

        return new CliResult(process.ExitCode, output.Result, error.Result);
    }

    private static Process Start(ProcessStartInfo start)
    {
        start.WorkingDirectory = Repository.Root;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        start.StandardInputEncoding = start.StandardOutputEncoding = start.StandardErrorEncoding = utf8;
        start.Environment.Remove("CXLTOPO_TRACE");
        return Process.Start(start)!;
    }
}
