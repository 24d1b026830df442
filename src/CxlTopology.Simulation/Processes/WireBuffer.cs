using System.Buffers.Binary;
using System.Text;

namespace CxlTopology.Simulation;

/// <summary>Bytes for another process, or from one: little-endian numbers, one after the other. Grows to 1 GiB.</summary>
/// <remarks>The memory does not move while the buffer does not grow, so that a transport may hand it to native code.</remarks>
public sealed class WireBuffer
{
    /// <summary>The most that one buffer holds, in bytes: 1 GiB. Beyond: <see cref="SimulationLimitException"/>.</summary>
    public const int BytesMax = 1 << 30;

    private byte[] bytes = GC.AllocateUninitializedArray<byte>(256, pinned: true);

    /// <summary>How many bytes it holds.</summary>
    public int Length { get; private set; }

    /// <summary>What it holds.</summary>
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    /// <summary>Empties it; the memory stays.</summary>
    public void Clear() => Length = 0;

    /// <summary>Drops what was written after a length.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not that long.</exception>
    public void Truncate(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)Length);
        Length = length;
    }

    /// <summary>Makes it a number of bytes long, whatever they are, and gives them to be filled.</summary>
    public Span<byte> Refill(int length)
    {
        Length = 0;
        return Append(length);
    }

    /// <summary>Adds a number of bytes, whatever they are, and gives them to be filled.</summary>
    public Span<byte> Append(int count)
    {
        if (count > bytes.Length - Length)
            Grow(count);
        Span<byte> added = bytes.AsSpan(Length, count);
        Length += count;
        return added;
    }

    /// <summary>Gives bytes that were written, to be changed.</summary>
    public Span<byte> At(int offset, int count) => bytes.AsSpan(0, Length).Slice(offset, count);

    /// <summary>Adds a byte.</summary>
    public void WriteByte(byte value) => Append(1)[0] = value;

    /// <summary>Adds a truth value: a byte, 0 or 1.</summary>
    public void WriteBool(bool value) => WriteByte(value ? (byte)1 : (byte)0);

    /// <summary>Adds two bytes.</summary>
    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Append(2), value);

    /// <summary>Adds four bytes.</summary>
    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32LittleEndian(Append(4), value);

    /// <summary>Adds four bytes.</summary>
    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32LittleEndian(Append(4), value);

    /// <summary>Adds eight bytes.</summary>
    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64LittleEndian(Append(8), value);

    /// <summary>Adds eight bytes.</summary>
    public void WriteUInt64(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Append(8), value);

    /// <summary>Adds a text: its length in bytes (four), then UTF-8.</summary>
    public void WriteText(string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        WriteInt32(length);
        Encoding.UTF8.GetBytes(value, Append(length));
    }

    /// <summary>Adds bytes as they are.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value) => value.CopyTo(Append(value.Length));

    private void Grow(int count)
    {
        long needed = (long)Length + count;
        if (needed > BytesMax)
            throw new SimulationLimitException($"A batch for another process would have {needed:N0} bytes; {BytesMax:N0} are possible.");
        byte[] larger = GC.AllocateUninitializedArray<byte>((int)Math.Min(BytesMax, Math.Max(needed, 2L * bytes.Length)), pinned: true);
        Written.CopyTo(larger);
        bytes = larger;
    }
}
