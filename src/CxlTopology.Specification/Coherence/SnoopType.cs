namespace CxlTopology.Specification;

/// <summary>What a device must do to its own cache before it serves a CXL.mem request.</summary>
public enum SnoopType : byte
{
    /// <summary>Nothing.</summary>
    NoOp = 0,

    /// <summary>Share: M and E become S.</summary>
    SnpData = 1,

    /// <summary>Give the line as it is; nothing changes.</summary>
    SnpCur = 2,

    /// <summary>Give the line up.</summary>
    SnpInv = 3,
}
