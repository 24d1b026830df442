using System.Numerics;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A burst is a 4 KiB page and a mask of its lines; splitting one keeps page, tag and timing.</summary>
internal static class Bursts
{
    /// <summary>The address of the line, or of the first of a burst's lines.</summary>
    public static ulong FirstLine(in Message message) => (message.Flags & (ushort)AccessFlags.Burst) == 0
        ? message.Address
        : message.Address + 64 * (ulong)BitOperations.TrailingZeroCount(message.Argument);

    /// <summary>Narrows a burst to some of its lines: each keeps its time.</summary>
    public static void Narrow(ref Message burst, ulong lines)
    {
        ulong before = burst.Argument;
        long gap = TrainGap.Get(burst);
        int first = Rank(before, BitOperations.TrailingZeroCount(lines));
        int last = Rank(before, 63 - BitOperations.LeadingZeroCount(lines));
        burst.Argument = lines;
        burst.Length = (byte)BitOperations.PopCount(lines);
        burst.Time += first * gap;
        TrainGap.Set(ref burst, first * gap, last * gap);
    }

    /// <summary>A copy of a burst for some of its lines, without the data.</summary>
    public static Message Split(in Message whole, ulong lines)
    {
        Message part = whole;
        part.Flags &= unchecked((ushort)~(Message.HasLines | Message.HasRecord));
        part.Payload = -1;
        Narrow(ref part, lines);
        return part;
    }

    private static int Rank(ulong mask, int bit) => BitOperations.PopCount(mask & ((1UL << bit) - 1));
}
