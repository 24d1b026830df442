using System.Diagnostics;
using System.Text;

namespace CxlTopology.Akka.Tests.Cluster;

/// <summary>The program as a process of its own; it lies beside the tests. What still runs at the end is killed.</summary>
internal sealed class Cxltopo : IDisposable
{
    private readonly Process process;
    private readonly StringBuilder output = new();
    private readonly StringBuilder error = new();
    private readonly object sync = new();

    private Cxltopo(ProcessStartInfo start)
    {
        process = Process.Start(start)!;
        process.StandardInput.Close();
        process.OutputDataReceived += (_, line) => Add(output, line.Data);
        process.ErrorDataReceived += (_, line) => Add(error, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The folder of the shipped topologies.</summary>
    public static string Topologies { get; } = Path.Combine(Root(), "topologies");

    public int Id => process.Id;

    public string Output => Read(output);

    public string Error => Read(error);

    public static Cxltopo Start(params string[] args) => Start([], args);

    public static Cxltopo Start((string Name, string Value)[] environment, params string[] args)
    {
        var start = new ProcessStartInfo("dotnet") { ArgumentList = { Path.Combine(AppContext.BaseDirectory, "cxltopo.dll") } };
        foreach (string arg in args)
            start.ArgumentList.Add(arg);
        foreach ((string name, string value) in environment)
            start.Environment[name] = value;
        start.RedirectStandardInput = start.RedirectStandardOutput = start.RedirectStandardError = true;
        return new Cxltopo(start);
    }

    /// <summary>A node that others can join, and where it listens.</summary>
    public static (Cxltopo Node, string Address) Node(params string[] args)
    {
        Cxltopo node = Start(["node", .. args]);
        return (node, node.AwaitError("listening on ").Split("listening on ")[1].Split(',')[0]);
    }

    /// <summary>Waits for a line on standard error.</summary>
    public string AwaitError(string part, int seconds = 40)
    {
        lock (sync)
        {
            for (long until = Environment.TickCount64 + 1000 * seconds; ;)
            {
                if (error.ToString().Split('\n').FirstOrDefault(l => l.Contains(part, StringComparison.Ordinal)) is { } line)
                    return line;
                if (Environment.TickCount64 > until || process.HasExited)
                    Assert.Fail($"The program did not say \"{part}\" but: {error}");
                Monitor.Wait(sync, 100);
            }
        }
    }

    /// <summary>Sends a signal.</summary>
    public void Signal(string name)
    {
        using Process kill = Process.Start("kill", ["-" + name, Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Waits for its end, and gives the exit code.</summary>
    public int End(int seconds = 60)
    {
        bool ended = process.WaitForExit(TimeSpan.FromSeconds(seconds));
        Assert.True(ended, $"The program did not end within {seconds} s.\n{Error}");
        process.WaitForExit(); // until all its output has come
        return process.ExitCode;
    }

    public void Dispose()
    {
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        process.Dispose();
    }

    private static string Root()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "CxlTopology.sln")))
            folder = folder.Parent;
        return folder!.FullName;
    }

    private void Add(StringBuilder to, string? line)
    {
        if (line is null)
            return;
        lock (sync)
        {
            to.Append(line).Append('\n');
            Monitor.PulseAll(sync);
        }
    }

    private string Read(StringBuilder from)
    {
        lock (sync)
            return from.ToString();
    }
}
