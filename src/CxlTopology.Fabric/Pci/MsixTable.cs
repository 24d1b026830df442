using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>The MSI-X table of a function, with its pending bits: which vector writes what where, once it may.</summary>
internal sealed class MsixTable(int count) : IRegisterSpace
{
    private readonly MsixTableLayout layout = MsixTableLayout.For(count);
    private readonly RegisterBank bank = new(MsixTableLayout.For(count).Registers);
    private readonly SortedSet<int> pending = [];

    /// <inheritdoc/>
    public bool Accepts(long offset, int size) => layout.Registers.Accepts(offset, size);

    /// <inheritdoc/>
    public ulong Read(int offset, int size) => bank.Read(offset, size);

    /// <inheritdoc/>
    public bool Write(int offset, int size, ulong value)
    {
        bank.Write(offset, size, value);
        return pending.Count > 0;
    }

    /// <summary>A vector is to fire. One that is not there stands for the first.</summary>
    public void Raise(int vector)
    {
        vector = vector < count ? vector : 0;
        pending.Add(vector);
        layout.SetPending(bank, vector, true);
    }

    /// <summary>Takes a vector that fires and is not masked.</summary>
    /// <param name="address">Where it writes.</param>
    /// <param name="data">What.</param>
    public bool TryFire(out ulong address, out uint data)
    {
        foreach (int vector in pending)
        {
            RegisterView entry = bank[layout.Vector(vector)];
            if (entry.Get(MsixVectorRegisters.Masked))
                continue;
            pending.Remove(vector);
            layout.SetPending(bank, vector, false);
            address = (ulong)entry.Get(MsixVectorRegisters.AddressHigh) << 32 | (ulong)entry.Get(MsixVectorRegisters.AddressLow) << 2;
            data = entry.Get(MsixVectorRegisters.Data);
            return true;
        }

        (address, data) = (0, 0);
        return false;
    }

    /// <summary>A reset of the function.</summary>
    public void Reset(ResetKind kind)
    {
        bank.Reset(kind);
        pending.Clear();
    }
}
