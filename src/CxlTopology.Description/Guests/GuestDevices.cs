using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Reads the devices of guests: who has which, and why one may not.</summary>
internal sealed class GuestDevices(
    IReadOnlyList<EndpointModel> endpoints, IReadOnlyDictionary<string, EndpointPlace> places, IReadOnlyList<RegionModel> regions, IReadOnlyList<FirmwareEntry> firmware,
    ErrorSink errors)
{
    private const int DevicesMax = 8;
    private static readonly ByteSize posted = ByteSize.MiB(256);
    private readonly Dictionary<string, EndpointModel> byName = Attachment.Index(endpoints);
    private readonly Dictionary<(string Outer, string Endpoint), string> users = []; // for look-up alone
    private readonly Dictionary<(string Outer, string Endpoint), (string Guest, string What)> owners = []; // of all functions of a device together
    private DecoderBudget? budget;

    /// <summary>The devices of a guest; those with an error are left out.</summary>
    public List<GuestDeviceModel> Read(SectionReader section, string guest, HostModel? host, GuestModel? outer, GuestDialect dialect)
    {
        List<GuestDeviceModel> devices = [];
        foreach (YamlNode item in section.List(GuestKeys.Devices, DevicesMax))
        {
            int before = errors.Count;
            if (item is YamlScalar { Text: var text } && text.Contains('.', StringComparison.Ordinal))
            {
                if (section.TryParse(item, Kinds.DottedName, out string dotted) && FindFunction(section, dotted, item.Position) is var (of, function) && IsFree(section, of, function, item.Position, guest, host, outer))
                    devices.Add(new GuestDeviceModel { Endpoints = [of], Function = function, Size = default });
                continue;
            }

            List<EndpointModel> members = [];
            SectionReader? settings = item is YamlMapping ? SectionReader.Open(item, GuestKeys.DeviceTable, errors) : null;
            settings?.CheckValues();
            YamlNode? named = settings is null ? item : settings.Find(GuestKeys.Device);
            foreach (YamlNode node in named is YamlSequence list ? list.Items : named is null ? [] : [named])
            {
                if (section.TryParse(node, Kinds.Name, out string name) && Find(section, name, node.Position) is { } endpoint && IsFree(section, endpoint, null, node.Position, guest, host, outer))
                    members.Add(endpoint);
            }

            if (errors.Count == before && members.Count == 0)
                section.Problem(DescriptionErrorCode.NothingListed, item.Position, "an interleaved region over no device", "List the endpoints in position order.");
            if (errors.Count > before)
                continue;
            if (outer is not null)
                CheckOuter(section, item.Position, members, outer, dialect);
            else if (host is not null)
                CheckHost(section, item.Position, members, host, dialect);
            if (errors.Count > before)
                continue;
            GuestDeviceModel device = With(settings, new GuestDeviceModel { Endpoints = members, Size = SizeOf(members, outer, dialect) }, host, outer, dialect);
            if (errors.Count == before && outer is null && firmware.Count == 0) // what firmware has committed is found, and takes no further decoder
                Budget.Take($"the region of {PrintableText.Quote(guest)} over {PrintableText.Quote(string.Join('+', members.Select(m => m.Name)))}", members.Select(m => (m, item.Position)));
            if (errors.Count == before)
                devices.Add(device);
        }

        if (section.Find(GuestKeys.Devices) is YamlSequence { Items.Count: 0 } none)
            section.Problem(DescriptionErrorCode.NothingListed, none.Position, "a guest without a device", "List a type-2 endpoint.");
        return devices;
    }

    // What the host's own regions leave; guests come after them.
    private DecoderBudget Budget
    {
        get
        {
            if (budget is null)
            {
                budget = new DecoderBudget(places, errors);
                budget.Count(regions);
            }

            return budget;
        }
    }

    /// <summary>A device with the parameters that the file gives it.</summary>
    private GuestDeviceModel With(SectionReader? settings, GuestDeviceModel device, HostModel? host, GuestModel? outer, GuestDialect dialect)
    {
        if (settings is null)
            return device;
        EndpointModel first = device.Endpoints[0];
        ByteSize? capacity = settings.TryGet(GuestKeys.Capacity, out ByteSize declared) ? declared : null;
        ByteSize? size = settings.TryGet(GuestKeys.RegionSize, out ByteSize stated) ? stated : null;
        int ways = outer is null ? device.Endpoints.Count : 1;
        bool isFixed = dialect != GuestDialect.RfcV2 || (outer is null && device.Endpoints.Count == 1 && CommittedOf(first).Length > 0);
        ByteSize most = outer is null ? first.Volatile : device.Size;
        if (isFixed && (capacity ?? size) is not null)
        {
            Refuse(capacity is null ? GuestKeys.RegionSize : GuestKeys.Capacity, $"how much of {PrintableText.Quote(device.Name)} the guest gets is fixed",
                dialect == GuestDialect.RfcV2AsPosted ? "As posted it is 256MiB; take dialect rfc-v2." : "It is what firmware has committed.");
            return device;
        }

        if (capacity?.Bytes > most.Bytes)
            Refuse(GuestKeys.Capacity, $"{PrintableText.Quote(device.Name)} has {most} of memory, not {capacity}", "Declare no more than there is.");
        else if (size?.Bytes > (capacity ?? most).Bytes)
            Refuse(GuestKeys.RegionSize, $"{PrintableText.Quote(device.Name)} has {capacity ?? most} of memory{(capacity is null ? "" : " that is declared")}, not {size}", "Take no more than there is.");
        ByteSize whole = isFixed ? device.Size : new ByteSize((size ?? capacity ?? most).Bytes * (ulong)ways);
        int regions = settings.Get(GuestKeys.RegionCount);
        if (regions > first.Decoders)
            Refuse(GuestKeys.RegionCount, $"{PrintableText.Quote(device.Name)} has {first.Decoders} decoders: {regions} regions need as many", "Give the endpoint more decoders, or take fewer regions.");
        else if (whole.Bytes % ((ulong)regions * Kinds.Quarter) != 0)
            Refuse(GuestKeys.RegionCount, $"{whole} of {PrintableText.Quote(device.Name)} in {regions} regions is not a multiple of 256MiB each", "Take another number of regions, or another size.");
        if (!settings.Get(GuestKeys.Cached) && host?.Cache is not null)
            Refuse(GuestKeys.Cached, $"the caches of {host.Name} are modelled, and have no way around them", "Leave \"cached\" out, or \"cache\" of the host.");
        return device with
        {
            Size = whole,
            Regions = regions,
            Capacity = capacity,
            RegionSize = size ?? capacity,
            WaitsForMedia = settings.Get(GuestKeys.MediaWait),
            MediaTimeout = settings.Get(GuestKeys.MediaTimeout),
            Cached = settings.Get(GuestKeys.Cached),
            ResetsBus = settings.Get(GuestKeys.HotReset),
        };

        void Refuse(Key key, string what, string help) => settings.Problem(DescriptionErrorCode.GuestDeviceParameter, settings.PositionOf(key), what, help);
    }

    private EndpointModel? Find(SectionReader section, string name, SourcePosition position)
    {
        if (byName.TryGetValue(name, out EndpointModel? endpoint))
            return endpoint;
        section.Problem(DescriptionErrorCode.UnknownEndpoint, position, $"there is no endpoint {PrintableText.Quote(name)}",
            "Describe it under \"endpoints\"." + Suggestion.Among(name, byName.Keys));
        return null;
    }

    private (EndpointModel Endpoint, FunctionModel Function)? FindFunction(SectionReader section, string dotted, SourcePosition position)
    {
        string[] parts = dotted.Split('.');
        if (Find(section, parts[0], position) is not { } endpoint)
            return null;
        if (endpoint.Functions.FirstOrDefault(f => f.Name == parts[1]) is { } function)
            return (endpoint, function);
        section.Problem(DescriptionErrorCode.UnknownFunction, position, $"{PrintableText.Quote(endpoint.Name)} has no function {PrintableText.Quote(parts[1])}",
            endpoint.Functions.Count == 0 ? "It has function 0 alone: list others under its \"functions\"."
                : $"Its functions are {string.Join(", ", endpoint.Functions.Select(f => f.Name))}." + Suggestion.Among(parts[1], endpoint.Functions.Select(f => f.Name)));
        return null;
    }

    private bool IsFree(SectionReader section, EndpointModel endpoint, FunctionModel? function, SourcePosition position, string guest, HostModel? host, GuestModel? outer)
    {
        string key = function is null ? endpoint.Name : endpoint.Name + "." + function.Name;
        string name = PrintableText.Quote(key);
        if (endpoint.Type == default || host is null || !places.TryGetValue(endpoint.Name, out EndpointPlace? place))
            return true; // that has been reported
        if (endpoint.Type != DeviceType.Type2 && function is not null)
        {
            section.Problem(DescriptionErrorCode.GuestGroup, position, $"{name} is a function of a type-3 device, which the host's memory driver has",
                "All functions of a device are in one IOMMU group, which is no guest's while a driver of the host has one of them.");
            return false;
        }

        if (endpoint.Type != DeviceType.Type2)
        {
            section.Problem(DescriptionErrorCode.GuestDeviceType, position, $"{name} is a type-3 device: memory, and no accelerator",
                "Name a type-2 endpoint. Memory of type-3 devices is the host's, and part of what its guests have as memory.");
            return false;
        }

        if (place.Host.Name != host.Name)
        {
            section.Problem(DescriptionErrorCode.GuestDeviceElsewhere, position, $"{name} is below {place.Host.Name}, and the guest runs on {host.Name}",
                "A guest has devices of its own host.");
            return false;
        }

        if (outer is { IsIncomplete: false } && !outer.Devices.Any(d => d.Function?.Name == function?.Name && d.Endpoints.Any(e => e.Name == endpoint.Name)))
        {
            section.Problem(DescriptionErrorCode.GuestDeviceElsewhere, position, $"{name} is no device of {outer.Name}, which would have to pass it on",
                $"The devices of {outer.Name} are {string.Join(", ", outer.Devices.SelectMany(d => d.Function is null ? d.Endpoints.Select(e => e.Name) : [d.Name]))}.");
            return false;
        }

        if (regions.FirstOrDefault(r => r.Targets.Any(t => t.Endpoint.Name == endpoint.Name)) is { } region)
        {
            if (function is not null)
            {
                section.Problem(DescriptionErrorCode.GuestGroup, position, $"{name} is a function of a device whose memory the host uses, in region {PrintableText.Quote(region.Name)}",
                    "All functions of a device are in one IOMMU group, which is no guest's while a driver of the host has one of them: take the device out of the region.");
                return false;
            }

            section.Problem(DescriptionErrorCode.GuestDeviceInRegion, position, $"{name} is a part of the host's region {PrintableText.Quote(region.Name)}",
                "A device is the host's or a guest's: take it out of the region. The region of a guest is made when the guest opens the device.");
            return false;
        }

        if (owners.TryGetValue((outer?.Name ?? "", endpoint.Name), out (string Guest, string What) owner) && owner.Guest != guest && owner.What != key)
        {
            section.Problem(DescriptionErrorCode.GuestGroup, position, $"{name} is of one device with {PrintableText.Quote(owner.What)}, which {PrintableText.Quote(owner.Guest)} has",
                $"All functions of a device are in one IOMMU group, which has one owner: give {name} to {owner.Guest} as well, or leave it out.");
            return false;
        }

        owners.TryAdd((outer?.Name ?? "", endpoint.Name), (guest, key));
        if (users.TryAdd((outer?.Name ?? "", key), guest))
            return true;
        string other = users[(outer?.Name ?? "", key)];
        section.Problem(DescriptionErrorCode.GuestDeviceTaken, position, other == guest ? $"{name} is listed twice" : $"{name} is given to {PrintableText.Quote(other)} already",
            "All functions of a device are in one IOMMU group, which has one owner: two guests cannot share it.");
        return false;
    }

    /// <summary>A guest passes on what it has as one device, as a whole.</summary>
    private static void CheckOuter(SectionReader section, SourcePosition position, List<EndpointModel> members, GuestModel outer, GuestDialect dialect)
    {
        string name = string.Join('+', members.Select(e => e.Name));
        if (outer.IsIncomplete || outer.Devices.Any(d => d.Name == name))
        {
            if (dialect == GuestDialect.V3 && outer.Dialect != GuestDialect.V3)
            {
                section.Problem(DescriptionErrorCode.GuestNotCommitted, position, $"firmware of {outer.Name} commits nothing of {PrintableText.Quote(name)}, and dialect v3 passes through what firmware has committed",
                    $"Give {outer.Name} dialect v3 too, whose guests have firmware that commits, or take dialect rfc-v2.");
            }

            return;
        }

        section.Problem(DescriptionErrorCode.GuestInterleave, position, $"{PrintableText.Quote(name)} is not one device of {outer.Name}",
            $"It passes on what it has: {string.Join(", ", outer.Devices.Select(d => d.Endpoints.Count == 1 ? d.Name : "[" + string.Join(", ", d.Endpoints.Select(e => e.Name)) + "]"))}.");
    }

    private void CheckHost(SectionReader section, SourcePosition position, List<EndpointModel> members, HostModel host, GuestDialect dialect)
    {
        if (members.Find(m => m.Volatile.Bytes == 0 || m.Persistent.Bytes != 0) is { } wrong)
        {
            section.Problem(DescriptionErrorCode.GuestDeviceType, position, $"{PrintableText.Quote(wrong.Name)} has persistent memory, and a region of a guest is volatile",
                "Give the endpoint volatile memory alone.");
            return;
        }

        if (dialect == GuestDialect.V3)
        {
            CheckCommitted(section, position, members);
            return;
        }

        if (members.Exists(m => m.Volatile != members[0].Volatile || m.Coherence != members[0].Coherence))
        {
            section.Problem(DescriptionErrorCode.GuestInterleave, position, "devices of different size or coherence cannot be interleaved", "List equal devices.");
            return;
        }

        if (host.Windows.Any(w => Leads(w, members)) || !places.TryGetValue(members[0].Name, out EndpointPlace? first))
            return;
        section.Problem(DescriptionErrorCode.GuestNoWindow, position,
            $"no window of {host.Name} allows type2 and volatile, and leads to {string.Join(", ", members.Select(m => m.Name))}{(members.Count > 1 ? " in this order" : "")}",
            members.Count == 1
                ? $"Add a window with \"targets: [{first.Bridge.Name}]\" and \"allow: [type2, volatile]\" to the host."
                : "The window's targets are the host bridges of the devices in position order; behind each target, as many devices as a power of two.");
    }

    // Dialect v3 takes the region of one device that firmware has committed.
    private void CheckCommitted(SectionReader section, SourcePosition position, List<EndpointModel> members)
    {
        if (members.Count == 1 && CommittedOf(members[0]) is [{ Ways: 1 }])
            return;
        section.Problem(DescriptionErrorCode.GuestNotCommitted, position,
            members.Count > 1 ? "dialect v3 passes no interleaved region" : $"firmware commits no region of {PrintableText.Quote(members[0].Name)} alone, and dialect v3 passes through what firmware has committed",
            $"Add \"{{component: {members[0].Name}, decoder: 0, base: …, size: {members[0].Volatile}, type: device}}\" to \"firmware\", or take dialect rfc-v2.");
    }

    private FirmwareDecoder[] CommittedOf(EndpointModel endpoint) =>
        [.. firmware.OfType<FirmwareDecoder>().Where(d => d.Component.Kind == FirmwareTargetKind.Endpoint && d.Component.Name == endpoint.Name && d.Commit)];

    /// <summary>Whether a region over these devices, in this order, fits a window: its targets in turn.</summary>
    private bool Leads(WindowModel window, List<EndpointModel> members)
    {
        const WindowAllowance Needed = WindowAllowance.Type2 | WindowAllowance.Volatile;
        if ((window.Allow & Needed) != Needed || window.Ways == 0 || window.Targets.Count < window.Ways || members.Count % window.Ways != 0 || !int.IsPow2(members.Count / window.Ways))
            return false;
        for (int i = 0; i < members.Count; i++)
        {
            if (!places.TryGetValue(members[i].Name, out EndpointPlace? place) || place.Bridge.Name != window.Targets[i % window.Ways])
                return false;
        }

        return true;
    }

    private ByteSize SizeOf(List<EndpointModel> members, GuestModel? outer, GuestDialect dialect)
    {
        if (outer is null && members.Count == 1 && CommittedOf(members[0]) is [var committed, ..])
            return committed.Size;
        if (dialect == GuestDialect.RfcV2AsPosted)
            return new ByteSize(posted.Bytes * (ulong)(outer is null ? members.Count : 1));
        if (outer is not null)
            return outer.Devices.FirstOrDefault(d => d.Function is null && d.Endpoints[0].Name == members[0].Name)?.Size ?? members[0].Volatile;
        return new ByteSize(members[0].Volatile.Bytes * (ulong)members.Count);
    }
}
