using CxlTopology.Software;

namespace CxlTopology.Vfio;

/// <summary>Registers of one device that are emulated: a live shadow, the shadow as it was when the device was opened, and the rules of a dialect.</summary>
/// <remarks>
/// Accesses in dialects rfc-v2 and rfc-v2-as-posted: a register is one block. An access that starts at it is cut to its length, one that starts inside of it is EINVAL; a write has to have the whole register.
/// In v3 a narrower access to configuration space reads or merges into the register.
/// </remarks>
public sealed class EmulatedSpace
{
    private readonly EmulatedRegister?[] at;
    private readonly byte[] live;
    private readonly byte[] initial;
    private readonly Func<int, int, Task<uint>> read;
    private readonly Func<int, int, uint, Task> write;

    /// <summary>Registers over a snapshot.</summary>
    /// <param name="dialect">Whose rules hold.</param>
    /// <param name="registers">The registers.</param>
    /// <param name="snapshot">The block as the guest is to see it at first; it is taken over.</param>
    /// <param name="read">Reads the device: offset in the block, bytes.</param>
    /// <param name="write">Writes the device: offset in the block, bytes, value.</param>
    public EmulatedSpace(
        VfioDialect dialect, IEnumerable<EmulatedRegister> registers, byte[] snapshot, Func<int, int, Task<uint>> read, Func<int, int, uint, Task> write)
    {
        Dialect = dialect;
        initial = snapshot;
        live = [.. snapshot];
        at = new EmulatedRegister?[snapshot.Length];
        this.read = read;
        this.write = write;
        foreach (EmulatedRegister register in registers)
        {
            if (register.In(dialect) is null || register.Offset + register.Length > at.Length)
                continue;
            for (int i = 0; i < register.Length; i++)
                at[register.Offset + i] = register;
        }
    }

    /// <summary>The dialect.</summary>
    public VfioDialect Dialect { get; }

    /// <summary>Bytes.</summary>
    public int Length => live.Length;

    /// <summary>The live shadow of a register.</summary>
    public uint this[int offset, int length]
    {
        get => (uint)LittleEndian.Get(live.AsSpan(offset, length));
        internal set => LittleEndian.Set(live.AsSpan(offset, length), value);
    }

    /// <summary>The shadow of a register as it was when the device was opened.</summary>
    public uint Initial(int offset, int length) => (uint)LittleEndian.Get(initial.AsSpan(offset, length));

    /// <summary>The register that an offset lies in; null if it is not emulated.</summary>
    public EmulatedRegister? Find(int offset) => offset >= 0 && offset < at.Length ? at[offset] : null;

    /// <summary>Changes a register in both shadows, before a guest has seen it.</summary>
    internal void Preset(int offset, int length, uint value)
    {
        LittleEndian.Set(initial.AsSpan(offset, length), value);
        LittleEndian.Set(live.AsSpan(offset, length), value);
    }

    /// <summary>The live shadow becomes what it was when the device was opened.</summary>
    public void Restore() => initial.CopyTo(live, 0);

    /// <summary>Reads.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="into">At most 4 bytes, naturally aligned.</param>
    /// <param name="narrow">Whether a part of a register may be read.</param>
    /// <returns>Bytes read; 0 if nothing emulated starts there.</returns>
    /// <exception cref="ErrnoException">EINVAL: it starts inside a register.</exception>
    public async Task<int> Read(int offset, Memory<byte> into, bool narrow)
    {
        if (Find(offset) is not { } register)
            return 0;
        int inside = Inside(register, offset, narrow);
        int bytes = Math.Min(into.Length, register.Length - inside);
        uint value = register.In(Dialect)!.FromDevice ? await read(register.Offset, register.Length) : this[register.Offset, register.Length];
        LittleEndian.Set(into.Span[..bytes], value >> (8 * inside));
        return bytes;
    }

    /// <summary>Writes.</summary>
    /// <param name="offset">Where.</param>
    /// <param name="data">At most 4 bytes, naturally aligned.</param>
    /// <param name="narrow">Whether a part of a register may be written.</param>
    /// <returns>Bytes written; 0 if nothing emulated starts there.</returns>
    /// <exception cref="ErrnoException">EINVAL: it is not a whole register.</exception>
    public async Task<int> Write(int offset, ReadOnlyMemory<byte> data, bool narrow)
    {
        if (Find(offset) is not { } register)
            return 0;
        int inside = Inside(register, offset, narrow);
        int bytes = Math.Min(data.Length, register.Length - inside);
        RegisterRule rule = register.In(Dialect)!;
        if (rule.Write is null)
            return bytes;
        if (bytes < register.Length && !narrow)
            throw new ErrnoException(Errno.EINVAL, $"{register.Name} is written whole, {register.Length} bytes, not {bytes}.");
        uint mask = (bytes == 4 ? uint.MaxValue : (1u << (8 * bytes)) - 1) << (8 * inside);
        uint value = (uint)LittleEndian.Get(data.Span[..bytes]) << (8 * inside);
        await rule.Write(this, register, bytes == register.Length ? value : (this[register.Offset, register.Length] & ~mask) | value);
        return bytes;
    }

    /// <summary>Reads the device.</summary>
    internal Task<uint> ReadDevice(int offset, int length) => read(offset, length);

    /// <summary>Writes the device.</summary>
    internal Task WriteDevice(int offset, int length, uint value) => write(offset, length, value);

    private static int Inside(EmulatedRegister register, int offset, bool narrow)
    {
        int inside = offset - register.Offset;
        return inside == 0 || narrow
            ? inside
            : throw new ErrnoException(Errno.EINVAL, $"{register.Name} starts at 0x{register.Offset:x}: an access to a part of it, at 0x{offset:x}, is not possible.");
    }
}
