using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>How far the memory of a device is on its way up: its information is valid, then it is active.</summary>
/// <remarks>Software finds both in the range registers of the device DVSEC. Information becomes valid within a second, as the specification demands, even if the memory never gets active.</remarks>
/// <param name="delay">How long it takes, up to <see cref="LongestDelay"/>.</param>
public sealed class MediaReadiness(HardwareDelay delay)
{
    /// <summary>The longest time that memory may be set to take: 1,000 s.</summary>
    public static readonly SimDuration LongestDelay = SimDuration.FromSeconds(1_000);

    private static readonly SimDuration infoLatest = SimDuration.FromSeconds(1);
    private readonly HardwareDelay delay = delay.CheckAtMost(LongestDelay, nameof(delay));
    private ulong round;

    /// <summary>Memory_Info_Valid.</summary>
    public bool InfoValid { get; private set; } = delay.IsNone;

    /// <summary>Memory_Active.</summary>
    public bool Active { get; private set; } = delay.IsNone;

    /// <summary>Starts from the beginning, as after power-up or a reset that memory does not survive.</summary>
    /// <returns>What is to happen when, numbered for <see cref="Arrive"/>.</returns>
    public IEnumerable<(ulong Step, SimDuration After)> Begin()
    {
        round += 2;
        InfoValid = Active = delay.IsNone;
        if (delay.IsNone)
            yield break;
        yield return (round, delay.IsNever || delay.Time > infoLatest ? infoLatest : delay.Time);
        if (!delay.IsNever)
            yield return (round + 1, delay.Time);
    }

    /// <summary>A step is due. False if it belongs to an earlier beginning.</summary>
    public bool Arrive(ulong step)
    {
        if (step - round > 1)
            return false;
        InfoValid = true;
        Active |= step == round + 1;
        return true;
    }
}
