namespace CxlTopology.Specification;

/// <summary>
/// What a write does to one 32-bit register, as masks: one of each for every register of a map, computed as rows are declared.
/// </summary>
internal struct RegisterMasks
{
    /// <summary>Bits of any field.</summary>
    public uint Declared;

    /// <summary>RW, RWL and RWS.</summary>
    public uint Writable;

    /// <summary>RWL.</summary>
    public uint Lockable;

    /// <summary>RW1C and RW1CS.</summary>
    public uint WriteOneToClear;

    /// <summary>RWO.</summary>
    public uint WriteOnce;

    /// <summary>WO.</summary>
    public uint WriteOnly;

    /// <summary>ROS, RWS and RW1CS.</summary>
    public uint Sticky;

    /// <summary>Adds the bits of a row.</summary>
    public void Add(RegisterField field)
    {
        uint mask = field.Mask;
        RegisterAccess access = field.Access;
        Declared |= mask;
        if (access is RegisterAccess.RW or RegisterAccess.RWL or RegisterAccess.RWS)
            Writable |= mask;
        if (access is RegisterAccess.RWL)
            Lockable |= mask;
        if (access is RegisterAccess.RW1C or RegisterAccess.RW1CS)
            WriteOneToClear |= mask;
        if (access is RegisterAccess.RWO)
            WriteOnce |= mask;
        if (access is RegisterAccess.WO)
            WriteOnly |= mask;
        if (access is RegisterAccess.ROS or RegisterAccess.RWS or RegisterAccess.RW1CS)
            Sticky |= mask;
    }

    /// <summary>The register after a write.</summary>
    /// <param name="current">Before.</param>
    /// <param name="value">What is written.</param>
    /// <param name="enabled">Bits of the bytes that are written; the others keep their value, whatever their rule.</param>
    /// <param name="locked">Whether RWL bits are locked.</param>
    public readonly uint Written(uint current, uint value, uint enabled, bool locked)
    {
        uint writable = (locked ? Writable & ~Lockable : Writable) & enabled;
        value &= enabled;
        uint kept = (current & ~writable) | (value & writable);
        return (kept | (value & WriteOnce)) & ~(value & WriteOneToClear);
    }
}
