namespace CxlTopology.Description;

/// <summary>In what order a workload touches its target.</summary>
public enum WorkloadPattern
{
    /// <summary>Every access anywhere.</summary>
    Random,

    /// <summary>One after the other, from the start again at the end.</summary>
    Sequential,

    /// <summary>At a fixed distance.</summary>
    Stride,

    /// <summary>Each address depends on the data of the access before: one outstanding at a time.</summary>
    PointerChase,

    /// <summary>A share of the accesses to a small share of the bytes.</summary>
    HotSpot,

    /// <summary>As a recorded trace says.</summary>
    Trace,
}
