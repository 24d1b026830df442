namespace CxlTopology.Specification;

/// <summary>What a write by software did: for the component to act on the fields it cares about.</summary>
/// <param name="Offset">The first register touched, a multiple of 4.</param>
/// <param name="Value">What was written, the first register in the low 32 bits.</param>
/// <param name="Enabled">Bits of the bytes written.</param>
/// <param name="Before">The registers before.</param>
/// <param name="After">The registers after.</param>
public readonly record struct RegisterWrite(int Offset, ulong Value, ulong Enabled, ulong Before, ulong After)
{
    /// <summary>Whether any register changed.</summary>
    public bool ChangedAnything => Before != After;

    /// <summary>Whether a byte of the field was written, whatever its rule and value.</summary>
    public bool Wrote(RegisterBlock block, RegisterField field) => (Of(Enabled, block, field) & field.Mask) != 0;

    /// <summary>Whether the field has another value than before.</summary>
    public bool Changed(RegisterBlock block, RegisterField field) => (Of(Before ^ After, block, field) & field.Mask) != 0;

    /// <summary>Whether a one was written to the field: a request, if it is write-only.</summary>
    public bool WroteOne(RegisterBlock block, RegisterField field) => (Of(Value & Enabled, block, field) & field.Mask) != 0;

    /// <summary>The field in what was written; 0 in bytes that were not.</summary>
    public T Written<T>(RegisterBlock block, Field<T> field)
        where T : unmanaged => field.Extract(Of(Value & Enabled, block, field));

    private uint Of(ulong bits, RegisterBlock block, RegisterField field) => (block.OffsetOf(field) - Offset) switch
    {
        0 => (uint)bits,
        4 => (uint)(bits >> 32),
        _ => 0,
    };
}
