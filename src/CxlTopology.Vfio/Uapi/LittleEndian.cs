using System.Buffers.Binary;

namespace CxlTopology.Vfio;

/// <summary>Numbers in the structures of the interface: always the lowest byte first, whatever machine this runs on.</summary>
internal static class LittleEndian
{
    public static uint U32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    public static int I32(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);

    public static ulong U64(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt64LittleEndian(bytes[at..]);

    public static void Put(Span<byte> bytes, int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(bytes[at..], value);

    public static void Put(Span<byte> bytes, int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(bytes[at..], value);

    // The following take what survives an await, which a span does not.
    public static void Put(byte[] bytes, int at, uint value) => Put(bytes.AsSpan(), at, value);

    public static void Set(Memory<byte> bytes, ulong value) => Set(bytes.Span, value);

    /// <summary>Reads 1 to 8 bytes.</summary>
    public static ulong Get(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int i = bytes.Length - 1; i >= 0; i--)
            value = value << 8 | bytes[i];
        return value;
    }

    /// <summary>Writes 1 to 8 bytes.</summary>
    public static void Set(Span<byte> bytes, ulong value)
    {
        for (int i = 0; i < bytes.Length; i++, value >>= 8)
            bytes[i] = (byte)value;
    }
}
