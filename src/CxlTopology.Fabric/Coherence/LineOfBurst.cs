using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>A burst where coherence is kept goes line by line: which line of the burst each is stays in the message until its answer.</summary>
internal static class LineOfBurst
{
    /// <summary>Makes a message, a copy of a burst's without its data, one for a single line.</summary>
    public static void Mark(ref Message message, int bit)
    {
        message.Address += 64 * (ulong)bit;
        message.Argument = 0;
        message.Length = 1;
        message.Spacing = 0;
        message.Credits = (ushort)(bit + 1); // credits are of links, and this travels on none
    }

    /// <summary>Makes the answer that of a line of the burst.</summary>
    public static void Restore(ref Message message)
    {
        if (message.Credits == 0)
            return;
        int bit = message.Credits - 1;
        message.Credits = 0;
        message.Address &= ~0xFFFUL;
        message.Argument = 1UL << bit;
        message.Flags |= (ushort)AccessFlags.Burst;
    }
}
