namespace CxlTopology.Specification;

/// <summary>What becomes of something over a reset: a cell of the table of what survives (<see cref="SurvivalTable"/>).</summary>
public enum Survival
{
    /// <summary>It is as before.</summary>
    Kept,

    /// <summary>It has its initial value; of memory and caches, the contents are gone.</summary>
    Lost,

    /// <summary>
    /// Kept if CAPABILITY3 says so for this reset, or, after a hot reset of a device that leaves the choice to software, CONTROL2; else
    /// lost.
    /// </summary>
    AsConfigured,

    /// <summary>Dirty lines are written back first, then no line is valid.</summary>
    WrittenBack,

    /// <summary>They stop, what they wait for is given up, and software has to start them again.</summary>
    Stopped,

    /// <summary>Zeros if memory clear is enabled in CONTROL2; else the specification leaves it open, and this model keeps it.</summary>
    ClearedIfEnabled,
}
