namespace CxlTopology.Description;

/// <summary>Reads a whole file from its YAML tree: what later sections refer to comes first.</summary>
internal sealed class TopologyReader(string fileName, ErrorSink errors)
{
    private readonly ReadContext context = new(errors, fileName == "<stdin>" ? "" : Path.GetDirectoryName(fileName) ?? "");

    /// <summary>The model; it is complete only if no error was reported.</summary>
    public TopologyModel? Read(YamlMapping root)
    {
        // Another version has other keys: what they would be cannot be said.
        if (root.Find(RootKeys.Version.Name) is YamlScalar { IsNull: false } version && QuantityParser.Integer(version.Text)
            is { Problem: null, Value: not 1 })
        {
            errors.Add(DescriptionErrorCode.VersionUnsupported, version.Position,
                $"version {PrintableText.Quote(version.Text)} of the file format is not known", "Write \"version: 1\".");
            return null;
        }

        SectionReader section = SectionReader.Open(WithoutReserved(root), RootKeys.Table, errors, root.Position);
        section.CheckValues();

        ReadProfiles(section);
        PolicyModel policy = PolicyKeys.Read(section.Find(RootKeys.Policy), errors);
        EndpointReader endpointReader = new(context);
        List<HostModel> hosts;
        List<EndpointModel> endpoints = [];
        ShapeBuilder? shape = null;
        if (section.Find(RootKeys.Shape) is YamlNode shapeNode)
        {
            foreach (Key other in new[] { RootKeys.Hosts, RootKeys.Endpoints })
            {
                if (section.Has(other))
                    section.Problem(DescriptionErrorCode.KeysConflict, section.KeyPositionOf(other),
                        $"{PrintableText.Quote(other.Name)} beside \"shape\"", "A shape brings its own hosts and endpoints.");
            }

            shape = ShapeBuilder.Read(shapeNode, context, endpointReader);
            hosts = shape?.Hosts ?? [];
            endpoints = shape?.Endpoints ?? [];
        }
        else
        {
            foreach ((YamlScalar key, YamlNode value) in section.Named(RootKeys.Endpoints, EndpointReader.EndpointsMax))
                endpoints.Add(endpointReader.Read(key.Text, key.Position, value, endpoints.Count));
            hosts = ReadHosts(section);
        }

        Attachment attachment = new(endpoints, endpointReader.CoherenceOpen, errors);
        IReadOnlyList<HostModel> attached = attachment.Attach(hosts);
        IReadOnlyList<EndpointModel> decided = attachment.Endpoints;
        BridgePlaces.Check(attached, errors);
        (IReadOnlyList<RegionModel> regions, HashSet<string> declared) = ReadRegions(section, shape, attached, decided, attachment);
        IReadOnlyList<FirmwareEntry> firmware = new FirmwareReader(attached, attachment.Places, errors).Read(section);
        GuestReader guests = new(attached, decided, attachment.Places, regions, firmware, errors);
        guests.Read(section);
        IReadOnlyList<WorkloadModel> workloads =
            ReadWorkloads(section, attached, regions, declared, policy, attachment.Places, guests.Guests, out IReadOnlyList<string> workloadNames);
        CheckCaches(attached, attachment.Places, workloads);
        return new TopologyModel
        {
            FileName = fileName,
            Name = section.Get(RootKeys.Name, Path.GetFileNameWithoutExtension(fileName)),
            Description = section.Get(RootKeys.Description, ""),
            Seed = section.Get(RootKeys.Seed),
            Policy = policy,
            Hosts = attached,
            Endpoints = decided,
            Places = attachment.Places,
            Regions = regions,
            Firmware = firmware,
            Workloads = workloads,
            Guests = guests.Guests,
            Expectations = ReadExpectations(section, [.. attached.Select(host => host.Name), .. guests.Guests.Select(guest => guest.Name), .. workloads.Select(w => w.Engine?.Name).OfType<string>().Distinct(), .. workloadNames]),
            Position = root.Position,
        };
    }

    /// <summary>The root without the keys of later versions, which are reported as such.</summary>
    private YamlMapping WithoutReserved(YamlMapping root)
    {
        YamlMapping rest = new(root.Position);
        foreach ((YamlScalar key, YamlNode value) in root.Entries)
        {
            if (RootKeys.Reserved.Contains(key.Text))
            {
                errors.Add(DescriptionErrorCode.NotSupportedYet, key.Position,
                    $"this version does not run {PrintableText.Quote(key.Text)}", "Take the section out.");
            }
            else
            {
                rest.Entries.Add((key, value));
            }
        }

        return rest;
    }

