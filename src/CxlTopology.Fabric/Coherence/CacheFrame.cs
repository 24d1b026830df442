using System.Runtime.InteropServices;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>One place for a line in a cache: 16 bytes, so that four share a line of the real machine's cache.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal struct CacheFrame
{
    private const int TagShift = 8;
    private const int StampShift = 16;

    /// <summary>The number of the line (its address over 64), above the state.</summary>
    [FieldOffset(0)]
    public ulong Tag;

    /// <summary>What the cache may do with the line.</summary>
    [FieldOffset(0)]
    public LineState State;

    /// <summary>Whether the line must stay.</summary>
    [FieldOffset(8)]
    public bool Locked;

    /// <summary>Whether the data is poisoned.</summary>
    [FieldOffset(9)]
    public bool Poisoned;

    /// <summary>When it was used or came, by the clock of its cache, above the two flags.</summary>
    [FieldOffset(8)]
    private ulong order;

    /// <summary>What the tag of a line is, without the state.</summary>
    public static ulong TagOf(ulong line) => line >> 6 << TagShift;

    /// <summary>The line.</summary>
    public readonly ulong Line => Tag >> TagShift << 6;

    /// <summary>The clock of the cache when it was last stamped: 48 bits.</summary>
    public readonly ulong Stamp => order >> StampShift;

    /// <summary>Whether it holds a line, by the tag of that.</summary>
    public readonly bool Holds(ulong tag) => Tag - tag - 1 < (1 << TagShift) - 1;

    /// <summary>Notes the clock.</summary>
    public void SetStamp(ulong clock) => order = (order & ((1UL << StampShift) - 1)) | clock << StampShift;

    /// <summary>Puts a line in, unlocked and without poison.</summary>
    public void Install(ulong line, LineState state, ulong clock)
    {
        Tag = TagOf(line) | (byte)state;
        order = clock << StampShift;
    }
}
