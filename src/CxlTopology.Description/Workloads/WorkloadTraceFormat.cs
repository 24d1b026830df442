namespace CxlTopology.Description;

/// <summary>The format of a trace file.</summary>
public enum WorkloadTraceFormat
{
    /// <summary>Found out from its first lines.</summary>
    Auto,

    /// <summary>What valgrind's lackey tool prints with <c>--trace-mem=yes</c>.</summary>
    Lackey,

    /// <summary>One access a line: address, type, and perhaps time.</summary>
    Plain,
}
