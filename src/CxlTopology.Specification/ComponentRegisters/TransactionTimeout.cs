namespace CxlTopology.Specification;

/// <summary>What the codes for timeouts of transactions stand for: Completion Timeout Value of PCI Express, CXL.mem Transaction Timeout Value.</summary>
/// <remarks>A code stands for a range; the time here is its upper end, and 10 ms for the default and for reserved codes.</remarks>
public static class TransactionTimeout
{
    /// <summary>Microseconds that a code of four bits stands for.</summary>
    /// <param name="code">0 the default, 1 and 2 range A, 5 and 6 range B, 9 and 10 range C, 13 and 14 range D.</param>
    public static long MicrosecondsOf(byte code) => code switch
    {
        1 => 100,
        5 => 55_000,
        6 => 210_000,
        9 => 900_000,
        10 => 3_500_000,
        13 => 13_000_000,
        14 => 64_000_000,
        _ => 10_000,
    };
}
