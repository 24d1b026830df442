namespace CxlTopology.Specification;

/// <summary>Responses with data of a device on CXL.mem (DRS), by their opcode.</summary>
public enum S2MData : byte
{
    /// <summary>The data.</summary>
    MemData = 0x0,

    /// <summary>The address has no memory.</summary>
    MemDataNxm = 0x1,
}
