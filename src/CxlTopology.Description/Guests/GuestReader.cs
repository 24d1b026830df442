using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Reads guests: after what they refer to, and before the workloads, which may run in them.</summary>
internal sealed class GuestReader(
    IReadOnlyList<HostModel> hosts, IReadOnlyList<EndpointModel> endpoints, IReadOnlyDictionary<string, EndpointPlace> places, IReadOnlyList<RegionModel> regions,
    IReadOnlyList<FirmwareEntry> firmware, ErrorSink errors)
{
    /// <summary>Guests of a file, those of guests among them.</summary>
    public const int GuestsMax = 1_024;

    /// <summary>Regions of a guest at most, those of devices that it passes on among them: the decoders of its host bridge.</summary>
    public const int RegionsMax = 16;

    private const ulong Page = 2UL << 20;
    private static readonly string[] reserved = ["memory", "program", "probe", "home", "iommu"]; // what else is there directly on a host
    private readonly GuestDevices devices = new(endpoints, places, regions, firmware, errors);
    private readonly List<GuestModel> read = [];
    private bool isFull;
    private readonly HashSet<string> names = new(
        hosts.SelectMany(h => h.Bridges.Select(b => b.Name).Append(h.Name)).Concat(endpoints.Select(e => e.Name)), StringComparer.Ordinal);

    /// <summary>The guests in the order of the file, each before its own.</summary>
    public IReadOnlyList<GuestModel> Guests => read;

    /// <summary>Reads the section.</summary>
    public void Read(SectionReader root)
    {
        foreach ((YamlScalar key, YamlNode value) in root.Named(RootKeys.Guests, GuestsMax))
            Read(key, value, outer: null);
        foreach (HostModel host in hosts)
        {
            GuestModel[] on = [.. read.Where(g => g.Outer is null && g.Host.Name == host.Name)];
            CheckMemory(on, host.Memory, host.Name);
        }
    }

    private void Read(YamlScalar key, YamlNode value, GuestModel? outer)
    {
        SectionReader section = SectionReader.Open(value, outer is null ? GuestKeys.Table : GuestKeys.InnerTable, errors);
        section.CheckValues();
        if (!names.Add(key.Text) || reserved.Contains(key.Text))
        {
            section.Problem(DescriptionErrorCode.DuplicateName, key.Position, $"the name {PrintableText.Quote(key.Text)} of the guest is taken",
                "Hosts, host bridges, endpoints and guests have different names, and memory, program, probe, home and iommu are none.");
        }

        HostModel? host = outer?.Host ?? HostReference.Read(section, GuestKeys.Host, hosts);
        GuestDialect dialect = section.Get(GuestKeys.Dialect);
        int before = errors.Count;
        List<GuestDeviceModel> own = devices.Read(section, key.Text, host, outer, dialect);
        bool isIncomplete = errors.Count > before;
        SectionReader translation = section.Find(GuestKeys.Translation) is { } node
            ? SectionReader.Open(node, GuestKeys.TranslationTable, errors)
            : SectionReader.Empty(GuestKeys.TranslationTable, errors, section.Position);
        translation.CheckValues();
        if (host is null || (own.Count == 0 && !isIncomplete))
            return;
        ulong needed = own.Aggregate(0UL, (sum, d) => sum + d.Size.Bytes);
        var least = new ByteSize(Math.Max(1UL << 30, needed * 2));
        var guest = new GuestModel
        {
            Name = key.Text,
            Host = host,
            Outer = outer?.Name,
            Devices = own,
            Memory = section.Get(GuestKeys.Memory, ByteSize.MiB(outer is null ? 256UL : 64UL)),
            Dialect = dialect,
            Scrub = section.Get(GuestKeys.Scrub),
            ResetsSiblings = outer is null && section.Get(GuestKeys.ResetSiblings),
            WindowSize = section.Get(GuestKeys.Window, least),
            Walk = translation.Get(GuestKeys.Walk),
            TranslationEntries = translation.Get(GuestKeys.Entries),
            TranslationPage = translation.Get(GuestKeys.Page),
            Trap = section.Get(GuestKeys.Trap),
            Interrupt = section.Get(GuestKeys.Interrupt),
            IsIncomplete = isIncomplete,
            Position = key.Position,
        };
        if (guest.WindowSize.Bytes < needed)
        {
            section.Problem(DescriptionErrorCode.GuestWindowTooSmall, section.PositionOf(GuestKeys.Window),
                $"a window of {guest.WindowSize} for {new ByteSize(needed)} of device memory", "Make it as large as the devices' memory together.");
        }

        int at = read.Count;
        if (at >= GuestsMax)
        {
            if (!isFull)
                section.Problem(DescriptionErrorCode.TooMany, key.Position, string.Create(CultureInfo.InvariantCulture, $"more than {GuestsMax} guests"), "Those of guests count too.");
            isFull = true;
            return;
        }

        read.Add(guest);
        if (outer is null)
            ReadInner(section, guest, at);
        CheckRegions(read[at]);
    }

    /// <summary>Every region takes a decoder of the guest's only host bridge; so does one that a guest of it makes.</summary>
    private void CheckRegions(GuestModel guest)
    {
        int regions = guest.Devices.Where(d => d.Function is null).Sum(d => d.PassedOn ? 1 : d.Regions);
        if (regions <= RegionsMax)
            return;
        errors.Add(DescriptionErrorCode.GuestDeviceParameter, guest.Position,
            string.Create(CultureInfo.InvariantCulture, $"{regions} regions of {guest.Name}, whose host bridge has {RegionsMax} decoders"),
            string.Create(CultureInfo.InvariantCulture, $"Take fewer \"regions\" of its devices, {RegionsMax} in all, or give devices to another guest."));
    }

    private void ReadInner(SectionReader section, GuestModel guest, int at)
    {
        foreach ((YamlScalar key, YamlNode value) in section.Named(GuestKeys.Guests, GuestsMax))
            Read(key, value, guest);
        GuestModel[] inner = [.. read.Skip(at + 1)];
        read[at] = guest with
        {
            Devices = [.. guest.Devices.Select(d => d with { PassedOn = inner.Any(g => g.Devices.Any(i => i.Name == d.Name)) })],
            MemoryOfGuests = new ByteSize(inner.Aggregate(0UL, (sum, g) => sum + g.Memory.Bytes)),
        };
        CheckMemory(inner, guest.Memory, guest.Name);
    }

    /// <summary>What of a host's memory can be given away: whole pages of 2 MiB.</summary>
    public static ulong WholePages(ByteSize memory) => memory.Bytes / Page * Page;

    private void CheckMemory(IReadOnlyList<GuestModel> guests, ByteSize there, string name)
    {
        ulong used = 0;
        foreach (GuestModel guest in guests)
        {
            used += guest.Memory.Bytes;
            if (used <= WholePages(there))
                continue;
            errors.Add(DescriptionErrorCode.GuestMemory, guest.Position,
                string.Create(CultureInfo.InvariantCulture, $"with {guest.Name} the guests of {name} have {new ByteSize(used)} of memory, and {name} has {there}"),
                $"Give {name} more memory, or its guests less.");
            return;
        }
    }
}
