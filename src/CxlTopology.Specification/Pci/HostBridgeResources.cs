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

    /// <summary>MMIO of a host bridge comes in multiples of this: 64 GiB.</summary>
    public const ulong MmioBytes = 64UL << 30;

    /// <summary>Where MMIO starts unless windows are there: 32 TiB.</summary>
    public const ulong DefaultBase = 1UL << 45;

    /// <summary>Places host bridges anywhere: each in the first segment, and there the first gap, that has room for it.</summary>
    /// <param name="buses">For each host bridge, the buses that it needs: its own, and one for each port below it.</param>
    /// <param name="above">No address below this is given away: where the last fixed memory window ends, for example.</param>
    /// <exception cref="ArgumentException">A host bridge needs more than 256 buses, or all of them more than 65,536 segments.</exception>
    public static IReadOnlyList<HostBridgeResources> Place(IReadOnlyList<int> buses, ulong above)
    {
        HostBridgePlacement placement = HostBridgePlacement.Of([.. buses.Select(count => new HostBridgeRequest(count))]);
        if (placement.Refusals is [var refusal, ..])
        {
            throw new ArgumentException(
                $"Host bridge {refusal.Bridge} needs {buses[refusal.Bridge]} buses: a segment has {Bdf.BusesMax}, and there are {ushort.MaxValue + 1} segments.", nameof(buses));
        }

        return placement.Resources(above);
    }

    /// <summary>Whether a bus of a segment lies below it.</summary>
    public bool HasBus(ushort segment, byte bus) => segment == Segment && bus >= FirstBus && bus <= LastBus;

    /// <summary>Whether an address is one of its component registers.</summary>
    public bool HasRegister(ulong address) => address - RegisterBase < RegisterBytes;

    /// <summary>Whether an address is MMIO below it.</summary>
    public bool HasMmio(ulong address) => address - MmioBase < MmioSize;
}
