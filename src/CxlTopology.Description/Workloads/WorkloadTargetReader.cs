using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Reads where a workload goes: a region, a window, or a range of addresses in a window.</summary>
internal sealed class WorkloadTargetReader(IReadOnlyList<RegionModel> regions, IReadOnlyCollection<string> declaredRegions, IReadOnlyList<GuestModel> guests)
{
    /// <summary>The target; null after a report.</summary>
    public WorkloadTarget? Read(SectionReader workload, HostModel host)
    {
        switch (workload.Find(WorkloadKeys.To))
        {
            case null:
                return null;
            case YamlScalar scalar:
                if (!workload.TryParse(scalar, Kinds.DottedName, out string name))
                    return null;
                return name.Contains('.', StringComparison.Ordinal) ? Memory(workload, name, scalar.Position, host) : Region(workload, name, scalar.Position, host);
            case YamlNode node:
                return ReadSection(SectionReader.Open(node, WorkloadKeys.TargetTable, workload.Errors), host);
        }
    }

    private WorkloadTarget? ReadSection(SectionReader section, HostModel host)
    {
        if (section.Get(WorkloadKeys.TargetMemory))
            return MemoryRange(section, host);
        bool range = section.Has(WorkloadKeys.TargetBase) || section.Has(WorkloadKeys.TargetSize);
        int ways = (section.Has(WorkloadKeys.TargetRegion) ? 1 : 0) + (section.Has(WorkloadKeys.TargetWindow) ? 1 : 0) + (range ? 1 : 0);
        if (ways != 1)
        {
            section.Problem(ways == 0 ? DescriptionErrorCode.KeyMissing : DescriptionErrorCode.KeysConflict, section.Position,
                ways == 0 ? "a target needs a region, a window, or base and size"
                    : "a target is a region, a window, or base and size: one of them",
                "Write for example \"to: region0\" or \"to: {window: 0}\".");
            return null;
        }

        if (section.Has(WorkloadKeys.TargetRegion))
            return section.TryGet(WorkloadKeys.TargetRegion, out string name)
                ? Region(section, name, section.PositionOf(WorkloadKeys.TargetRegion), host) : null;
        return range ? Range(section, host) : Window(section, host);
    }

    /// <summary>All of a host's own memory: <c>host0.memory</c>.</summary>
    private WorkloadTarget? Memory(SectionReader section, string name, SourcePosition position, HostModel host)
    {
        if (name != host.Name + ".memory")
        {
            section.Problem(DescriptionErrorCode.UnknownRegion, position, $"{PrintableText.Quote(name)} is not a target",
                $"Write {PrintableText.Quote(host.Name + ".memory")} for the host's own memory, or the name of a region.");
            return null;
        }

        if (MemoryOf(host) is { Bytes: > 0 } own)
            return new WorkloadTarget(default, own, null, null);
        section.Problem(DescriptionErrorCode.WorkloadOutsideMemory, position, host.Memory.Bytes == 0 ? $"{host.Name} has no memory of its own" : $"all memory of {host.Name} is its guests'", "Give the host more memory.");
        return null;
    }

    /// <summary>A range of the host's own memory; all of it unless base and size are stated.</summary>
    private WorkloadTarget? MemoryRange(SectionReader section, HostModel host)
    {
        ulong own = MemoryOf(host).Bytes;
        Hpa first = section.TryGet(WorkloadKeys.TargetBase, out Hpa stated) ? stated : default;
        ByteSize size = section.TryGet(WorkloadKeys.TargetSize, out ByteSize length) ? length : new ByteSize(own - Math.Min(own, first.Value));
        if (first.Value % 64 == 0 && size.Bytes > 0 && first.Value <= own && size.Bytes <= own - first.Value)
            return new WorkloadTarget(first, size, null, null);
        section.Problem(DescriptionErrorCode.WorkloadOutsideMemory, section.Position,
            $"the range does not lie in the {new ByteSize(own)} of {host.Name}",
            own == host.Memory.Bytes ? "It starts at a multiple of 64 B and ends within the host's memory."
                : "It starts at a multiple of 64 B and ends within the host's memory, of which the upper end is its guests'.");
        return null;
    }

    /// <summary>What of a host's memory is not its guests'.</summary>
    private ByteSize MemoryOf(HostModel host)
    {
        ulong given = guests.Where(g => g.Outer is null && g.Host.Name == host.Name).Aggregate(0UL, (sum, g) => sum + g.Memory.Bytes);
        ulong there = given == 0 ? host.Memory.Bytes : GuestReader.WholePages(host.Memory);
        return new ByteSize(there - Math.Min(given, there));
    }

    private WorkloadTarget? Region(SectionReader section, string name, SourcePosition position, HostModel host)
    {
        foreach (RegionModel region in regions)
        {
            if (region.Name != name)
                continue;
            if (region.Host.Name == host.Name)
                return new WorkloadTarget(region.Base, region.Size, region, null);
            section.Problem(DescriptionErrorCode.WorkloadOtherHost, position,
                $"{PrintableText.Quote(name)} is a region of {region.Host.Name}, and the accesses come from {host.Name}",
                "A host reaches its own regions.");
            return null;
        }

        // A region that was left out because it is wrong has been reported.
        if (!declaredRegions.Contains(name))
        {
            section.Problem(DescriptionErrorCode.UnknownRegion, position, $"there is no region {PrintableText.Quote(name)}",
                "Describe it under \"regions\"." + Suggestion.Among(name, declaredRegions));
        }

        return null;
    }

    private static WorkloadTarget? Window(SectionReader section, HostModel host)
    {
        if (!section.TryGet(WorkloadKeys.TargetWindow, out int index))
            return null;
        if (index < host.Windows.Count)
            return new WorkloadTarget(host.Windows[index].Base, host.Windows[index].Size, null, host.Windows[index]);
        section.Problem(DescriptionErrorCode.UnknownWindow, section.PositionOf(WorkloadKeys.TargetWindow),
            string.Create(CultureInfo.InvariantCulture, $"{host.Name} has no window {index}"),
            host.Windows.Count == 0 ? "Give the host a window."
                : string.Create(CultureInfo.InvariantCulture, $"Its windows are 0 to {host.Windows.Count - 1}."));
        return null;
    }

    private static WorkloadTarget? Range(SectionReader section, HostModel host)
    {
        foreach (Key key in new Key[] { WorkloadKeys.TargetBase, WorkloadKeys.TargetSize })
        {
            if (!section.Has(key))
            {
                section.Problem(DescriptionErrorCode.KeyMissing, section.Position,
                    $"a range needs the key {PrintableText.Quote(key.Name)}", key.Sentence);
                return null;
            }
        }

        if (!section.TryGet(WorkloadKeys.TargetBase, out Hpa first) || !section.TryGet(WorkloadKeys.TargetSize, out ByteSize size))
            return null;
        if (first.Value % 64 != 0)
        {
            section.Problem(DescriptionErrorCode.AddressMisaligned, section.PositionOf(WorkloadKeys.TargetBase),
                $"the address {first} is not a multiple of 64 B", "A range consists of whole lines.");
            return null;
        }

        foreach (WindowModel window in host.Windows)
        {
            if (first.Value >= window.Base.Value && first.Value <= window.End && size.Bytes <= window.End - first.Value)
                return new WorkloadTarget(first, size, null, null);
        }

        section.Problem(DescriptionErrorCode.WorkloadOutsideWindow, section.PositionOf(WorkloadKeys.TargetBase),
            $"no window of {host.Name} contains the range", "Accesses outside all windows never reach CXL.");
        return null;
    }
}
