namespace CxlTopology.Specification;

/// <summary>What the host answers to a back-invalidate snoop: what it keeps.</summary>
public enum M2SBIResponse : byte
{
    /// <summary>Nothing.</summary>
    BIRspI = 0x0,

    /// <summary>A shared copy.</summary>
    BIRspS = 0x1,

    /// <summary>The only copy, clean.</summary>
    BIRspE = 0x2,

    /// <summary>Nothing of every line of the block.</summary>
    BIRspIBlk = 0x4,

    /// <summary>Shared copies of the block's lines.</summary>
    BIRspSBlk = 0x5,

    /// <summary>The only copies of the block's lines.</summary>
    BIRspEBlk = 0x6,
}
