namespace CxlTopology.Specification;

/// <summary>Requests of the host to a device on CXL.mem without data, by their opcode.</summary>
public enum M2SRequest : byte
{
    /// <summary>Changes the state of the line at the device; no data comes back.</summary>
    MemInv = 0x0,

    /// <summary>Reads the line.</summary>
    MemRd = 0x1,

    /// <summary>Reads the line; the device chooses the state.</summary>
    MemRdData = 0x2,

    /// <summary>The device's own request is resolved: it may read its memory (HDM-D).</summary>
    MemRdFwd = 0x3,

    /// <summary>The device's own request is resolved: it may write its memory (HDM-D).</summary>
    MemWrFwd = 0x4,

    /// <summary>A read inside a trusted execution environment; a plain read to this model.</summary>
    MemRdTee = 0x5,

    /// <summary>A hint that a read will follow; never answered.</summary>
    MemSpecRd = 0x8,

    /// <summary>MemInv, and the line's data will be written back soon.</summary>
    MemInvNT = 0x9,

    /// <summary>The host has given up a clean line.</summary>
    MemClnEvct = 0xA,
}
