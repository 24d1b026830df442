namespace CxlTopology.Specification;

/// <summary>Which flits a link carries.</summary>
public enum FlitMode : byte
{
    /// <summary>68-byte flits: 4 slots of 16 bytes, protocol id and CRC. 8 to 32 GT/s.</summary>
    Flit68,

    /// <summary>256-byte flits: 15 slots, header, CRC and FEC. Any rate, and the only ones at 64 GT/s.</summary>
    Flit256,
}
