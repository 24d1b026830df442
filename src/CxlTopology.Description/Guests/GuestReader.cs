using System.Globalization;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Reads guests: after hosts, endpoints, regions and workloads, whose names and devices they must not take.</summary>
internal sealed class GuestReader(
    IReadOnlyList<HostModel> hosts, IReadOnlyList<EndpointModel> endpoints, IReadOnlyDictionary<string, EndpointPlace> places, IReadOnlyList<RegionModel> regions,
    IReadOnlyList<string> otherNames, ErrorSink errors)
{
    /// <summary>Guests of a file.</summary>
    public const int GuestsMax = 1_024;

    private const int DevicesMax = 8;
    private readonly Dictionary<string, EndpointModel> byName = Attachment.Index(endpoints);
    private readonly List<GuestModel> read = [];

    /// <summary>Reads one guest; what it refers to stands before it.</summary>
    public void Read(YamlScalar key, YamlNode value)
    {
        SectionReader section = SectionReader.Open(value, GuestKeys.Table, errors);
        section.CheckValues();
        if (otherNames.Contains(key.Text) || hosts.Any(h => h.Name == key.Text))
        {
            section.Problem(DescriptionErrorCode.DuplicateName, key.Position, $"the guest {PrintableText.Quote(key.Text)} has the name of a host or workload",
                "Give it another name.");
        }

        GuestModel? outer = ReadOuter(section);
        HostModel? host = outer?.Host ?? (section.Has(GuestKeys.Inside) ? null : HostReference.Read(section, GuestKeys.Host, hosts));
        List<EndpointModel> devices = ReadDevices(section, host, outer);
        if (host is null || devices.Count == 0)
            return;
        var guest = new GuestModel
        {
            Name = key.Text,
            Host = host,
            Inside = outer,
            Devices = devices,
            Interleaved = section.Get(GuestKeys.Interleaved),
            Memory = section.Get(GuestKeys.Memory),
            Dialect = section.Get(GuestKeys.Dialect),
            Accesses = section.Get(GuestKeys.Accesses),
            Reads = section.Get(GuestKeys.Reads),
            Position = key.Position,
        };
        CheckMemory(section, guest);
        read.Add(guest);
    }

    /// <summary>The guests, in the order of the file.</summary>
    public IReadOnlyList<GuestModel> Guests => read;

    private GuestModel? ReadOuter(SectionReader section)
    {
        if (!section.TryGet(GuestKeys.Inside, out string name))
            return null;
        if (section.Has(GuestKeys.Host))
        {
            section.Problem(DescriptionErrorCode.KeysConflict, section.KeyPositionOf(GuestKeys.Host), "\"host\" beside \"inside\"",
                "A guest of a guest runs where that one does: leave \"host\" out.");
        }

        GuestModel? outer = read.Find(g => g.Name == name);
        if (outer is null)
        {
            section.Problem(DescriptionErrorCode.UnknownComponent, section.PositionOf(GuestKeys.Inside), $"there is no guest {PrintableText.Quote(name)} before this one",
                "Describe it first." + Suggestion.Among(name, read.Select(g => g.Name)));
            return null;
        }

        if (outer.Inside is null)
            return outer;
        section.Problem(DescriptionErrorCode.OutOfRange, section.PositionOf(GuestKeys.Inside), $"{PrintableText.Quote(name)} is a guest's guest itself",
            "Guests nest once.");
        return null;
    }

    private List<EndpointModel> ReadDevices(SectionReader section, HostModel? host, GuestModel? outer)
    {
        List<EndpointModel> devices = [];
        foreach ((string name, SourcePosition position) in section.Values(GuestKeys.Devices, Kinds.Name, DevicesMax))
        {
            if (!byName.TryGetValue(name, out EndpointModel? endpoint))
            {
                section.Problem(DescriptionErrorCode.UnknownEndpoint, position, $"there is no endpoint {PrintableText.Quote(name)}",
                    "Describe it under \"endpoints\"." + Suggestion.Among(name, byName.Keys));
            }
            else if (WhyNot(endpoint, host, outer, devices) is { } reason)
            {
                section.Problem(DescriptionErrorCode.KeysConflict, position, $"{PrintableText.Quote(name)} {reason}", "Give the guest a type-2 endpoint that nobody else has.");
            }
            else
            {
                devices.Add(endpoint);
            }
        }

        if (devices.Count == 0 && section.Find(GuestKeys.Devices) is YamlSequence { Items.Count: 0 })
            section.Problem(DescriptionErrorCode.NothingListed, section.PositionOf(GuestKeys.Devices), "a guest without a device", "List a type-2 endpoint.");
        return devices;
    }

    private string? WhyNot(EndpointModel endpoint, HostModel? host, GuestModel? outer, List<EndpointModel> devices)
    {
        if (endpoint.Type != DeviceType.Type2)
            return "is no accelerator (type 2)";
        if (devices.Contains(endpoint))
            return "is listed twice";
        if (host is not null && places.TryGetValue(endpoint.Name, out EndpointPlace? place) && place.Host.Name != host.Name)
            return $"belongs to {place.Host.Name}";
        if (outer is not null && !outer.Devices.Contains(endpoint))
            return $"is not a device of {outer.Name}";
        if (regions.FirstOrDefault(r => r.Targets.Any(t => t.Endpoint == endpoint)) is { } region)
            return $"is used by the region {region.Name}";
        return read.Find(g => g.Inside == outer && g.Devices.Contains(endpoint)) is { } other ? $"is given to {other.Name} already" : null;
    }

    private void CheckMemory(SectionReader section, GuestModel guest)
    {
        ulong used = read.Where(g => g.Inside == guest.Inside && g.Host == guest.Host).Aggregate(guest.Memory.Bytes, (sum, g) => sum + g.Memory.Bytes);
        ByteSize there = guest.Inside is { } outer ? new ByteSize(outer.Memory.Bytes / 2) : guest.Host.Memory;
        if (used <= there.Bytes)
            return;
        section.Problem(DescriptionErrorCode.OutOfRange, section.PositionOf(GuestKeys.Memory),
            string.Create(CultureInfo.InvariantCulture, $"guests need {new ByteSize(used)} of memory, and there {(guest.Inside is null ? "" : "(half of the outer guest's) ")}is {there}"),
            guest.Inside is null ? "Give the host more memory." : "Give the outer guest more memory.");
    }
}
