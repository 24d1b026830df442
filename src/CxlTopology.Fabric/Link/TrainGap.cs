using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>The gap between the lines of a burst, kept in a message in units of 2^14 fs.</summary>
internal static class TrainGap
{
    private const int Shift = 14;

    /// <summary>The gap in femtoseconds.</summary>
    public static long Get(in Message message) => (long)message.Spacing << Shift;

    /// <summary>Sets the gap from the times of the first and the last line; at most 1.07 us.</summary>
    public static void Set(ref Message message, long first, long last) =>
        message.Spacing = message.Length < 2 ? (ushort)0 : (ushort)Math.Min(ushort.MaxValue, ((last - first) / (message.Length - 1) + (1 << (Shift - 1))) >> Shift);

    /// <summary>How long after its first line the last one comes.</summary>
    public static long Tail(in Message message) => message.Length < 2 ? 0 : Get(message) * (message.Length - 1);
}
