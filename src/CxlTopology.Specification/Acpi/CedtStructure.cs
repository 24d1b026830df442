using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>
/// One record of a <see cref="Cedt"/>: type at byte 0, a reserved byte, its length at 2 (16 bits), then what the type says.
/// </summary>
public abstract record CedtStructure
{
    /// <summary>Bytes before what is particular to a type: 4.</summary>
    internal const int HeaderLength = 4;

    private protected CedtStructure()
    {
    }

    /// <summary>The type code: 0 CHBS, 1 CFMWS, 2 CXIMS, 3 RDPAS.</summary>
    public abstract byte Type { get; }

    /// <summary>Bytes of the record, its header included.</summary>
    public abstract int Length { get; }

    /// <summary>Writes the record into as many zeroed bytes as it is long.</summary>
    internal void Write(Span<byte> record)
    {
        if (Length > ushort.MaxValue)
            throw new InvalidOperationException($"A CEDT record has at most {ushort.MaxValue} bytes, not {Length}.");
        record[0] = Type;
        BinaryPrimitives.WriteUInt16LittleEndian(record[2..], (ushort)Length);
        WriteFields(record);
    }

    private protected abstract void WriteFields(Span<byte> record);
}
