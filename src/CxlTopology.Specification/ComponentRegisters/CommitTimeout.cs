namespace CxlTopology.Specification;

/// <summary>How long a commit of a BI or cache ID decoder or route table takes at most: scale and base of its status register.</summary>
public static class CommitTimeout
{
    /// <summary>Scales that mean something: 0 to 7.</summary>
    public const int Scales = 8;

    /// <summary>Microseconds of a timeout; of reserved scales, 8 and up, as of the longest.</summary>
    /// <param name="scale">0 to 7 are powers of ten from 1 us to 10 s.</param>
    /// <param name="value">So many of them, 0 to 15.</param>
    public static long MicrosecondsOf(byte scale, byte value)
    {
        long unit = 1;
        for (int i = Math.Min((int)scale, Scales - 1); i > 0; i--)
            unit *= 10;
        return unit * value;
    }
}
