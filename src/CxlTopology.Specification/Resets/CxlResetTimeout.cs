namespace CxlTopology.Specification;

/// <summary>The classes of CXL Reset Timeout (CAPABILITY 10:8 of the device DVSEC): how long a CXL reset takes at most.</summary>
public static class CxlResetTimeout
{
    /// <summary>Codes that mean something: 0 to 4.</summary>
    public const int Codes = 5;

    private static readonly int[] milliseconds = [10, 100, 1_000, 10_000, 100_000];

    /// <summary>Milliseconds of a code: 10, 100, 1,000, 10,000 or 100,000. Reserved codes, 5 to 7, are taken for the longest.</summary>
    public static int MillisecondsOf(byte code) => milliseconds[Math.Min((int)code, Codes - 1)];
}
