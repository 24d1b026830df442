namespace CxlTopology.Experiments;

/// <summary>One access as a trace records it: virtual addresses, any alignment.</summary>
/// <param name="Address">The first byte, a virtual address of the traced program.</param>
/// <param name="Bytes">Length, 1 to 4,096; the last byte is within 64 bits.</param>
/// <param name="Kind">What was done.</param>
/// <param name="Time">Femtoseconds since the trace began, 0 where the trace has no times; never less than that of the record
/// before.</param>
public readonly record struct TraceRecord(ulong Address, int Bytes, TraceKind Kind, long Time);
