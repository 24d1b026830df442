namespace CxlTopology.Specification;

/// <summary>Flags of a CXL.io request: a read or write of registers; they live in the model's part of a message's flags.</summary>
[Flags]
public enum IoFlags : ushort
{
    /// <summary>A read of one byte in memory space.</summary>
    None = 0,

    /// <summary>A write; else a read.</summary>
    Write = 0x100,

    /// <summary>To configuration space: the address is that of <see cref="Bdf.ConfigurationAddress"/>. Else to memory space.</summary>
    Configuration = 0x200,

    /// <summary>A configuration request that has reached the bus it is for (type 0).</summary>
    Type0 = 0x400,

    /// <summary>Inside a component: the function that gets it is the one that is meant.</summary>
    Here = 0x800,

    /// <summary>Bit 0 of the logarithm of how many bytes are meant: 1, 2, 4 or 8.</summary>
    Width0 = 0x1000,

    /// <summary>Bit 1 of the same.</summary>
    Width1 = 0x2000,
}
