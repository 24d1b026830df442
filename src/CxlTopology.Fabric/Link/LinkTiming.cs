using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>When a transmitter is free, and how long what it sends takes: exact, with the remainder carried.</summary>
/// <remarks>
/// A header takes one 16-byte slot and a line of data four more. A slot lasts a flit's time over the slots of a flit, which is no whole number of femtoseconds with 15 slots:
/// time is counted in units of 1/15 or 1/4 fs.
/// </remarks>
internal struct LinkTiming(LinkSpeed speed)
{
    private readonly long flitFemtoseconds = speed.FlitFemtoseconds;
    private readonly int slotsPerFlit = speed.SlotsPerFlit;
    private long free;
    private int remainder;

    /// <summary>Slots of a message: one for the header, four for each line of data.</summary>
    public static int SlotsOf(byte kind) => MessageKinds.HasData(kind) ? 5 : 1;

    /// <summary>When everything given to the transmitter so far will have left.</summary>
    public readonly long Free => free;

    /// <summary>Slots sent so far.</summary>
    public long SlotsSent { get; set; }

    /// <summary>Takes the transmitter for one message that is ready at <paramref name="ready"/>; gives the time at which its last slot has left.</summary>
    public long Reserve(long ready, int slots)
    {
        SlotsSent += slots;
        if (ready > free)
        {
            free = ready;
            remainder = 0;
        }

        long parts = slots * flitFemtoseconds + remainder;
        long whole = slotsPerFlit == 4 ? parts >> 2 : parts / 15; // the two flit modes; a division by a variable costs a dozen times as much
        remainder = (int)(parts - whole * slotsPerFlit);
        return free += whole;
    }

    /// <summary>Takes the transmitter for a train of lines, the first ready at <paramref name="ready"/>, the others a gap apart; gives when the first and the last have left.</summary>
    /// <remarks>Work-conserving: n lines cost n times their slots, and the last leaves neither before that nor before it has come.</remarks>
    public (long First, long Last) ReserveTrain(long ready, int lines, int slots, long gap)
    {
        long first = Reserve(ready, slots);
        long after = Reserve(first, (lines - 1) * slots);
        long one = slots * flitFemtoseconds / slotsPerFlit;
        return (first, Math.Max(after, ready + (lines - 1) * gap + one));
    }
}
