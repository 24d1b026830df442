using static CxlTopology.Vfio.LittleEndian;

namespace CxlTopology.Vfio;

/// <summary>MSI-X as a guest sees it: the capability's control, the vector table and the pending bits. All of it is the VMM's.</summary>
internal sealed class VirtualMsix
{
    private const int VectorBytes = 16;
    private const int ControlOfVector = 12;
    private const ushort Enable = 1 << 15;
    private const ushort MaskAll = 1 << 14;
    private readonly byte[] table;
    private readonly ulong[] pending;
    private ushort control;

    /// <summary>As after a reset: off, every vector masked.</summary>
    public VirtualMsix(int vectors)
    {
        Vectors = vectors;
        table = new byte[vectors * VectorBytes];
        pending = new ulong[(vectors + 63) / 64];
        Reset();
    }

    /// <summary>Vectors.</summary>
    public int Vectors { get; }

    /// <summary>Bytes of the vector table.</summary>
    public int TableLength => table.Length;

    /// <summary>Bytes of the pending bits.</summary>
    public int PendingLength => pending.Length * 8;

    /// <summary>The control register of the capability. Its writable bits are 15 (enable) and 14 (all are masked).</summary>
    public ushort Control
    {
        get => control;
        set => control = (ushort)(control & ~(Enable | MaskAll) | value & (Enable | MaskAll));
    }

    /// <summary>Whether the guest has it on.</summary>
    public bool IsEnabled => (control & Enable) != 0;

    /// <summary>Whether a vector is neither masked nor off.</summary>
    public bool IsOpen(int vector) => (control & (Enable | MaskAll)) == Enable && (table[vector * VectorBytes + ControlOfVector] & 1) == 0;

    /// <summary>What a vector sends, and where to.</summary>
    public (ulong Address, uint Data) MessageOf(int vector)
    {
        ReadOnlySpan<byte> entry = table.AsSpan(vector * VectorBytes, VectorBytes);
        return (U64(entry, 0), U32(entry, 8));
    }

    /// <summary>Whether a vector was raised while it was masked.</summary>
    public bool IsPending(int vector) => (pending[vector / 64] >> vector % 64 & 1) != 0;

    /// <summary>Sets or clears that.</summary>
    public void SetPending(int vector, bool value)
    {
        ulong bit = 1UL << vector % 64;
        pending[vector / 64] = value ? pending[vector / 64] | bit : pending[vector / 64] & ~bit;
    }

    /// <summary>A vector that is pending and not masked any more; -1 if there is none. It is not pending any more.</summary>
    public int TakePending()
    {
        for (int word = 0; word < pending.Length; word++)
        {
            for (ulong rest = pending[word]; rest != 0; rest &= rest - 1)
            {
                int vector = word * 64 + System.Numerics.BitOperations.TrailingZeroCount(rest);
                if (!IsOpen(vector))
                    continue;
                SetPending(vector, false);
                return vector;
            }
        }

        return -1;
    }

    /// <summary>Reads the table.</summary>
    public ulong ReadTable(int offset, int bytes) => Get(table.AsSpan(offset, bytes));

    /// <summary>Writes it.</summary>
    public void WriteTable(int offset, int bytes, ulong value) => Set(table.AsSpan(offset, bytes), value);

    /// <summary>Reads the pending bits.</summary>
    public ulong ReadPending(int offset, int bytes)
    {
        ulong value = pending[offset / 8] >> 8 * (offset % 8);
        return bytes == 8 ? value : value & ((1UL << 8 * bytes) - 1);
    }

    /// <summary>The device was reset.</summary>
    public void Reset()
    {
        control = (ushort)Math.Max(Vectors - 1, 0);
        Array.Clear(table);
        Array.Clear(pending);
        for (int vector = 0; vector < Vectors; vector++)
            table[vector * VectorBytes + ControlOfVector] = 1;
    }
}
