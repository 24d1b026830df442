using System.Buffers.Binary;
using System.Text;

namespace CxlTopology.Experiments.Tests.Dumping;

/// <summary>A firmware or device table as its reader sees it: bytes at offsets, little-endian.</summary>
/// <param name="bytes">The table, or a record of it.</param>
internal sealed class Table(byte[] bytes)
{
    public int Length => bytes.Length;

    public byte Byte(int offset) => bytes[offset];

    public ushort Word(int offset) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(offset));

    public uint Dword(int offset) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(offset));

    public ulong Qword(int offset) => BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(offset));

    public string Text(int offset, int length) => Encoding.ASCII.GetString(bytes, offset, length);

    /// <summary>The sum of all bytes: 0 in a table that is whole.</summary>
    public byte Sum() => (byte)bytes.Sum(b => b);

    /// <summary>The records from an offset to the end: type in byte 0, length in bytes 2 and 3.</summary>
    public IReadOnlyList<Table> Records(int from)
    {
        List<Table> records = [];
        for (int at = from; at < bytes.Length;)
        {
            int length = Word(at + 2);
            Assert.InRange(length, 4, bytes.Length - at);
            records.Add(new Table(bytes[at..(at + length)]));
            at += length;
        }

        return records;
    }
}
