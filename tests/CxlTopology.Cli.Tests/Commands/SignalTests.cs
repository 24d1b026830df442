using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace CxlTopology.Cli.Tests.Commands;

/// <summary>A signal ends a long run soon, and what there is by then is written.</summary>
public sealed class SignalTests
{
    private static readonly TimeSpan soon = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void Run_Signal_WritesPartialResultsAndExits(string signal, int code)
    {
        using var folder = new TestFolder();
        string into = Path.Combine(folder.Path, "out");
        using Process process = Cli.Start("run", folder.WriteEndless(), "-o", "json", "--out", into);

        WaitUntilItRuns(process);
        using (Process kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]))
            kill.WaitForExit();
        var clock = Stopwatch.StartNew();
        CliResult result = Cli.Finish(process, "").Exits(code);

        Assert.InRange(clock.Elapsed, TimeSpan.Zero, soon);
        JsonElement report = result.Json;
        Assert.True(report.GetProperty("partial").GetBoolean());
        Assert.True(report.GetProperty("transactions").GetInt64() > 0);
        Assert.Equal(result.Output, File.ReadAllText(Path.Combine(into, "run.json")));
    }

    // Start and boot take a fraction of a second of processor time; a process that has had two is in the middle of its run.
    private static void WaitUntilItRuns(Process process)
    {
        while (!process.HasExited && process.TotalProcessorTime < TimeSpan.FromSeconds(2))
        {
            process.WaitForExit(20);
            process.Refresh();
        }
    }
}
