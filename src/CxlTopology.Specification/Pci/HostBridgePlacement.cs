namespace CxlTopology.Specification;

/// <summary>Places the host bridges of a host in PCI segments and in physical memory.</summary>
/// <remarks>
/// First those whose segment and bus are stated, then those whose segment is, then those whose bus is, then the others; each of these in their order, each at the
/// lowest place there is: the first segment, in it the first gap. So the same requests always give the same places.
/// </remarks>
public sealed class HostBridgePlacement
{
    private const int Nobody = -1;
    private readonly IReadOnlyList<HostBridgeRequest> requests;
    private readonly Dictionary<int, int[]> segments = []; // of each bus, the host bridge it belongs to
    private readonly (ushort Segment, byte Bus)[] places;
    private readonly List<HostBridgeRefusal> refusals = [];

    private HostBridgePlacement(IReadOnlyList<HostBridgeRequest> requests)
    {
        this.requests = requests;
        places = new (ushort, byte)[requests.Count];
        for (int rank = 0; rank < 4; rank++)
        {
            for (int i = 0; i < requests.Count; i++)
            {
                if (RankOf(requests[i]) == rank && Find(i) is { } refusal)
                    refusals.Add(refusal);
            }
        }

        refusals.Sort((a, b) => a.Bridge.CompareTo(b.Bridge));
    }

    /// <summary>The host bridges that have no place, in their order.</summary>
    public IReadOnlyList<HostBridgeRefusal> Refusals => refusals;

    /// <summary>Looks for a place for each.</summary>
    public static HostBridgePlacement Of(IReadOnlyList<HostBridgeRequest> requests) => new(requests);

    /// <summary>The resources of each host bridge.</summary>
    /// <param name="above">No address below this is given away: where the last fixed memory window ends, for example.</param>
    /// <exception cref="InvalidOperationException">One has no place.</exception>
    public IReadOnlyList<HostBridgeResources> Resources(ulong above)
    {
        if (refusals.Count > 0)
            throw new InvalidOperationException($"Host bridge {refusals[0].Bridge} has no place: {refusals[0].Reason}.");
        ulong start = HostBridgeResources.DefaultBase;
        while (start < above)
            start += HostBridgeResources.DefaultBase;
        ulong mmio = start + AlignUp((ulong)requests.Count * HostBridgeResources.RegisterBytes, HostBridgeResources.MmioBytes);
        var placed = new List<HostBridgeResources>(requests.Count);
        for (int i = 0; i < requests.Count; i++)
        {
            (ushort segment, byte bus) = places[i];
            ulong size = AlignUp(Math.Max(requests[i].MmioSize, 1), HostBridgeResources.MmioBytes);
            placed.Add(new HostBridgeResources(
                segment, bus, (byte)(bus + requests[i].Buses - 1), start + (ulong)i * HostBridgeResources.RegisterBytes, mmio, size));
            mmio += size;
        }

        return placed;
    }

    private static int RankOf(HostBridgeRequest request) => (request.Segment is null ? 2 : 0) + (request.FirstBus is null ? 1 : 0);

    private HostBridgeRefusal? Find(int index)
    {
        HostBridgeRequest request = requests[index];
        if (request.Buses is < 1 or > Bdf.BusesMax)
            return new HostBridgeRefusal(index, HostBridgeRefusalReason.TooManyBuses);
        if (request.FirstBus + request.Buses > Bdf.BusesMax)
            return new HostBridgeRefusal(index, HostBridgeRefusalReason.PastLastBus);
        int other = Nobody;
        int last = request.Segment ?? ushort.MaxValue;
        for (int segment = request.Segment ?? 0; segment <= last; segment++)
        {
            if (GapIn(segment, request, out other) is var bus and >= 0)
            {
                Take(index, segment, bus);
                return null;
            }
        }

        return request switch
        {
            { Segment: not null, FirstBus: not null } => new HostBridgeRefusal(index, HostBridgeRefusalReason.Overlap, other),
            { Segment: not null } => new HostBridgeRefusal(index, HostBridgeRefusalReason.SegmentFull),
            _ => new HostBridgeRefusal(index, HostBridgeRefusalReason.NoSegment),
        };
    }

    /// <summary>The first bus of a gap that is large enough; -1 if there is none.</summary>
    private int GapIn(int segment, HostBridgeRequest request, out int other)
    {
        other = Nobody;
        if (!segments.TryGetValue(segment, out int[]? owners))
            return request.FirstBus ?? 0;
        int first = request.FirstBus ?? 0;
        int free = 0;
        for (int bus = first; bus < owners.Length; bus++)
        {
            free = owners[bus] == Nobody ? free + 1 : 0;
            if (free == request.Buses)
                return bus - free + 1;
            if (free == 0 && request.FirstBus is not null)
            {
                other = owners[bus];
                return Nobody;
            }
        }

        return Nobody;
    }

    private void Take(int index, int segment, int bus)
    {
        if (!segments.TryGetValue(segment, out int[]? owners))
        {
            owners = new int[Bdf.BusesMax];
            Array.Fill(owners, Nobody);
            segments.Add(segment, owners);
        }

        owners.AsSpan(bus, requests[index].Buses).Fill(index);
        places[index] = ((ushort)segment, (byte)bus);
    }

    private static ulong AlignUp(ulong value, ulong alignment) => (value + alignment - 1) / alignment * alignment;
}
