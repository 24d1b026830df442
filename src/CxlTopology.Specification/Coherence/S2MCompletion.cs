namespace CxlTopology.Specification;

/// <summary>Completions without data of a device on CXL.mem (NDR), by their opcode.</summary>
public enum S2MCompletion : byte
{
    /// <summary>Done; the host keeps nothing, or it does not matter.</summary>
    Cmp = 0x0,

    /// <summary>Done; the host may keep S.</summary>
    CmpS = 0x1,

    /// <summary>Done; the host may keep E, and write it.</summary>
    CmpE = 0x2,

    /// <summary>Done; the host takes over a modified line.</summary>
    CmpM = 0x3,

    /// <summary>All completions for the line that were on their way are ahead of this one.</summary>
    BIConflictAck = 0x4,
}
