using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>The answer of Get Health Info, 18 bytes (CXL 3.2 §8.2.10.9.3.1, table 8-148).</summary>
public sealed record HealthInfo
{
    /// <summary>Bytes of the answer.</summary>
    public const int Length = 0x12;

    /// <summary>Bit 0 maintenance needed, 1 performance degraded, 2 replacement needed.</summary>
    public byte HealthStatus { get; init; }

    /// <summary>0 normal, 1 not ready, 2 write persistency lost, 3 all data lost; the higher ones tell of losses to come.</summary>
    public byte MediaStatus { get; init; }

    /// <summary>How much further counts are over their limits; 0 normal.</summary>
    public byte AdditionalStatus { get; init; }

    /// <summary>Life used, in percent.</summary>
    public byte LifeUsed { get; init; }

    /// <summary>Temperature in degrees Celsius. 25 by default.</summary>
    public short Temperature { get; init; } = 25;

    /// <summary>Times it lost power without being shut down.</summary>
    public uint DirtyShutdowns { get; init; }

    /// <summary>Corrected errors of volatile memory.</summary>
    public uint CorrectedVolatile { get; init; }

    /// <summary>Corrected errors of persistent memory.</summary>
    public uint CorrectedPersistent { get; init; }

    /// <summary>Writes the answer.</summary>
    /// <returns>Its length.</returns>
    public int Write(Span<byte> output)
    {
        output[0] = HealthStatus;
        output[1] = MediaStatus;
        output[2] = AdditionalStatus;
        output[3] = LifeUsed;
        BinaryPrimitives.WriteInt16LittleEndian(output[4..], Temperature);
        BinaryPrimitives.WriteUInt32LittleEndian(output[6..], DirtyShutdowns);
        BinaryPrimitives.WriteUInt32LittleEndian(output[10..], CorrectedVolatile);
        BinaryPrimitives.WriteUInt32LittleEndian(output[14..], CorrectedPersistent);
        return Length;
    }

    /// <summary>Reads an answer.</summary>
    /// <exception cref="ArgumentException">It is shorter than 18 bytes.</exception>
    public static HealthInfo Read(ReadOnlySpan<byte> answer) => answer.Length < Length
        ? throw new ArgumentException($"Get Health Info answers with {Length} bytes, not {answer.Length}.", nameof(answer))
        : new HealthInfo
        {
            HealthStatus = answer[0],
            MediaStatus = answer[1],
            AdditionalStatus = answer[2],
            LifeUsed = answer[3],
            Temperature = BinaryPrimitives.ReadInt16LittleEndian(answer[4..]),
            DirtyShutdowns = BinaryPrimitives.ReadUInt32LittleEndian(answer[6..]),
            CorrectedVolatile = BinaryPrimitives.ReadUInt32LittleEndian(answer[10..]),
            CorrectedPersistent = BinaryPrimitives.ReadUInt32LittleEndian(answer[14..]),
        };
}
