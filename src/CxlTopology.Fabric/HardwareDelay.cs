using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>How long hardware takes to do what it was asked for: at once, after a time, or never, as a broken device.</summary>
public readonly record struct HardwareDelay
{
    private HardwareDelay(SimDuration time, bool isNever)
    {
        Time = time;
        IsNever = isNever;
    }

    /// <summary>It is never done.</summary>
    public static HardwareDelay Never { get; } = new(SimDuration.Zero, true);

    /// <summary>The time; zero, the default, is at once. Of no meaning for <see cref="Never"/>.</summary>
    public SimDuration Time { get; }

    /// <summary>It is never done.</summary>
    public bool IsNever { get; }

    /// <summary>It is done within the access that asks for it.</summary>
    public bool IsNone => !IsNever && Time == SimDuration.Zero;

    /// <summary>It is done after a time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static HardwareDelay Of(SimDuration time)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(time, SimDuration.Zero);
        return new HardwareDelay(time, false);
    }

    /// <summary>As a file says it: <c>3ms</c>, <c>never</c>.</summary>
    public override string ToString() => IsNever ? "never" : Time.ToString();

    /// <summary>Throws unless it is at most so long, or never.</summary>
    internal HardwareDelay CheckAtMost(SimDuration longest, string what) => IsNever || Time <= longest
        ? this
        : throw new ArgumentOutOfRangeException(what, Time, $"It takes at most {longest}, or is never done.");
}
