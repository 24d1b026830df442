namespace CxlTopology.Specification;

/// <summary>One row of a <see cref="RegisterMap"/>: some adjacent bits of one 32-bit register.</summary>
public abstract class RegisterField
{
    private protected RegisterField(RegisterMap map, string name, int offset, int msb, int lsb, RegisterAccess access)
    {
        Map = map;
        Name = name;
        Offset = offset & ~3;
        RegisterOffset = offset;
        Msb = msb;
        Lsb = lsb;
        Access = access;
        Mask = uint.MaxValue >> (31 - (msb - lsb)) << lsb;
    }

    /// <summary>The map the field was declared in.</summary>
    public RegisterMap Map { get; }

    /// <summary>The field's name in the specification.</summary>
    public string Name { get; }

    /// <summary>Byte offset of the dword it lies in from the start of the block, a multiple of 4.</summary>
    public int Offset { get; }

    /// <summary>Byte offset of its register as the specification has it: <see cref="Offset"/>, or 2 more.</summary>
    public int RegisterOffset { get; }

    /// <summary>Highest bit of the dword, 0 to 31.</summary>
    public int Msb { get; }

    /// <summary>Lowest bit of the dword, 0 to <see cref="Msb"/>.</summary>
    public int Lsb { get; }

    /// <summary>What software may do with it.</summary>
    public RegisterAccess Access { get; }

    /// <summary>Its bits in the register.</summary>
    public uint Mask { get; }

    /// <summary>Bits in its register, as <c>[7:4]</c>.</summary>
    public string Bits => $"[{Msb - ((RegisterOffset & 2) * 8)}:{Lsb - ((RegisterOffset & 2) * 8)}]";

    /// <summary>Map, name and place, as <c>HDM decoder: Commit +0x10[9:9]</c>.</summary>
    public override string ToString() => $"{Map.Name}: {Name} +0x{RegisterOffset:x2}{Bits}";
}
