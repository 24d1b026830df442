namespace CxlTopology.Specification;

/// <summary>What firmware should call memory in the EFI memory map, as a <see cref="Dsemts"/> recommends.</summary>
public enum EfiMemoryType : byte
{
    /// <summary>Conventional memory. Code 0.</summary>
    Conventional = 0,

    /// <summary>Conventional memory for a special purpose: kept out of general use. Code 1.</summary>
    SpecialPurpose = 1,

    /// <summary>Reserved memory. Code 2.</summary>
    Reserved = 2,
}
