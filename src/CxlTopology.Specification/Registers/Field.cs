using System.Runtime.CompilerServices;

namespace CxlTopology.Specification;

/// <summary>A typed handle on a field, so that no model shifts by hand.</summary>
/// <typeparam name="T"><c>bool</c> for one bit, else an unsigned integer of 8, 16 or 32 bits, or an enum over one.</typeparam>
public sealed class Field<T> : RegisterField
    where T : unmanaged
{
    internal Field(RegisterMap map, string name, int offset, int msb, int lsb, RegisterAccess access)
        : base(map, name, offset, msb, lsb, access)
    {
        int bits = typeof(T) == typeof(bool) ? 1 : Unsafe.SizeOf<T>() * 8;
        if (Unsafe.SizeOf<T>() is not (1 or 2 or 4))
            throw new ArgumentException($"{this}: {typeof(T).Name} is not a type of 1, 2 or 4 bytes.");
        if (msb - lsb + 1 > bits)
            throw new ArgumentException($"{this}: {msb - lsb + 1} bits do not fit into {typeof(T).Name}.");
    }

    /// <summary>The field's value in a register's 32 bits.</summary>
    public T Extract(uint word)
    {
        uint value = (word & Mask) >> Lsb;
        if (Unsafe.SizeOf<T>() == 1)
            return Unsafe.BitCast<byte, T>((byte)value);
        return Unsafe.SizeOf<T>() == 2 ? Unsafe.BitCast<ushort, T>((ushort)value) : Unsafe.BitCast<uint, T>(value);
    }

    /// <summary>The register's 32 bits with the field's replaced.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value needs more bits than the field has.</exception>
    public uint Insert(uint word, T value)
    {
        uint raw = Raw(value);
        if (raw > Mask >> Lsb)
            throw new ArgumentOutOfRangeException(nameof(value), value, $"{this} holds 0 to {Mask >> Lsb}.");
        return (word & ~Mask) | (raw << Lsb);
    }

    private static uint Raw(T value)
    {
        if (Unsafe.SizeOf<T>() == 1)
            return Unsafe.BitCast<T, byte>(value);
        return Unsafe.SizeOf<T>() == 2 ? Unsafe.BitCast<T, ushort>(value) : Unsafe.BitCast<T, uint>(value);
    }
}
