using System.Runtime.InteropServices;

namespace CxlTopology.Simulation;

/// <summary>What actors send to each other: one cache line, by value, no allocation.</summary>
/// <remarks>
/// The kernel reads <see cref="Time"/>, <see cref="Key"/>, <see cref="Destination"/>, <see cref="Kind"/> and the two payload bits of <see
/// cref="Flags"/>; what the rest means is agreed between the actors. A handler gets its message by reference and may change it and send it
/// on: it is then relinked in place, not copied.
/// </remarks>
[StructLayout(LayoutKind.Sequential, Size = 64)]
public struct Message
{
    /// <summary>Kinds below this one belong to the kernel; models number theirs from here to 255.</summary>
    public const byte FirstModelKind = 16;

    /// <summary>
    /// Bit of <see cref="Flags"/>: <see cref="Payload"/> is the first of a chain of 64-byte lines, freed with the message.
    /// </summary>
    public const ushort HasLines = 0x8000;

    /// <summary>
    /// Bit of <see cref="Flags"/>: <see cref="Payload"/> is the index of an immutable control record, freed with the message.
    /// </summary>
    public const ushort HasRecord = 0x4000;

    internal const byte NoKind = 0;
    internal const byte ChildFailedKind = 1;
    internal const byte DirectiveKind = 2;
    internal const byte StartKind = 3;
    internal const byte WakeKind = 4;

    /// <summary>When it is handled: femtoseconds since the start of the run. Set by the kernel.</summary>
    public long Time;

    /// <summary>
    /// The sending actor (upper 24 bits) and its sequence number (lower 40): with <see cref="Time"/> the order of handling. Set by the
    /// kernel.
    /// </summary>
    public ulong Key;

    /// <summary>An address, or whatever the kind says.</summary>
    public ulong Address;

    /// <summary>A second word of 64 bits: a mask, an offset, whatever the kind says.</summary>
    public ulong Argument;

    /// <summary>The actor that handles it. Set by the kernel.</summary>
    public int Destination;

    /// <summary>Index of a payload line or control record, as <see cref="Flags"/> says.</summary>
    public int Payload;

    /// <summary>Ties an answer to its request.</summary>
    public uint Tag;

    /// <summary>An actor the message speaks of: who completed a request, for example.</summary>
    public int Agent;

    /// <summary>What it is: from <see cref="FirstModelKind"/> on.</summary>
    public byte Kind;

    /// <summary>How many lines it carries or asks for.</summary>
    public byte Length;

    /// <summary>The port of the destination at which it arrives. Set from the connection.</summary>
    public ushort Port;

    /// <summary>The two payload bits, and 14 for the model.</summary>
    public ushort Flags;

    /// <summary>A result or reason code.</summary>
    public byte Status;

    /// <summary>A traffic class.</summary>
    public byte Class;

    internal int Next;

    /// <summary>In a train of lines, the gap between two: multiples of 2^14 fs (16.384 ps), up to 1.07 us.</summary>
    public ushort Spacing;

    /// <summary>Flow-control credits that ride along.</summary>
    public ushort Credits;

    /// <summary>The id of the actor that sent it.</summary>
    public readonly int Source => (int)(Key >> 40);
}
