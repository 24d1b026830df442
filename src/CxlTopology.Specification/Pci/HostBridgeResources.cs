namespace CxlTopology.Specification;

/// <summary>What ACPI says of a host bridge: where its buses, its component registers and its MMIO lie. Fixed by the platform, not by registers.</summary>
/// <param name="Segment">The PCI segment (_SEG).</param>
/// <param name="FirstBus">The bus that its root ports are on (_BBN).</param>
/// <param name="LastBus">The last bus below it.</param>
/// <param name="RegisterBase">The 64 KiB block of its component registers (CHBS).</param>
/// <param name="MmioBase">Where the addresses for BARs below it start (_CRS), 64-bit and prefetchable.</param>
/// <param name="MmioSize">How many there are.</param>
public sealed record HostBridgeResources(ushort Segment, byte FirstBus, byte LastBus, ulong RegisterBase, ulong MmioBase, ulong MmioSize)
{
    /// <summary>Bytes of a block of component registers.</summary>
    public const ulong RegisterBytes = 64 << 10;

    /// <summary>MMIO of each host bridge: 64 GiB.</summary>
    public const ulong MmioBytes = 64UL << 30;

    /// <summary>Where MMIO starts unless windows are there: 32 TiB.</summary>
    public const ulong DefaultBase = 1UL << 45;

    /// <summary>Places host bridges one after the other: in a segment while its 256 buses last, then in the next.</summary>
    /// <param name="buses">For each host bridge, the buses that it needs: its own, and one for each port below it.</param>
    /// <param name="above">No address below this is given away: where the last fixed memory window ends, for example.</param>
    /// <exception cref="ArgumentException">A host bridge needs more than 256 buses, or all of them more than 65,536 segments.</exception>
    public static IReadOnlyList<HostBridgeResources> Place(IReadOnlyList<int> buses, ulong above)
    {
        ulong start = DefaultBase;
        while (start < above)
            start += DefaultBase;
        ulong mmio = start + AlignUp((ulong)buses.Count * RegisterBytes, MmioBytes);
        var placed = new List<HostBridgeResources>(buses.Count);
        int segment = 0;
        int next = 0;
        for (int i = 0; i < buses.Count; i++)
        {
            if (buses[i] is < 1 or > Bdf.BusesMax)
                throw new ArgumentException($"Host bridge {i} needs {buses[i]} buses; a segment has {Bdf.BusesMax}.", nameof(buses));
            if (next + buses[i] > Bdf.BusesMax)
            {
                next = 0;
                if (++segment > ushort.MaxValue)
                    throw new ArgumentException($"The host bridges need more than {ushort.MaxValue + 1} segments.", nameof(buses));
            }

            placed.Add(new HostBridgeResources(
                (ushort)segment, (byte)next, (byte)(next + buses[i] - 1), start + (ulong)i * RegisterBytes, mmio + (ulong)i * MmioBytes, MmioBytes));
            next += buses[i];
        }

        return placed;
    }

    /// <summary>Whether a bus of a segment lies below it.</summary>
    public bool HasBus(ushort segment, byte bus) => segment == Segment && bus >= FirstBus && bus <= LastBus;

    /// <summary>Whether an address is one of its component registers.</summary>
    public bool HasRegister(ulong address) => address - RegisterBase < RegisterBytes;

    /// <summary>Whether an address is MMIO below it.</summary>
    public bool HasMmio(ulong address) => address - MmioBase < MmioSize;

    private static ulong AlignUp(ulong value, ulong alignment) => (value + alignment - 1) / alignment * alignment;
}
