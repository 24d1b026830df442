using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Reads where a workload in a guest goes: a region of the guest, its memory, or a range of guest-physical addresses.</summary>
internal static class GuestTargetReader
{
    private const ulong LineBytes = 64;

    /// <summary>The target; null after a report.</summary>
    public static WorkloadTarget? Read(SectionReader workload, GuestModel guest)
    {
        switch (workload.Find(WorkloadKeys.To))
        {
            case null:
                return null;
            case YamlScalar scalar:
                if (!workload.TryParse(scalar, Kinds.DottedName, out string name))
                    return null;
                return name == guest.Name + ".memory" ? Memory(workload, default, null, guest, scalar.Position) : Region(workload, name, scalar.Position, guest);
            case YamlNode node:
                return ReadSection(SectionReader.Open(node, WorkloadKeys.TargetTable, workload.Errors), guest);
        }
    }

    private static WorkloadTarget? ReadSection(SectionReader section, GuestModel guest)
    {
        bool based = section.TryGet(WorkloadKeys.TargetBase, out Hpa start);
        ByteSize? size = section.TryGet(WorkloadKeys.TargetSize, out ByteSize stated) ? stated : null;
        if (section.Get(WorkloadKeys.TargetMemory))
            return Memory(section, start, size, guest, section.Position);
        if (section.Has(WorkloadKeys.TargetRegion))
            return section.TryGet(WorkloadKeys.TargetRegion, out string name) ? Region(section, name, section.PositionOf(WorkloadKeys.TargetRegion), guest) : null;
        if (section.Has(WorkloadKeys.TargetWindow) && section.TryGet(WorkloadKeys.TargetWindow, out int window))
        {
            if (window == 0)
                return new WorkloadTarget(new Hpa(guest.WindowBase), guest.WindowSize, null, null);
            section.Problem(DescriptionErrorCode.UnknownWindow, section.PositionOf(WorkloadKeys.TargetWindow),
                string.Create(CultureInfo.InvariantCulture, $"{guest.Name} has no window {window}"), "A guest has window 0.");
            return null;
        }

        if (!based || size is not { } length)
        {
            section.Problem(DescriptionErrorCode.KeyMissing, section.Position, "a target needs a region, or base and size", "Write for example \"to: region0\".");
            return null;
        }

        ulong first = start.Value - guest.WindowBase;
        if (start.Value % LineBytes == 0 && first < guest.WindowSize.Bytes && length.Bytes <= guest.WindowSize.Bytes - first)
            return new WorkloadTarget(start, length, null, null);
        section.Problem(DescriptionErrorCode.WorkloadOutsideWindow, section.PositionOf(WorkloadKeys.TargetBase),
            $"the range does not lie in the window of {guest.Name}, {new Hpa(guest.WindowBase)} + {guest.WindowSize}",
            "Addresses of a workload in a guest are guest-physical, multiples of 64 B; \"memory: true\" is for the guest's own memory.");
        return null;
    }

    private static WorkloadTarget? Memory(SectionReader section, Hpa start, ByteSize? size, GuestModel guest, SourcePosition position)
    {
        ulong end = guest.Memory.Bytes - Math.Min(guest.Memory.Bytes, guest.MemoryOfGuests.Bytes);
        ulong length = size?.Bytes ?? end - Math.Min(end, start.Value);
        if (start.Value % LineBytes == 0 && length > 0 && start.Value <= end && length <= end - start.Value)
            return new WorkloadTarget(start, new ByteSize(length), null, null);
        section.Problem(DescriptionErrorCode.WorkloadOutsideMemory, position, $"the range does not lie in the {new ByteSize(end)} of memory that {guest.Name} has to itself",
            "It starts at a multiple of 64 B and ends below what the guest's own guests have.");
        return null;
    }

    private static WorkloadTarget? Region(SectionReader section, string name, SourcePosition position, GuestModel guest)
    {
        (GuestDeviceModel Device, int Part)[] own = [.. guest.OwnRegions];
        for (int i = 0; i < own.Length; i++)
        {
            (GuestDeviceModel device, int part) = own[i];
            if (name == NameOf(i) || device.Endpoints.Any(e => e.Name == name))
                return new WorkloadTarget(default, new ByteSize(device.Size.Bytes / (ulong)device.Regions), null, null, device, part);
        }

        if (guest.IsIncomplete)
            return null;
        string[] known = [.. Enumerable.Range(0, own.Length).Select(NameOf)];
        section.Problem(DescriptionErrorCode.GuestRegion, position, $"{guest.Name} has no region {PrintableText.Quote(name)}",
            known.Length == 0 ? $"It passes all its devices on. Write {PrintableText.Quote(guest.Name + ".memory")} for its own memory."
                : $"Its regions are {string.Join(", ", known.Select((region, i) => $"{region} (of {own[i].Device.Name})"))}; {PrintableText.Quote(guest.Name + ".memory")} is its own memory."
                    + Suggestion.Among(name, known));
        return null;
    }

    private static string NameOf(int region) => "region" + region.ToString(CultureInfo.InvariantCulture);
}
