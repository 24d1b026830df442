namespace CxlTopology.Fabric;

/// <summary>Something that happened to a line, as checkers are told it.</summary>
/// <param name="Time">When, in femtoseconds.</param>
/// <param name="Line">The host address of the line.</param>
/// <param name="Kind">What.</param>
/// <param name="Value">A state; of a read a hash of the data; of a write the bytes that it writes, a bit each.</param>
/// <param name="Since">Of a read: when it was asked for. Of a write: where the log has its data (<see cref="CoherenceLog.DataOf"/>).</param>
/// <param name="IsPoisoned">Of a write: whether it brings poison.</param>
/// <param name="IsWhole">Of a write: whether the data is that of the whole line after it, and not only of the bytes written.</param>
public readonly record struct CoherenceEvent(long Time, ulong Line, CoherenceEventKind Kind, ulong Value, long Since, bool IsPoisoned = false, bool IsWhole = false);
