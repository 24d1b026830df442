namespace CxlTopology.Description;

/// <summary>The distance of two accesses of an open-loop workload: <see cref="Femtoseconds"/> / <see cref="Divisor"/>, exact.</summary>
/// <remarks>10 GB/s of 64 bytes is 64·10^15 / 10^10 fs: 6.4 ns. At most 10^12 accesses a second.</remarks>
/// <param name="Femtoseconds">Numerator, in femtoseconds.</param>
/// <param name="Divisor">Denominator.</param>
public sealed record PaceModel(long Femtoseconds, long Divisor);
