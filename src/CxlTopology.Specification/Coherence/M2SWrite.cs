namespace CxlTopology.Specification;

/// <summary>Requests of the host to a device on CXL.mem with data (RwD), by their opcode.</summary>
public enum M2SWrite : byte
{
    /// <summary>Writes the line.</summary>
    MemWr = 0x1,

    /// <summary>Writes some bytes of the line.</summary>
    MemWrPtl = 0x2,

    /// <summary>The host has a request of its own for the line that a BISnp asks about.</summary>
    BIConflict = 0x4,
}
