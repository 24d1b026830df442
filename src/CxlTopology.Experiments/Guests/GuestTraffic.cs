using CxlTopology.Simulation;

namespace CxlTopology.Experiments;

/// <summary>What the devices of a guest have done by themselves: those that it has not passed on.</summary>
/// <param name="Reads">Lines of memory that they read through the IOMMU.</param>
/// <param name="Writes">Lines that they wrote.</param>
/// <param name="Walks">Walks of the IOMMU.</param>
/// <param name="Faults">Requests that the IOMMU refused.</param>
/// <param name="Interrupts">Interrupts that went into the guest.</param>
/// <param name="Dropped">Interrupts that came while the guest had them off.</param>
/// <param name="Spurious">Interrupts that told nobody of anything.</param>
public sealed record GuestTraffic(long Reads, long Writes, long Walks, long Faults, long Interrupts, long Dropped, long Spurious)
{
    private long[] Values => [Reads, Writes, Walks, Faults, Interrupts, Dropped, Spurious];

    internal void AppendTo(ref RunDigest digest)
    {
        foreach (long value in Values)
            digest.Add(value);
    }

    internal void Save(WireBuffer to)
    {
        foreach (long value in Values)
            to.WriteInt64(value);
    }

    internal static GuestTraffic Load(ref WireReader from) =>
        new(from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64(), from.ReadInt64());
}
