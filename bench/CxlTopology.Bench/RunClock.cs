using System.Diagnostics;

namespace CxlTopology.Bench;

/// <summary>The time a run takes: of the processor with one worker, so that other loads of the machine count less; of the wall with several.</summary>
public readonly struct RunClock
{
    private readonly long wall;
    private readonly TimeSpan processor;
    private readonly bool ofWall;

    private RunClock(bool ofWall)
    {
        this.ofWall = ofWall;
        wall = Stopwatch.GetTimestamp();
        processor = Environment.CpuUsage.TotalTime;
    }

    /// <summary>Starts a clock: of the wall, or of the processor.</summary>
    public static RunClock Start(bool wall) => new(wall);

    /// <summary>Seconds since the start.</summary>
    public double Seconds => ofWall ? Stopwatch.GetElapsedTime(wall).TotalSeconds : (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
}
