using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>The answer of Get Partition Info, 32 bytes: how a memory device is divided now, and from the next reset on.</summary>
/// <param name="ActiveVolatile">Volatile now.</param>
/// <param name="ActivePersistent">Persistent now.</param>
/// <param name="NextVolatile">Volatile after the next reset; 0 with <paramref name="NextPersistent"/> 0 if nothing changes.</param>
/// <param name="NextPersistent">Persistent then.</param>
public readonly record struct PartitionInfo(
    ByteSize ActiveVolatile, ByteSize ActivePersistent, ByteSize NextVolatile, ByteSize NextPersistent)
{
    /// <summary>Bytes of the answer.</summary>
    public const int Length = 0x20;

    /// <summary>Writes the answer, in units of 256 MiB.</summary>
    /// <returns>Its length.</returns>
    public int Write(Span<byte> output)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(output, ActiveVolatile.Bytes / IdentifyMemoryDevice.CapacityUnit);
        BinaryPrimitives.WriteUInt64LittleEndian(output[0x08..], ActivePersistent.Bytes / IdentifyMemoryDevice.CapacityUnit);
        BinaryPrimitives.WriteUInt64LittleEndian(output[0x10..], NextVolatile.Bytes / IdentifyMemoryDevice.CapacityUnit);
        BinaryPrimitives.WriteUInt64LittleEndian(output[0x18..], NextPersistent.Bytes / IdentifyMemoryDevice.CapacityUnit);
        return Length;
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="ArgumentException">It is shorter than 32 bytes.</exception>
    public static PartitionInfo Read(ReadOnlySpan<byte> answer) => answer.Length < Length
        ? throw new ArgumentException($"Get Partition Info answers with {Length} bytes, not {answer.Length}.", nameof(answer))
        : new PartitionInfo(
            IdentifyMemoryDevice.Capacity(answer),
            IdentifyMemoryDevice.Capacity(answer[0x08..]),
            IdentifyMemoryDevice.Capacity(answer[0x10..]),
            IdentifyMemoryDevice.Capacity(answer[0x18..]));
}
