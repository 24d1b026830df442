namespace CxlTopology.Specification;

/// <summary>What a device answers to a snoop: the state it keeps, and what it hit or forwards.</summary>
public enum D2HResponse : byte
{
    /// <summary>Had S or E, keeps S.</summary>
    RspSHitSE = 0x01,

    /// <summary>Had nothing.</summary>
    RspIHitI = 0x04,

    /// <summary>Had S or E, gave it up.</summary>
    RspIHitSE = 0x05,

    /// <summary>Has a clean copy and keeps it as it is.</summary>
    RspVHitV = 0x06,

    /// <summary>Had M, keeps S; the data comes along.</summary>
    RspSFwdM = 0x07,

    /// <summary>Had M, gave it up; the data comes along.</summary>
    RspIFwdM = 0x0F,

    /// <summary>Has M and keeps it; the data comes along.</summary>
    RspVFwdV = 0x16,
}
