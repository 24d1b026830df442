using System.Numerics;

namespace CxlTopology.Experiments;

/// <summary>How a trace file is read.</summary>
public sealed record TraceReaderOptions
{
    /// <summary>The file's format; told from its first lines by default.</summary>
    public TraceFormat Format { get; init; }

    /// <summary>Whether lackey's instruction fetches are given as well; they are left out by default.</summary>
    public bool InstructionFetches { get; init; }

    /// <summary>
    /// Bytes of an access in the plain format, which names none: a power of two from 1 to 4,096, 64 by default. Addresses are rounded down
    /// to it.
    /// </summary>
    public int PlainAccessBytes { get; init; } = Access.LineBytes;

    /// <summary>Refuses options outside their ranges with an <see cref="ArgumentException"/>.</summary>
    public void Check()
    {
        if (!Enum.IsDefined(Format))
            throw new ArgumentOutOfRangeException(nameof(Format), Format, "A trace is read as auto, lackey or plain.");
        if (PlainAccessBytes is < 1 or > Access.PageBytes || !BitOperations.IsPow2(PlainAccessBytes))
        {
            throw new ArgumentOutOfRangeException(
                nameof(PlainAccessBytes), PlainAccessBytes, "An access is a power of two from 1 to 4096 bytes.");
        }
    }
}
