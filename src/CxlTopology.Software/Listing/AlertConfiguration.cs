using System.Buffers.Binary;

namespace CxlTopology.Software;

/// <summary>The answer of Get Alert Configuration, 16 bytes.</summary>
/// <remarks>Bits of <paramref name="Valid"/> and <paramref name="Writable"/>: 0 life used, 1 over temperature, 2 under temperature, 3 corrected volatile, 4 corrected persistent errors.</remarks>
/// <param name="Valid">Programmable warnings that are enabled.</param>
/// <param name="Writable">Programmable warnings that can be set.</param>
/// <param name="LifeUsedCritical">Percent.</param>
/// <param name="LifeUsedWarning">Percent.</param>
/// <param name="OverTemperatureCritical">Degrees Celsius.</param>
/// <param name="UnderTemperatureCritical">Degrees Celsius.</param>
/// <param name="OverTemperatureWarning">Degrees Celsius.</param>
/// <param name="UnderTemperatureWarning">Degrees Celsius.</param>
/// <param name="CorrectedVolatileWarning">Errors.</param>
/// <param name="CorrectedPersistentWarning">Errors.</param>
public sealed record AlertConfiguration(
    byte Valid,
    byte Writable,
    byte LifeUsedCritical,
    byte LifeUsedWarning,
    short OverTemperatureCritical,
    short UnderTemperatureCritical,
    short OverTemperatureWarning,
    short UnderTemperatureWarning,
    ushort CorrectedVolatileWarning,
    ushort CorrectedPersistentWarning)
{
    /// <summary>Bytes of the answer.</summary>
    public const int Length = 0x10;

    /// <summary>Reads an answer.</summary>
    /// <exception cref="ArgumentException">It is shorter than 16 bytes.</exception>
    public static AlertConfiguration Read(ReadOnlySpan<byte> answer) => answer.Length < Length
        ? throw new ArgumentException($"Get Alert Configuration answers with {Length} bytes, not {answer.Length}.", nameof(answer))
        : new AlertConfiguration(
            answer[0],
            answer[1],
            answer[2],
            answer[3],
            BinaryPrimitives.ReadInt16LittleEndian(answer[4..]),
            BinaryPrimitives.ReadInt16LittleEndian(answer[6..]),
            BinaryPrimitives.ReadInt16LittleEndian(answer[8..]),
            BinaryPrimitives.ReadInt16LittleEndian(answer[10..]),
            BinaryPrimitives.ReadUInt16LittleEndian(answer[12..]),
            BinaryPrimitives.ReadUInt16LittleEndian(answer[14..]));
}
