namespace CxlTopology.Experiments;

/// <summary>The formats a trace is read in.</summary>
public enum TraceFormat
{
    /// <summary>Told from the first line that is neither blank nor a comment.</summary>
    Auto,

    /// <summary>What <c>valgrind --tool=lackey --trace-mem=yes</c> writes; see <see cref="LackeyReader"/>.</summary>
    Lackey,

    /// <summary>Address, type and perhaps a time on each line; see <see cref="PlainReader"/>.</summary>
    Plain,
}
