namespace CxlTopology.Specification;

/// <summary>What kind of memory a <see cref="Dsmas"/> describes, 8 bits.</summary>
[Flags]
public enum DsmasFlags : byte
{
    /// <summary>Volatile memory for one host.</summary>
    None = 0,

    /// <summary>Keeps its contents without power. Bit 2.</summary>
    NonVolatile = 4,

    /// <summary>Several hosts may use it at once. Bit 3.</summary>
    Shareable = 8,

    /// <summary>Hardware keeps the hosts that share it coherent. Bit 4.</summary>
    HardwareCoherent = 16,

    /// <summary>Comes and goes as dynamic capacity. Bit 5.</summary>
    DynamicCapacity = 32,

    /// <summary>Cannot be written. Bit 6.</summary>
    ReadOnly = 64,
}
