namespace CxlTopology.Specification;

/// <summary>What software may do with the bits of a register field. Bits without a field are reserved: they keep their value.</summary>
public enum RegisterAccess
{
    /// <summary>Read only; hardware may change it.</summary>
    RO,

    /// <summary>Read only, fixed by hardware or firmware before software sees it.</summary>
    HwInit,

    /// <summary>Read and write.</summary>
    RW,

    /// <summary>A one written clears the bit, a zero leaves it.</summary>
    RW1C,

    /// <summary>Read and write until locked, then read only.</summary>
    RWL,

    /// <summary>Write once: a bit that is one stays one until reset.</summary>
    RWO,

    /// <summary>
    /// Reads zero; what is written is a request to the hardware, which sees the write itself (<see cref="RegisterWrite"/>).
    /// </summary>
    WO,

    /// <summary>As <see cref="RO"/>, and kept over a hot reset.</summary>
    ROS,

    /// <summary>As <see cref="RW"/>, and kept over a hot reset.</summary>
    RWS,

    /// <summary>As <see cref="RW1C"/>, and kept over a hot reset.</summary>
    RW1CS,
}
