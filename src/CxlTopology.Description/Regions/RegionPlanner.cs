using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Gives regions their addresses and their parts of the endpoints' memory, and checks what can only be checked then.</summary>
internal sealed class RegionPlanner(IReadOnlyDictionary<string, EndpointPlace> places, ErrorSink errors)
{
    /// <summary>Plans all regions of a file; those with an error are left out.</summary>
    public IReadOnlyList<RegionModel> Plan(IReadOnlyList<RegionDraft> drafts)
    {
        List<(RegionDraft Draft, ulong Base)> placed = Place(drafts);
        RegionGeometry geometry = new(places, errors);
        foreach ((RegionDraft draft, ulong address) in placed)
        {
            CheckUse(draft);
            geometry.Check(draft, address);
        }

        new DecoderBudget(places, errors).Check(placed);
        Dictionary<RegionDraft, RegionTargetModel[]> parts = new MemoryAllocation(errors).Allocate(placed);
        return
        [
            .. placed.Select(entry => new RegionModel
            {
                Name = entry.Draft.Name,
                Host = entry.Draft.Host,
                Window = entry.Draft.Window,
                Targets = parts[entry.Draft],
                Granularity = entry.Draft.Granularity,
                Size = entry.Draft.Size,
                Base = new Hpa(entry.Base),
                Memory = entry.Draft.Memory,
                Position = entry.Draft.Position,
            }),
        ];
    }

    /// <summary>Stated addresses first; then the lowest free multiple of 256 MiB for each other region, in the order of the file.</summary>
    private List<(RegionDraft Draft, ulong Base)> Place(IReadOnlyList<RegionDraft> drafts)
    {
        Dictionary<RegionDraft, ulong> bases = new(ReferenceEqualityComparer.Instance);
        Dictionary<WindowModel, WindowSpace> spaces = new(ReferenceEqualityComparer.Instance);
        foreach (RegionDraft draft in drafts)
            spaces.TryAdd(draft.Window, new WindowSpace(draft.Window));
        foreach (RegionDraft draft in drafts)
        {
            if (draft.Base is Hpa stated && PlaceStated(draft, stated.Value, spaces[draft.Window]))
                bases.Add(draft, stated.Value);
        }

        foreach (RegionDraft draft in drafts)
        {
            if (draft.Base is not null)
                continue;
            if (spaces[draft.Window].FirstFit(draft.Size.Bytes) is ulong found)
            {
                spaces[draft.Window].Take(found, draft);
                bases.Add(draft, found);
            }
            else
            {
                errors.Add(DescriptionErrorCode.WindowFull, draft.SizePosition,
                    $"window {draft.Window.Index} has no room for {draft.Size}",
                    $"The window has {draft.Window.Size} in all: make it larger, or the regions smaller.");
            }
        }

        return [.. drafts.Where(bases.ContainsKey).Select(draft => (draft, bases[draft]))];
    }

    private bool PlaceStated(RegionDraft draft, ulong address, WindowSpace space)
    {
        if (address < draft.Window.Base.Value || address > draft.Window.End || draft.Size.Bytes > draft.Window.End - address)
        {
            errors.Add(DescriptionErrorCode.RegionOutsideWindow, draft.BasePosition,
                $"the region does not lie in window {draft.Window.Index}, {draft.Window.Base} to {new Hpa(draft.Window.End)}",
                "Leave \"base\" out to have it placed.");
            return false;
        }

        if (space.Take(address, draft) is not RegionDraft other)
            return true;
        errors.Add(DescriptionErrorCode.RegionsOverlap, draft.BasePosition, $"the region overlaps {PrintableText.Quote(other.Name)}",
            "Leave \"base\" out to have it placed.");
        return false;
    }

    /// <summary>The window allows this coherence and this memory; all endpoints are of one coherence.</summary>
    private void CheckUse(RegionDraft draft)
    {
        WindowAllowance kind = draft.Memory == RegionMemory.Ram ? WindowAllowance.Volatile : WindowAllowance.Persistent;
        if (!draft.Window.Allow.HasFlag(kind))
        {
            errors.Add(DescriptionErrorCode.WindowForbids, draft.Position,
                $"window {draft.Window.Index} does not allow {(draft.Memory == RegionMemory.Ram ? "volatile" : "persistent")} memory",
                "Add it to the window's \"allow\", or use another window.");
        }

        // An endpoint without a type has been reported.
        if (draft.Endpoints.Any(member => member.Endpoint.Type == default))
            return;
        bool hostOnly = draft.Endpoints[0].Endpoint.Coherence == CoherenceModel.HdmH;
        if (!draft.Window.Allow.HasFlag(hostOnly ? WindowAllowance.Type3 : WindowAllowance.Type2))
        {
            errors.Add(DescriptionErrorCode.WindowForbids, draft.Position,
                $"window {draft.Window.Index} does not allow {(hostOnly ? "type3: host-only" : "type2: device-coherent")} memory",
                "Add it to the window's \"allow\", or use another window.");
        }

        foreach ((EndpointModel endpoint, SourcePosition position) in draft.Endpoints)
        {
            if ((endpoint.Coherence == CoherenceModel.HdmH) != hostOnly)
            {
                errors.Add(DescriptionErrorCode.RegionMixesTypes, position,
                    $"{PrintableText.Quote(endpoint.Name)} is {(hostOnly ? "device-coherent" : "host-only")}, and the first endpoint is "
                        + $"not",
                    "A decoder has one target type: put them in different regions.");
                break;
            }
        }
    }
}
