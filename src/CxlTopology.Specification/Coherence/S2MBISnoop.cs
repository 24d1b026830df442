namespace CxlTopology.Specification;

/// <summary>Back-invalidate snoops of a device on CXL.mem, by their opcode.</summary>
public enum S2MBISnoop : byte
{
    /// <summary>The line as it is now.</summary>
    BISnpCur = 0x0,

    /// <summary>The line will be shared.</summary>
    BISnpData = 0x1,

    /// <summary>The line will be owned by the device.</summary>
    BISnpInv = 0x2,

    /// <summary>BISnpCur of two or four lines.</summary>
    BISnpCurBlk = 0x4,

    /// <summary>BISnpData of two or four lines.</summary>
    BISnpDataBlk = 0x5,

    /// <summary>BISnpInv of two or four lines.</summary>
    BISnpInvBlk = 0x6,
}
