using static CxlTopology.Specification.RegisterAccess;

namespace CxlTopology.Specification;

/// <summary>The Register Locator DVSEC, id 8: where the component and device registers are.</summary>
public sealed class RegisterLocatorRegisters : IRegisterTable
{
    /// <summary>Entries a locator may have here.</summary>
    public const int EntriesMax = 16;

    private const int FirstEntry = 0x0C;

    private readonly Field<byte>[] bars;
    private readonly Field<RegisterBlockId>[] blocks;
    private readonly Field<ushort>[] offsets;
    private readonly Field<uint>[] offsetsHigh;

    /// <summary>A locator with such entries.</summary>
    /// <param name="component">Whose it is, for the name of the table.</param>
    /// <param name="entries">The entries, up to 16.</param>
    /// <exception cref="ArgumentException">There are more than 16, or a place is not possible.</exception>
    public RegisterLocatorRegisters(string component, IReadOnlyList<RegisterLocation> entries)
    {
        if (entries.Count > EntriesMax)
            throw new ArgumentException($"A register locator has up to {EntriesMax} entries, not {entries.Count}.", nameof(entries));
        int length = FirstEntry + (8 * entries.Count);
        Map = Dvsec.NewMap($"Register Locator DVSEC ({component})", length, "CXL 3.1 §8.1.9", revision: 0, id: 8);
        Count = entries.Count;
        bars = new Field<byte>[Count];
        blocks = new Field<RegisterBlockId>[Count];
        offsets = new Field<ushort>[Count];
        offsetsHigh = new Field<uint>[Count];
        for (int i = 0; i < Count; i++)
        {
            RegisterLocation entry = entries[i];
            if (entry.Bar > 5 || entry.Offset % RegisterLocation.Alignment != 0)
                throw new ArgumentException($"{entry}: base address registers are 0 to 5, offsets multiples of 64 KiB.", nameof(entries));
            int at = FirstEntry + (8 * i);
            bars[i] = Map.Field($"Entry {i} Register BIR", at, 2, 0, HwInit, entry.Bar);
            blocks[i] = Map.Field($"Entry {i} Register Block Identifier", at, 15, 8, HwInit, entry.Block);
            offsets[i] = Map.Field($"Entry {i} Register Block Offset Low", at, 31, 16, HwInit, (ushort)(entry.Offset >> 16));
            offsetsHigh[i] = Map.Field($"Entry {i} Register Block Offset High", at + 4, 31, 0, HwInit, (uint)(entry.Offset >> 32));
        }
    }

    /// <inheritdoc/>
    public RegisterMap Map { get; }

    /// <summary>Number of entries.</summary>
    public int Count { get; }

    /// <summary>An entry as the registers have it.</summary>
    /// <exception cref="IndexOutOfRangeException">There is no such entry.</exception>
    public RegisterLocation Entry(RegisterView view, int index) => new(
        view.Get(blocks[index]),
        view.Get(bars[index]),
        ((ulong)view.Get(offsetsHigh[index]) << 32) | ((ulong)view.Get(offsets[index]) << 16));
}
