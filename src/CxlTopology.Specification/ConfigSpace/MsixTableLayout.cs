using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The base address register of an MSI-X capability: vectors from 0 on, pending bits from half way on.</summary>
/// <remarks>Shared by all functions with so many vectors.</remarks>
public sealed class MsixTableLayout
{
    /// <summary>Vectors there may be: what fits into 64 KiB with the pending bits.</summary>
    public const int VectorsMax = 2048;

    private static readonly MsixTableLayout?[] known = new MsixTableLayout?[VectorsMax + 1];

    private readonly RegisterBlock[] vectors;

    private MsixTableLayout(int count)
    {
        int length = ConfigSpaceLayouts.MsixBarSize(count);
        PendingOffset = length / 2;
        RegisterLayoutBuilder builder = new($"MSI-X table of {count}", length);
        vectors = new RegisterBlock[count];
        for (int i = 0; i < count; i++)
            vectors[i] = builder.Add(MsixVectorRegisters.Map, i * MsixVectorRegisters.Map.Length, ResetClass.Function);
        int words = ((count + 63) / 64) * 2;
        RegisterMap pending = new("MSI-X pending bits", words * 4, "PCI Express, MSI-X pending bit array");
        for (int i = 0; i < words; i++)
            pending.Field<uint>($"Pending {i * 32} to {(i * 32) + 31}", i * 4, 31, 0, RO);
        builder.Add(pending, PendingOffset, ResetClass.Function);
        Registers = builder.Build();
    }

    /// <summary>The registers.</summary>
    public RegisterLayout Registers { get; }

    /// <summary>Vectors.</summary>
    public int Count => vectors.Length;

    /// <summary>Where the pending bits begin, 32 a register.</summary>
    public int PendingOffset { get; }

    /// <summary>The layout for a number of vectors. The same instance every time.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is not 1 to 2048.</exception>
    public static MsixTableLayout For(int vectors)
    {
        if (vectors is < 1 or > VectorsMax)
            throw new ArgumentOutOfRangeException(nameof(vectors), vectors, $"An MSI-X table has 1 to {VectorsMax} vectors.");
        lock (known)
            return known[vectors] ??= new MsixTableLayout(vectors);
    }

    /// <summary>The registers of a vector.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such vector.</exception>
    public RegisterBlock Vector(int index) => vectors[index];

    /// <summary>Sets or clears the pending bit of a vector.</summary>
    public void SetPending(RegisterBank bank, int vector, bool pending)
    {
        int offset = PendingOffset + (vector / 32 * 4);
        uint bit = 1U << (vector % 32);
        uint word = bank.Word(offset);
        bank.SetWord(offset, pending ? word | bit : word & ~bit);
    }
}
