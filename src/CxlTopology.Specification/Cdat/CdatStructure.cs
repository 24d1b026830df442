using System.Buffers.Binary;

namespace CxlTopology.Specification;

/// <summary>
/// One structure of a <see cref="Cdat"/>: type at byte 0, a reserved byte, its length at 2 (16 bits), then what the type says.
/// </summary>
public abstract record CdatStructure
{
    /// <summary>Bytes before what is particular to a type: 4.</summary>
    internal const int HeaderLength = 4;

    private protected CdatStructure()
    {
    }

    /// <summary>The type code: 0 DSMAS, 1 DSLBIS, 2 DSMSCIS, 3 DSIS, 4 DSEMTS, 5 SSLBIS.</summary>
    public abstract byte Type { get; }

    /// <summary>Bytes of the structure, its header included.</summary>
    public abstract int Length { get; }

    /// <summary>Writes the structure into as many zeroed bytes as it is long.</summary>
    internal void Write(Span<byte> structure)
    {
        if (Length > ushort.MaxValue)
            throw new InvalidOperationException($"A CDAT structure has at most {ushort.MaxValue} bytes, not {Length}.");
        structure[0] = Type;
        BinaryPrimitives.WriteUInt16LittleEndian(structure[2..], (ushort)Length);
        WriteFields(structure);
    }

    private protected abstract void WriteFields(Span<byte> structure);
}
