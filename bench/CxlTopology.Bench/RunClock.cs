using System.Diagnostics;

namespace CxlTopology.Bench;

/// <summary>The time a run takes: of the processor with one worker, so that other loads of the machine count less; of the wall with several.</summary>
public readonly struct RunClock
{
    private readonly long wall;
    private readonly TimeSpan processor;
    private readonly bool parallel;

    private RunClock(bool parallel)
    {
        this.parallel = parallel;
        wall = Stopwatch.GetTimestamp();
        processor = Environment.CpuUsage.TotalTime;
    }

    /// <summary>Starts a clock for a run with that many workers.</summary>
    public static RunClock Start(int workers) => new(workers > 1);

    /// <summary>Seconds since the start.</summary>
    public double Seconds => parallel ? Stopwatch.GetElapsedTime(wall).TotalSeconds : (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
}
