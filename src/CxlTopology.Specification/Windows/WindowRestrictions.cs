namespace CxlTopology.Specification;

/// <summary>What a fixed memory window may hold (CFMWS restrictions, 16 bits). No bit set: nothing is allowed in it.</summary>
[Flags]
public enum WindowRestrictions
{
    /// <summary>No bit set.</summary>
    None = 0,

    /// <summary>Device-coherent memory, of type 2 devices. Bit 0.</summary>
    Type2 = 1,

    /// <summary>Host-only coherent memory, of type 3 devices. Bit 1.</summary>
    Type3 = 2,

    /// <summary>Volatile memory. Bit 2.</summary>
    Volatile = 4,

    /// <summary>Persistent memory. Bit 3.</summary>
    Persistent = 8,

    /// <summary>Fixed configuration: software may not change what is programmed in it. Bit 4.</summary>
    Fixed = 16,

    /// <summary>Memory coherent by back-invalidate, HDM-DB. Bit 5.</summary>
    BackInvalidate = 32,
}
