using System.Diagnostics;
using System.Globalization;

namespace CxlTopology.Mpi.Tests;

/// <summary>The processes of the ranks below an mpirun.</summary>
internal sealed class RankProcesses : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private readonly Process[] ranks;

    private RankProcesses(Process[] ranks)
    {
        this.ranks = ranks;
    }

    /// <summary>Waits until all ranks are in the middle of a run: start and boot take less processor time than each has had by then.</summary>
    public static RankProcesses WaitUntilTheyRun(Process mpirun, int count, double processorSeconds)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < Patience && !mpirun.WaitForExit(50))
        {
            Process?[] found = [.. Enumerable.Range(0, count).Select(rank => Of(mpirun, rank))];
            if (found.All(process => process is not null && Seconds(process) >= processorSeconds))
                return new RankProcesses([.. found.Select(process => process!)]);
            Array.ForEach(found, process => process?.Dispose());
        }

        throw new InvalidOperationException(
            mpirun.HasExited ? $"mpirun ended by itself: {mpirun.StandardError.ReadToEnd()}" : $"{count} ranks did not come to run within {Patience.TotalSeconds} s.");
    }

    /// <summary>Sends a signal to a process.</summary>
    public static void Signal(int process, string signal)
    {
        using Process kill = Process.Start("kill", ["-" + signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        Assert.Equal(0, kill.ExitCode);
    }

    /// <summary>Sends a signal to a rank.</summary>
    public void SignalRank(int rank, string signal) => Signal(ranks[rank].Id, signal);

    /// <summary>Whether all have ended, at the latest after a while.</summary>
    public bool AllEndWithin(TimeSpan time) => ranks.All(rank => rank.WaitForExit(time));

    /// <summary>Ends what still runs.</summary>
    public void Dispose()
    {
        foreach (Process rank in ranks)
        {
            if (!rank.HasExited)
                rank.Kill();
            rank.Dispose();
        }
    }

    private static Process? Of(Process mpirun, int rank)
    {
        foreach (string folder in Directory.GetDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out int id) || ParentOf(folder) != mpirun.Id)
                continue;
            if (Read(folder, "environ").Split('\0').Contains($"OMPI_COMM_WORLD_RANK={rank}", StringComparer.Ordinal))
                return Process.GetProcessById(id);
        }

        return null;
    }

    private static int ParentOf(string folder)
    {
        string[] after = Read(folder, "stat").Split(") ")[^1].Split(' '); // the name before may hold anything
        return after.Length > 1 ? int.Parse(after[1], CultureInfo.InvariantCulture) : -1;
    }

    private static string Read(string folder, string file)
    {
        try
        {
            return File.ReadAllText(Path.Combine(folder, file));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return ""; // it ended meanwhile, or belongs to somebody else
        }
    }

    private static double Seconds(Process process)
    {
        try
        {
            return process.TotalProcessorTime.TotalSeconds;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return 0; // it has just ended
        }
    }
}
