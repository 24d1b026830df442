using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>One access that a <see cref="TestAgent"/> makes, and all that comes back of it.</summary>
public sealed class Probe
{
    public required MessageKind Kind { get; init; }

    public ulong Address { get; init; }

    /// <summary>The lines of the page that a burst touches; 0 for a single line.</summary>
    public ulong Lines { get; init; }

    /// <summary>Which of the 64 bytes a write changes.</summary>
    public ulong Enables { get; init; } = ulong.MaxValue;

    /// <summary>What a write carries: 64 bytes for each line.</summary>
    public byte[] Data { get; init; } = [];

    public AccessFlags Flags { get; init; }

    /// <summary>Of a register access: read or write, space, width.</summary>
    public IoFlags IoFlags { get; init; }

    /// <summary>What a register write writes.</summary>
    public ulong Value { get; init; }

    public SimTime Issued { get; set; }

    public List<ProbeAnswer> Answers { get; } = [];

    /// <summary>The only answer.</summary>
    public ProbeAnswer Answer => Assert.Single(Answers);

    public AccessStatus Status => (AccessStatus)Answer.Status;

    public SimDuration Latency => Answer.At - Issued;

    public static Probe Read(ulong address, AccessFlags flags = AccessFlags.None) => new() { Kind = MessageKind.M2SReq, Address = address, Flags = flags };

    public static Probe Write(ulong address, byte[] line, AccessFlags flags = AccessFlags.None) => new() { Kind = MessageKind.M2SRwD, Address = address, Data = line, Flags = flags };

    /// <summary>Writes the eight bytes at an address that is a multiple of 8.</summary>
    public static Probe WriteWord(ulong address, ulong value)
    {
        byte[] line = new byte[64];
        int offset = (int)(address & 63);
        BitConverter.TryWriteBytes(line.AsSpan(offset), value);
        return new() { Kind = MessageKind.M2SRwD, Address = address & ~63UL, Data = line, Enables = 0xFFUL << offset, Flags = AccessFlags.Partial };
    }

    public static Probe ReadBurst(ulong page, ulong lines, AccessFlags flags = AccessFlags.None) =>
        new() { Kind = MessageKind.M2SReq, Address = page, Lines = lines, Flags = flags | AccessFlags.Burst };

    public static Probe WriteBurst(ulong page, ulong lines, byte[] data, AccessFlags flags = AccessFlags.None) =>
        new() { Kind = MessageKind.M2SRwD, Address = page, Lines = lines, Data = data, Flags = flags | AccessFlags.Burst };

    public static Probe ReadRegister(ulong address, int bytes = 4, IoFlags space = IoFlags.None) =>
        new() { Kind = MessageKind.IoRequest, Address = address, IoFlags = space | IoWidth.Of(bytes) };

    public static Probe WriteRegister(ulong address, ulong value, int bytes = 4, IoFlags space = IoFlags.None) =>
        new() { Kind = MessageKind.IoRequest, Address = address, Value = value, IoFlags = space | IoFlags.Write | IoWidth.Of(bytes) };
}
