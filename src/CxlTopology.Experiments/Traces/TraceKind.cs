namespace CxlTopology.Experiments;

/// <summary>What a line of a trace says was done.</summary>
public enum TraceKind
{
    /// <summary>Data were read.</summary>
    Load,

    /// <summary>Data were written.</summary>
    Store,

    /// <summary>
    /// Data were read and written back by one instruction (lackey's <c>M</c>): one data access in the file, a read and then a write when
    /// issued.
    /// </summary>
    Modify,

    /// <summary>An instruction was fetched: a read, and no data access.</summary>
    Fetch,
}
