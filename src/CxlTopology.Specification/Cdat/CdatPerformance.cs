namespace CxlTopology.Specification;

/// <summary>What an operating system takes from a <see cref="Cdat"/>, by the rules of Linux.</summary>
public static class CdatPerformance
{
    /// <summary>The figures of the range with this handle; null if no DSMAS has it.</summary>
    /// <remarks>
    /// DSLBIS that do not count: of an unknown data type, of another level than memory, of another handle. Of several with one
    /// data type the last counts.
    /// </remarks>
    public static MemoryPerformance? OfRange(Cdat table, byte handle)
    {
        if (!table.MemoryRanges.Any(range => range.Handle == handle))
            return null;
        MemoryPerformance result = default;
        foreach (Dslbis figure in table.Structures.OfType<Dslbis>())
        {
            if (figure.Handle == handle && figure.IsMemory)
                result = result.With(figure.DataType, CdatScale.Decode(figure.BaseUnit, figure.Entry));
        }

        return result;
    }

    /// <summary>The figures of the way through a switch to this downstream port; all 0 if the table has none.</summary>
    /// <remarks>
    /// An entry counts for the downstream port that is its X, or its Y where X is the upstream port or any; of several the last counts.
    /// So a table that holds pairs of downstream ports holds them before the pairs with the upstream port.
    /// </remarks>
    public static MemoryPerformance OfDownstreamPort(Cdat table, ushort port)
    {
        MemoryPerformance result = default;
        foreach (Sslbis figures in table.Structures.OfType<Sslbis>())
        {
            foreach (SslbisEntry entry in figures.Entries)
            {
                ushort meant = DownstreamPortOf(entry);
                if (meant == port || meant == Sslbis.AnyPort)
                    result = result.With(figures.DataType, CdatScale.Decode(figures.BaseUnit, entry.Value));
            }
        }

        return result;
    }

    private static ushort DownstreamPortOf(SslbisEntry entry) => entry.PortX switch
    {
        Sslbis.UpstreamPort => entry.PortY,
        Sslbis.AnyPort when entry.PortY != Sslbis.UpstreamPort => entry.PortY,
        _ => entry.PortX,
    };
}
