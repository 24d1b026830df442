namespace CxlTopology.Simulation;

/// <summary>
/// Elementary functions from IEEE additions, multiplications and divisions alone, so that every machine gives the same bits.
/// </summary>
public static class PortableMath
{
    private const double Ln2 = 0.693147180559945309417232;

    private static ReadOnlySpan<double> Artanh =>
        [1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9, 1.0 / 7, 1.0 / 5, 1.0 / 3, 1.0];

    /// <summary>The natural logarithm of a positive, normal number; relative error below 1e-15.</summary>
    public static double Log(double x)
    {
        if (!(x >= 2.2250738585072014e-308) || double.IsPositiveInfinity(x))
            throw new ArgumentOutOfRangeException(nameof(x), x, "Log takes a positive, normal, finite number.");

        long bits = BitConverter.DoubleToInt64Bits(x);
        int exponent = (int)(bits >> 52) - 1023;
        double m = BitConverter.Int64BitsToDouble((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000);
        if (m > 1.4142135623730951)
        {
            m /= 2;
            exponent++;
        }

        // ln m = 2 artanh((m-1)/(m+1)); |t| <= 0.1716, so eleven odd terms reach the last bit.
        double t = (m - 1) / (m + 1);
        double t2 = t * t;
        double sum = 0;
        foreach (double coefficient in Artanh)
            sum = sum * t2 + coefficient;
        return exponent * Ln2 + 2 * t * sum;
    }
}