    private void ReadProfiles(SectionReader root)
    {
        if (root.Find(RootKeys.Profiles) is not YamlNode node)
            return;
        SectionReader section = SectionReader.Open(node, RootKeys.ProfilesTable, errors);
        context.LinkDefaults = LinkReader.Read(section.Find(RootKeys.LinkProfile), new LinkModel(), errors);
        if (section.Find(RootKeys.EndpointProfile) is YamlNode endpoint)
            context.EndpointDefaults = EndpointReader.ReadDefaults(endpoint, errors);
        if (section.Find(RootKeys.SwitchProfile) is not YamlNode switchNode)
            return;
        SectionReader profile = SectionReader.Open(switchNode, PortKeys.SwitchProfile, errors);
        context.SwitchDefaults = new SwitchDefaults
        {
            Latency = profile.Get(PortKeys.Latency),
            PortLatency = profile.TryGet(PortKeys.PortLatency, out Simulation.SimDuration latency) ? latency : null,
            Decoders = profile.Get(PortKeys.Decoders),
            Targets = profile.Get(PortKeys.Targets),
            CommitTime = profile.Get(PortKeys.CommitTime),
            BackInvalidate = profile.Get(PortKeys.BackInvalidate),
            HdmD = profile.TryGet(PortKeys.HdmD, out int hdmD) ? hdmD : null,
            Interleave = InterleaveKeys.Read(profile.Find(PortKeys.Interleave), new InterleaveCapability(), errors),
        };
    }

    private List<HostModel> ReadHosts(SectionReader section)
    {
        HostReader reader = new(context);
        List<HostModel> hosts = [];
        foreach ((YamlScalar key, YamlNode value) in section.Named(RootKeys.Hosts, HostReader.HostsMax))
            hosts.Add(reader.Read(key, value));
        if (section.Find(RootKeys.Hosts) is null or YamlMapping { Entries.Count: 0 })
        {
            section.Problem(DescriptionErrorCode.NothingListed, section.PositionOf(RootKeys.Hosts), "the file describes no host",
                "Add \"hosts\", or a regular topology as \"shape\".");
        }

        return hosts;
    }

    private (IReadOnlyList<RegionModel> Regions, HashSet<string> Declared) ReadRegions(
        SectionReader section, ShapeBuilder? shape, IReadOnlyList<HostModel> hosts, IReadOnlyList<EndpointModel> endpoints,
        Attachment attachment)
    {
        RegionReader reader = new(hosts, endpoints, attachment, errors);
        List<RegionDraft> drafts = shape is null ? [] : [.. shape.Regions(hosts, endpoints)];
        HashSet<string> declared = new(drafts.Select(draft => draft.Name), StringComparer.Ordinal);
        foreach ((YamlScalar key, YamlNode value) in section.Named(RootKeys.Regions, RegionReader.RegionsMax))
        {
            if (!declared.Add(key.Text))
            {
                errors.Add(DescriptionErrorCode.DuplicateName, key.Position,
                    $"the shape has a region {PrintableText.Quote(key.Text)} already", "Give this one another name.");
                continue;
            }

            if (reader.Read(key, value) is RegionDraft draft)
                drafts.Add(draft);
        }

        return (new RegionPlanner(attachment.Places, errors).Plan(drafts), declared);
    }

    private List<WorkloadModel> ReadWorkloads(
        SectionReader section, IReadOnlyList<HostModel> hosts, IReadOnlyList<RegionModel> regions, HashSet<string> declared,
        PolicyModel policy,
        IReadOnlyDictionary<string, EndpointPlace> places,
        IReadOnlyList<GuestModel> guests,
        out IReadOnlyList<string> names)
    {
        WorkloadReader reader = new(hosts, regions, declared, policy, places, guests, context);
        IReadOnlyList<(YamlScalar Key, YamlNode Value)> entries = section.Named(RootKeys.Workloads, WorkloadReader.WorkloadsMax);
        names = [.. entries.Select(entry => entry.Key.Text)];
        List<WorkloadModel> workloads = [];
        foreach ((YamlScalar key, YamlNode value) in entries)
        {
            if (reader.Read(key, value) is WorkloadModel workload)
                workloads.Add(workload);
        }

        return workloads;
    }

    /// <summary>A host tells its caching devices apart by a cache id of four bits.</summary>
    private void CheckCaches(IReadOnlyList<HostModel> hosts, IReadOnlyDictionary<string, EndpointPlace> places, IReadOnlyList<WorkloadModel> workloads)
    {
        foreach (HostModel host in hosts)
        {
            EndpointModel[] caching = [.. places.Values.Where(p => p.Host.Name == host.Name).Select(p => p.Ports[^1].Endpoint!).Where(e => e.Type == DeviceType.Type2)];
            bool coherent = host.Cache is not null || caching.Any(e => e.Cache is not null || workloads.Any(w => w.Engine?.Name == e.Name));
            if (coherent && caching.Length > 16)
            {
                errors.Add(DescriptionErrorCode.TooManyCaches, caching[16].Position,
                    $"{PrintableText.Quote(caching[16].Name)} is the 17th type-2 device below {host.Name}, which keeps caches coherent",
                    "A cache id has four bits: 16 devices a host.");
            }
        }
    }

    private List<ExpectationModel> ReadExpectations(SectionReader section, IReadOnlyList<string> sources)
    {
        ExpectationReader reader = new(sources, errors);
        List<ExpectationModel> expectations = [];
        foreach (YamlNode node in section.List(RootKeys.Expect, ExpectationReader.ExpectationsMax))
        {
            if (reader.Read(node) is ExpectationModel expectation)
                expectations.Add(expectation);
        }

        return expectations;
    }
}
