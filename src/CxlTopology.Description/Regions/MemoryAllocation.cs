using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>
/// Gives each region its part of every endpoint's memory. Decoders go by ascending host address and by ascending device address, volatile
/// capacity comes first: so the persistent parts of an endpoint must lie above its volatile ones in the host's addresses too.
/// </summary>
internal sealed class MemoryAllocation(ErrorSink errors)
{
    public Dictionary<RegionDraft, RegionTargetModel[]> Allocate(IReadOnlyList<(RegionDraft Draft, ulong Base)> placed)
    {
        Dictionary<RegionDraft, RegionTargetModel[]> parts = new(ReferenceEqualityComparer.Instance);
        Dictionary<string, Cursor> cursors = new(StringComparer.Ordinal);
        foreach ((RegionDraft draft, ulong _) in placed.OrderBy(entry => entry.Base))
        {
            RegionTargetModel[] targets = new RegionTargetModel[draft.Ways];
            for (int position = 0; position < draft.Ways; position++)
            {
                (EndpointModel endpoint, SourcePosition where) = draft.Endpoints[position];
                if (!cursors.TryGetValue(endpoint.Name, out Cursor? cursor))
                    cursors.Add(endpoint.Name, cursor = new Cursor());
                targets[position] = Take(draft, endpoint, where, position, cursor);
            }

            parts.Add(draft, targets);
        }

        return parts;
    }

    private RegionTargetModel Take(RegionDraft draft, EndpointModel endpoint, SourcePosition where, int position, Cursor cursor)
    {
        ulong size = draft.Size.Bytes / (ulong)draft.Ways;
        bool pmem = draft.Memory == RegionMemory.Pmem;
        ulong start = pmem ? Math.Max(cursor.End, endpoint.Volatile.Bytes) : cursor.End;
        ulong limit = pmem ? endpoint.Capacity.Bytes : endpoint.Volatile.Bytes;
        if (!pmem && cursor.PmemTaken)
        {
            errors.Add(DescriptionErrorCode.DpaOrder, where,
                $"{PrintableText.Quote(endpoint.Name)} has a persistent region at a lower host address than this volatile one",
                "Give the volatile region the lower address: an endpoint's decoders ascend in both addresses.");
        }
        else if (start + size > limit)
        {
            ulong left = limit > start ? limit - start : 0;
            errors.Add(DescriptionErrorCode.CapacityExhausted, where,
                $"{PrintableText.Quote(endpoint.Name)} has {new ByteSize(left)} of {(pmem ? "persistent" : "volatile")} memory left, and "
                    + $"the region takes {new ByteSize(size)}",
                "Make the region smaller, or the endpoint larger.");
        }

        RegionTargetModel target = new(position, endpoint, cursor.Decoders, new Dpa(start), new ByteSize(start - cursor.End));
        cursor.Decoders++;
        cursor.End = start + size;
        cursor.PmemTaken |= pmem;
        return target;
    }

    /// <summary>What is taken of one endpoint.</summary>
    private sealed class Cursor
    {
        public ulong End { get; set; }

        public int Decoders { get; set; }

        public bool PmemTaken { get; set; }
    }
}
