namespace CxlTopology.Fabric;

/// <summary>Something that happened to a line, as checkers are told it.</summary>
/// <param name="Time">When, in femtoseconds.</param>
/// <param name="Line">The host address of the line.</param>
/// <param name="Kind">What.</param>
/// <param name="Value">A state, or a hash of the data.</param>
/// <param name="Since">Of a read: when it was asked for.</param>
public readonly record struct CoherenceEvent(long Time, ulong Line, CoherenceEventKind Kind, ulong Value, long Since);
