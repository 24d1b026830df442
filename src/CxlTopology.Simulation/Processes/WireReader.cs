using System.Buffers.Binary;
using System.Text;

namespace CxlTopology.Simulation;

/// <summary>Takes out of bytes what a <see cref="WireBuffer"/> wrote. What is not there, or out of bounds, is a <see cref="WireException"/>.</summary>
public ref struct WireReader
{
    private readonly ReadOnlySpan<byte> bytes;
    private int position;

    /// <summary>Reads from the start.</summary>
    public WireReader(ReadOnlySpan<byte> bytes)
    {
        this.bytes = bytes;
    }

    /// <summary>Bytes that are left.</summary>
    public readonly int Remaining => bytes.Length - position;

    /// <summary>The next bytes, as they are.</summary>
    public ReadOnlySpan<byte> ReadBytes(int count)
    {
        if ((uint)count > (uint)Remaining)
            throw new WireException($"A batch ends after {bytes.Length} bytes, where {count} more should follow byte {position}.");
        ReadOnlySpan<byte> next = bytes.Slice(position, count);
        position += count;
        return next;
    }

    /// <summary>A byte.</summary>
    public byte ReadByte() => ReadBytes(1)[0];

    /// <summary>A truth value.</summary>
    public bool ReadBool() => ReadByte() switch
    {
        0 => false,
        1 => true,
        var other => throw new WireException($"A truth value is {other} at byte {position - 1}; it must be 0 or 1."),
    };

    /// <summary>Two bytes.</summary>
    public ushort ReadUInt16() => BinaryPrimitives.ReadUInt16LittleEndian(ReadBytes(2));

    /// <summary>Four bytes.</summary>
    public int ReadInt32() => BinaryPrimitives.ReadInt32LittleEndian(ReadBytes(4));

    /// <summary>Four bytes.</summary>
    public uint ReadUInt32() => BinaryPrimitives.ReadUInt32LittleEndian(ReadBytes(4));

    /// <summary>Eight bytes.</summary>
    public long ReadInt64() => BinaryPrimitives.ReadInt64LittleEndian(ReadBytes(8));

    /// <summary>Eight bytes.</summary>
    public ulong ReadUInt64() => BinaryPrimitives.ReadUInt64LittleEndian(ReadBytes(8));

    /// <summary>A number that counts what follows: 0 to <paramref name="max"/>.</summary>
    public int ReadCount(int max)
    {
        int count = ReadInt32();
        return (uint)count <= (uint)max ? count : throw new WireException($"A count is {count} at byte {position - 4}; 0 to {max} are possible.");
    }

    /// <summary>A text of at most 1 MiB.</summary>
    public string ReadText() => Encoding.UTF8.GetString(ReadBytes(ReadCount(1 << 20)));

    /// <summary>Makes sure that nothing is left.</summary>
    public readonly void End()
    {
        if (Remaining != 0)
            throw new WireException($"{Remaining} bytes follow the end of a batch.");
    }
}
