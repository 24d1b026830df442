using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Reads workloads.</summary>
internal sealed class WorkloadReader(
    IReadOnlyList<HostModel> hosts, IReadOnlyList<RegionModel> regions, IReadOnlyCollection<string> declaredRegions, PolicyModel policy,
    IReadOnlyDictionary<string, EndpointPlace> places, IReadOnlyList<GuestModel> guests, ReadContext context)
{
    /// <summary>Workloads of a file.</summary>
    public const int WorkloadsMax = 4_096;

    private const long AccessesPerSecondMax = 1_000_000_000_000;

    private readonly ErrorSink errors = context.Errors;
    private readonly Dictionary<string, int> jobs = new(StringComparer.Ordinal); // of engines that guests have, by engine; for look-up alone

    /// <summary>Reads one workload; null if an error leaves it without host or target.</summary>
    public WorkloadModel? Read(YamlScalar key, YamlNode value)
    {
        SectionReader section = SectionReader.Open(value, WorkloadKeys.Table, errors);
        if (hosts.Any(host => host.Name == key.Text) || guests.Any(guest => guest.Name == key.Text))
        {
            section.Problem(DescriptionErrorCode.DuplicateName, key.Position,
                $"the workload {PrintableText.Quote(key.Text)} has the name of a host or guest",
                "Expectations name both: give it another name.");
        }

        EndpointModel? engine = FindEngine(section, out HostModel? host);
        GuestModel? guest = engine is not null ? GuestEngines.OwnerOf(engine, guests) : section.TryGet(WorkloadKeys.From, out string from) ? guests.FirstOrDefault(g => g.Name == from) : null;
        if (engine is null)
            host = guest?.Host ?? HostReference.Read(section, WorkloadKeys.From, hosts, guests.Select(g => g.Name));
        WorkloadTarget? target = guest is not null ? GuestTargetReader.Read(section, guest)
            : host is null ? null : new WorkloadTargetReader(regions, declaredRegions, guests).Read(section, host);
        if (engine is not null && guest is not null)
        {
            GuestEngines.Check(section, engine, guest, target);
            jobs[engine.Name] = jobs.GetValueOrDefault(engine.Name) + 1;
            if (jobs[engine.Name] == EngineRegisters.JobsMax + 1)
            {
                section.Problem(DescriptionErrorCode.TooMany, key.Position, $"more than {EngineRegisters.JobsMax} workloads of {PrintableText.Quote(engine.Name)}",
                    "The registers of an engine have room for so many jobs.");
            }
        }

        WorkloadPattern pattern = section.Get(
            WorkloadKeys.Pattern, section.Has(WorkloadKeys.Trace) ? WorkloadPattern.Trace : WorkloadPattern.Random);
        CheckApplicable(section, pattern);
        bool payloads = section.Get(WorkloadKeys.Payloads, policy.Payloads);
        int size = section.Get(WorkloadKeys.Size);
        if (target is not null && target.Size.Bytes < (ulong)size)
        {
            section.Problem(DescriptionErrorCode.OutOfRange, section.PositionOf(WorkloadKeys.Size),
                $"an access of {new ByteSize((ulong)size)} does not fit in a target of {target.Size}",
                "Make the target larger.");
        }

        (Ratio hotAccesses, Ratio hotBytes) = ReadHot(section);
        if (section.Get(WorkloadKeys.Verify, payloads) && !payloads)
        {
            section.Problem(DescriptionErrorCode.KeysConflict, section.KeyPositionOf(WorkloadKeys.Verify),
                "verify without payloads: there is no data to compare",
                "Turn payloads on, or verify off.");
        }

        // All keys are read even if host or target are missing: every error of a file is reported at once.
        WorkloadModel workload = new()
        {
            Name = key.Text,
            From = host!,
            Engine = engine,
            Guest = guest,
            To = target!,
            Pattern = pattern,
            Reads = section.Get(WorkloadKeys.Reads),
            Outstanding = section.Get(WorkloadKeys.Outstanding, pattern == WorkloadPattern.PointerChase ? 1 : 64),
            Pace = ReadPace(section, size),
            Arrivals = section.Get(WorkloadKeys.Arrivals),
            Count = section.TryGet(WorkloadKeys.Count, out long count) ? count : pattern == WorkloadPattern.Trace ? null : 1_000_000,
            AccessBytes = size,
            Burst = section.Get(WorkloadKeys.Burst),
            Stride = (long)section.Get(WorkloadKeys.Stride).Bytes,
            HotAccesses = hotAccesses,
            HotBytes = hotBytes,
            Trace = section.TryGet(WorkloadKeys.Trace, out string path) ? Path.Combine(context.Directory, path) : null,
            TraceFormat = section.Get(WorkloadKeys.Format),
            Placement = section.Get(WorkloadKeys.Placement),
            Instructions = section.Get(WorkloadKeys.Instructions),
            Repeat = section.Get(WorkloadKeys.Repeat),
            Start = section.Get(WorkloadKeys.Start),
            Think = section.Get(WorkloadKeys.Think),
            Payloads = payloads,
            Verify = section.Get(WorkloadKeys.Verify, payloads),
            Bias = guest is null ? ReadBias(section, engine, target) : null,
            Position = key.Position,
        };
        return host is null || target is null ? null : workload;
    }

    private static Bias? ReadBias(SectionReader section, EndpointModel? engine, WorkloadTarget? target)
    {
        if (!section.TryGet(WorkloadKeys.TargetBias, out Bias bias))
            return null;
        if (engine is not { Coherence: CoherenceModel.HdmD })
        {
            section.Problem(DescriptionErrorCode.KeyNotApplicable, section.KeyPositionOf(WorkloadKeys.TargetBias), "bias of what does not come from an hdm-d device",
                "Pages of hdm-d memory have a bias, and its device asks for it: leave the key out.");
        }
        else if (target is not null && target.Size.Bytes > WorkloadModel.FlippedMax.Bytes)
        {
            section.Problem(DescriptionErrorCode.OutOfRange, section.PositionOf(WorkloadKeys.TargetBias), $"a bias for {target.Size}",
                $"Pages are asked for one by one, for {WorkloadModel.FlippedMax} at most: name a range.");
        }

        return bias;
    }

    /// <summary>The accelerator that a workload names, and the host that it hangs below; null if it names none.</summary>
    private EndpointModel? FindEngine(SectionReader section, out HostModel? host)
    {
        host = null;
        if (!section.TryGet(WorkloadKeys.From, out string name) || hosts.Any(h => h.Name == name) || !places.TryGetValue(name, out EndpointPlace? place))
            return null;
        host = hosts.First(h => h.Name == place.Host.Name);
        EndpointModel endpoint = place.Ports[^1].Endpoint!;
        if (endpoint.Type == DeviceType.Type2)
            return endpoint;
        section.Problem(DescriptionErrorCode.WorkloadNotAnEngine, section.PositionOf(WorkloadKeys.From),
            $"{PrintableText.Quote(name)} is a type-3 device, which issues no accesses", "Name a host or a type-2 device.");
        return endpoint;
    }

    private static void CheckApplicable(SectionReader section, WorkloadPattern pattern)
    {
        Demand(WorkloadKeys.Stride, WorkloadPattern.Stride, "stride", required: true);
        Demand(WorkloadKeys.Hot, WorkloadPattern.HotSpot, "hot-spot", required: false);
        Demand(WorkloadKeys.Trace, WorkloadPattern.Trace, "trace", required: true);
        foreach (Key key in new Key[] { WorkloadKeys.Format, WorkloadKeys.Placement, WorkloadKeys.Instructions, WorkloadKeys.Repeat })
            Demand(key, WorkloadPattern.Trace, "trace", required: false);
        if (pattern == WorkloadPattern.Trace)
        {
            foreach (Key key in new Key[] { WorkloadKeys.Reads, WorkloadKeys.Size, WorkloadKeys.Burst })
            {
                if (section.Has(key))
                {
                    section.Problem(DescriptionErrorCode.KeyNotApplicable, section.KeyPositionOf(key),
                        $"a trace brings its own {key.Name}", "Leave the key out.");
                }
            }
        }

        if (section.Has(WorkloadKeys.Arrivals) && !section.Has(WorkloadKeys.Rate))
        {
            section.Problem(DescriptionErrorCode.KeyNotApplicable, section.KeyPositionOf(WorkloadKeys.Arrivals),
                "arrivals without a rate", "Add \"rate\", or leave the key out.");
        }

        void Demand(Key key, WorkloadPattern wanted, string word, bool required)
        {
            if (section.Has(key) && pattern != wanted)
            {
                section.Problem(DescriptionErrorCode.KeyNotApplicable, section.KeyPositionOf(key),
                    $"{PrintableText.Quote(key.Name)} belongs to the pattern {word}",
                    $"Write \"pattern: {word}\", or leave the key out.");
            }
            else if (required && !section.Has(key) && pattern == wanted)
            {
                section.Problem(DescriptionErrorCode.KeyMissing, section.PositionOf(WorkloadKeys.Pattern),
                    $"the pattern {word} needs the key {PrintableText.Quote(key.Name)}", key.Sentence);
            }
        }
    }

    private static (Ratio Accesses, Ratio Bytes) ReadHot(SectionReader workload)
    {
        SectionReader section = workload.Find(WorkloadKeys.Hot) is YamlNode node
            ? SectionReader.Open(node, WorkloadKeys.HotTable, workload.Errors)
            : SectionReader.Empty(WorkloadKeys.HotTable, workload.Errors, workload.Position);
        return (section.Get(WorkloadKeys.HotAccesses), section.Get(WorkloadKeys.HotBytes));
    }

    private static PaceModel? ReadPace(SectionReader section, int size)
    {
        if (!section.TryGet(WorkloadKeys.Rate, out RateText rate))
            return null;
        long bytes = rate.InBytes ? size : 1;
        if (rate.PerSecond / bytes > AccessesPerSecondMax)
        {
            section.Problem(DescriptionErrorCode.OutOfRange, section.PositionOf(WorkloadKeys.Rate), "more than 10^12 accesses a second",
                "That is one every femtosecond times 1000: write a lower rate.");
        }

        return new PaceModel(bytes * 1_000_000_000_000_000, rate.PerSecond);
    }
}
