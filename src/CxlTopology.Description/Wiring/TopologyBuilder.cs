using System.Globalization;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Builds the actors that a topology file describes, connects them, and gives each host the firmware that programs its decoders.</summary>
public sealed partial class TopologyBuilder
{
    private readonly TopologyModel model;
    private readonly BuiltTopology built;
    private readonly bool boots;
    private readonly Dictionary<LinkOptions, LinkOptions> links = []; // equal options are one object: there may be a million links
    private readonly Dictionary<EndpointOptions, EndpointOptions> endpoints = [];
    private readonly Dictionary<EndpointConfigSpaceOptions, EndpointConfigSpaceOptions> configurations = [];

    private TopologyBuilder(TopologyModel model, BuiltTopology built, bool boots)
    {
        this.model = model;
        this.built = built;
        this.boots = boots;
    }

    /// <summary>Builds a topology.</summary>
    /// <param name="model">The file.</param>
    /// <param name="options">The simulation's options; the seed given there counts.</param>
    /// <param name="trace">Where traced accesses leave their hops; null for none.</param>
    /// <param name="boots">Whether firmware programs regions and forced registers; without, everything stays as after reset and firmware knows nothing.</param>
    /// <param name="addEngines">Called for each accelerator before it is added, to give its engine work.</param>
    /// <param name="addAgents">Called for each host before it is added to the simulation, to give it workloads or other agents; what firmware knows of the host is there by then.</param>
    public static BuiltTopology Build(
        TopologyModel model, SimulationOptions options, DecodeTrace? trace = null, bool boots = true, Action<HostModel, Host, BuiltTopology>? addAgents = null,
        Action<EndpointModel, Accelerator, BuiltTopology>? addEngines = null)
    {
        var built = new BuiltTopology
        {
            Model = model,
            Simulation = new Simulation.Simulation(options),
            Fabric = new FabricOptions
            {
                Commit = model.Policy.Commit == CommitPolicy.Permissive ? CommitProfile.Permissive : CommitProfile.Strict,
                Unclaimed = model.Policy.Unclaimed switch
                {
                    UnclaimedPolicy.AllOnes => Fabric.UnclaimedPolicy.AllOnes,
                    UnclaimedPolicy.Error => Fabric.UnclaimedPolicy.Error,
                    _ => Fabric.UnclaimedPolicy.Poison,
                },
                Trace = trace,
            },
        };
        var builder = new TopologyBuilder(model, built, boots) { addEngines = addEngines };
        foreach (HostModel host in model.Hosts)
            builder.AddHost(host, addAgents);
        return built;
    }

    private void AddHost(HostModel model, Action<HostModel, Host, BuiltTopology>? addAgents)
    {
        IReadOnlyList<HostBridgeResources> places = BridgePlaces.Of(model)
            .Resources(above: model.Windows.Select(w => w.Base.Value + w.Size.Bytes).DefaultIfEmpty().Max());
        // What firmware knows comes first: the host's agents must be there when it is added.
        for (int i = 0; boots && i < model.Bridges.Count; i++)
            Describe(model, model.Bridges[i], places[i]);
        var host = new Host(
            new HostOptions
            {
                Memory = model.Memory,
                FabricLatency = model.FabricLatency,
                Windows = [.. model.Windows.Select(w => WindowOf(model, w))],
            },
            built.Fabric);
        AddCoherence(model, host);
        built.Hosts.Add(model.Name, host);
        PlatformNode[] bridges = boots ? [.. model.Bridges.Select(b => built.Platform[model.Name + "." + b.Name])] : [];
        if (boots)
        {
            var program = new HostProgram(
                bridges, FirmwareOf(model), PlatformOf(model, host, places), [.. this.model.Regions.Where(r => r.Host.Name == model.Name).Select(PlanOf)]);
            program.TagBase = host.AddAgent("program", program);
            built.Programs.Add(model.Name, program);
        }

        addAgents?.Invoke(model, host, built);
        built.Simulation.Add(model.Name, host);
        for (int i = 0; i < model.Bridges.Count; i++)
            AddBridge(model, host, model.Bridges[i], places[i]);
    }

    /// <summary>What ACPI says: the CEDT, and the host bridges in the order of the namespace: that of the file.</summary>
    private static CxlPlatform PlatformOf(HostModel model, Host host, IReadOnlyList<HostBridgeResources> places) => new(
        Cedt.Of(
            model.Bridges.Select((bridge, i) => new HostBridgeStructure { Uid = (uint)bridge.Uid, Base = new Hpa(places[i].RegisterBase) }),
            host.Windows).ToBytes(),
        [.. model.Bridges.Select((bridge, i) => (bridge.Uid, places[i]))])
    {
        HasCaches = host.Home is not null,
    };

    private void AddBridge(HostModel hostModel, Host host, BridgeModel model, HostBridgeResources place)
    {
        var bridge = new HostBridge(
            new HostBridgeOptions
            {
                Uid = model.Uid,
                PassThrough = model.PassThrough,
                Resources = place,
                CommitTime = model.CommitTime,
                BackInvalidate = model.BackInvalidate,
                EventCollector = model.EventCollector,
                HdmCapability = CapabilityOf(model.Decoders, model.TargetCount, model.Interleave),
            },
            built.Fabric);
        built.Bridges.Add(hostModel.Name + "." + model.Name, bridge);
        RootPort[] ports = [.. model.Ports.Select(p => bridge.AddPort(p.Name, (byte)p.Number))];
        built.Simulation.Add(model.Name, bridge, host);
        host.Attach(built.Simulation, bridge);
        for (int i = 0; i < ports.Length; i++)
            AddBelow(model.Ports[i], ports[i]);
    }

    private void AddBelow(PortModel port, LinkedActor upper)
    {
        if (port.Endpoint is { } endpoint)
            AddEndpoint(port, upper, endpoint);
        else if (port.Switch is { } below)
            AddSwitch(port, upper, below);
    }

    private void AddSwitch(PortModel port, LinkedActor upper, SwitchModel model)
    {
        var actor = new Switch(
            new SwitchOptions
            {
                Crossbar = model.Latency,
                HdmCapability = CapabilityOf(model.Decoders, model.TargetCount, model.Interleave),
                CommitTime = model.CommitTime,
                BackInvalidate = model.BackInvalidate,
                HdmDDevices = model.HdmD ?? 1,
            },
            built.Fabric);
        built.Switches.Add(model.Name, actor);
        DownstreamPort[] ports = [.. model.Ports.Select(p => actor.AddPort(p.Name, (byte)p.Number))];
        built.Simulation.Add(model.Name, actor, upper);
        Join(upper, actor.Upstream, port.Link, model.UpstreamPortLatency);
        for (int i = 0; i < ports.Length; i++)
            AddBelow(model.Ports[i], ports[i]);
    }

    private void AddEndpoint(PortModel port, LinkedActor upper, EndpointModel model)
    {
        EndpointOptions options = Shared(endpoints, new EndpointOptions
        {
            Capacity = model.Capacity,
            Volatile = model.Volatile,
            Configuration = model.Configuration is { } configuration ? Shared(configurations, configuration) : null,
            SerialNumber = model.Serial,
            HdmCapability = CapabilityOf(model.Decoders, 1, model.Interleave),
            BackInvalidate = model.Coherence == CoherenceModel.HdmDB,
            CommitTime = model.CommitTime,
            MediaReady = model.MediaReady,
            Reset = model.Reset,
            Functions = model.Functions.Count == 0 ? [] : [.. model.Functions.Select(OptionsOf)],
            EngineBar = IsGivenJobs(model),
            Queue = Math.Min(model.Queue, ushort.MaxValue),
            Media = new MediaOptions
            {
                Controller = model.Controller,
                Latency = model.Media.Latency,
                Channels = model.Media.Channels,
                BytesPerSecond = model.Media.Bandwidth.BytesPerSecond,
            },
        });
        Endpoint endpoint = model.Type == DeviceType.Type2 ? new Type2Endpoint(options, built.Fabric) : new Type3Endpoint(options, built.Fabric);
        AddCoherence(model, endpoint);
        built.Endpoints.Add(model.Name, endpoint);
        built.Simulation.Add(model.Name, endpoint, upper);
        built.EndpointNames.Add(endpoint.Id, model.Name);
        Join(upper, endpoint, port.Link, model.PortLatency);
    }

    private static FunctionOptions OptionsOf(FunctionModel model) => new() { Number = model.Number, Configuration = model.Configuration, ResetTime = model.ResetTime, Ready = model.Ready };

    private void Join(LinkedActor upper, LinkedActor lower, LinkModel link, SimDuration lowerPort)
    {
        LinkedActor.Join(built.Simulation, upper, lower, Shared(links, new LinkOptions
        {
            Speed = new LinkSpeed(link.RateGigatransfers, link.Width, link.FlitBytes == 68 ? FlitMode.Flit68 : FlitMode.Flit256),
            UpperPort = link.PortLatency,
            LowerPort = lowerPort,
            Wire = link.Wire,
            Retimers = link.RetimerLatency,
            Training = link.Training,
            LowerBuffer = (link.Credits.Req, link.Credits.Rwd),
            UpperBuffer = (link.Credits.Ndr, link.Credits.Drs),
        }));
        built.Links.Add((upper, lower));
    }

    private static T Shared<T>(Dictionary<T, T> known, T value)
        where T : notnull => known.TryGetValue(value, out T? same) ? same : known[value] = value;

    private static XorMaps? MapsOf(HostModel host, WindowModel model)
    {
        XorMaps? maps = null;
        if (model.Arithmetic == WindowArithmetic.Xor && !XorMaps.TryCreate(model.XorMaps, model.Ways, out maps, out string? problem))
            throw new WiringException($"Window {model.Index} of {host.Name}: {problem}"); // the reader has checked
        return maps;
    }

    private static FixedMemoryWindow WindowOf(HostModel host, WindowModel model) => new()
    {
        Base = model.Base,
        Size = model.Size,
        Interleave = Interleave.Of(model.Ways, model.Granularity),
        Arithmetic = model.Arithmetic == WindowArithmetic.Xor ? InterleaveArithmetic.Xor : InterleaveArithmetic.Modulo,
        XorMaps = MapsOf(host, model),
        Restrictions = (WindowRestrictions)model.Allow,
        QtgId = (ushort)model.QtgId,
        Targets = [.. model.Targets.Select(name => host.Bridges.First(b => b.Name == name).Uid)],
    };

    private static uint CapabilityOf(int decoders, int targets, InterleaveCapability interleave) =>
        HdmDecoderCount.Encode(decoders)
        | (uint)targets << 4
        | (interleave.Bits11To8 ? 1u << 8 : 0)
        | (interleave.Bits14To12 ? 1u << 9 : 0)
        | (interleave.ThreeSixTwelve ? 1u << 11 : 0)
        | (interleave.Sixteen ? 1u << 12 : 0);

    private void Describe(HostModel host, BridgeModel model, HostBridgeResources place)
    {
        var bridge = new PlatformNode
        {
            Name = model.Name,
            Kind = ComponentKind.HostBridge,
            Resources = place,
            Uid = model.Uid,
        };
        built.Platform.Add(host.Name + "." + model.Name, bridge);
        DescribeBelow(bridge, model.Ports);
    }

    private void DescribeBelow(PlatformNode parent, IReadOnlyList<PortModel> ports)
    {
        foreach (PortModel port in ports)
        {
            if (port.Switch is { } below)
            {
                var node = new PlatformNode
                {
                    Name = below.Name,
                    Kind = ComponentKind.UpstreamPort,
                    Parent = parent,
                    ParentPort = (byte)port.Number,
                };
                built.Platform.Add(below.Name, node);
                DescribeBelow(node, below.Ports);
            }
            else if (port.Endpoint is { } endpoint)
            {
                built.Platform.Add(endpoint.Name, new PlatformNode
                {
                    Name = endpoint.Name,
                    Kind = ComponentKind.Endpoint,
                    Parent = parent,
                    ParentPort = (byte)port.Number,
                    DeviceCoherent = endpoint.Coherence != CoherenceModel.HdmH,
                });
            }
        }
    }

    /// <summary>What firmware writes before the operating system starts.</summary>
    private List<FirmwareWrite> FirmwareOf(HostModel host)
    {
        FirmwareEntry[] entries = [.. model.Firmware.Where(e => e.Component.Host == host.Name)];
        List<FirmwareWrite> writes = [];
        var enabled = entries.OfType<FirmwareDvsecControl>().Select(NodeOf).ToHashSet();
        foreach (FirmwareEntry entry in entries)
        {
            PlatformNode node = NodeOf(entry);
            // Firmware that programs an endpoint's decoder enables its memory as well, unless the file says what to write there.
            if (entry is FirmwareDecoder && node.Kind == ComponentKind.Endpoint && enabled.Add(node))
            {
                writes.Add(new FirmwareWrite(node, RegisterSpace.DeviceDvsec, 0x0C, node.DeviceCoherent ? 7u : 6u));
                writes.Add(new FirmwareWrite(node, RegisterSpace.HdmDecoder, 4, 2));
            }

            writes.AddRange(WritesOf(entry, node));
        }

        return writes;
    }

    private static IEnumerable<FirmwareWrite> WritesOf(FirmwareEntry entry, PlatformNode node)
    {
        FirmwareWrite Hdm(int offset, uint value) => new(node, RegisterSpace.HdmDecoder, offset, value);
        switch (entry)
        {
            case FirmwareRegister register:
                return [Hdm(register.Offset, register.Value)];
            case FirmwareDvsecControl control:
                return [new FirmwareWrite(node, RegisterSpace.DeviceDvsec, 0x0C, control.Value)];
            case FirmwareDecoder decoder:
                int at = HdmCapabilityRegisters.DecoderOffset(decoder.Decoder);
                ulong last = decoder.Skip.Bytes;
                for (int slot = 0; slot < Math.Min(decoder.Targets.Count, HdmDecoderRegisters.TargetSlots); slot++)
                    last |= (ulong)(byte)decoder.Targets[slot] << (8 * slot);
                uint control32 = HdmDecoderSettings.CommitWord(
                    Interleave.Of(decoder.Ways, decoder.Granularity), decoder.HostOnly ? TargetRangeType.HostOnly : TargetRangeType.DeviceCoherent, lockOnCommit: decoder.Lock);
                return
                [
                    Hdm(at + 4, (uint)(decoder.Base.Value >> 32)), Hdm(at, (uint)decoder.Base.Value),
                    Hdm(at + 0xC, (uint)(decoder.Size.Bytes >> 32)), Hdm(at + 8, (uint)decoder.Size.Bytes),
                    Hdm(at + 0x18, (uint)(last >> 32)), Hdm(at + 0x14, (uint)last),
                    Hdm(at + 0x10, decoder.Commit ? control32 : control32 & ~0x200u),
                ];
            default:
                throw new InvariantException(string.Create(CultureInfo.InvariantCulture, $"A firmware entry of kind {entry.GetType().Name} at {entry.Position} has no writes."));
        }
    }

    private PlatformNode NodeOf(FirmwareEntry entry) =>
        built.Platform[entry.Component.Kind == FirmwareTargetKind.HostBridge ? entry.Component.Host + "." + entry.Component.Name : entry.Component.Name];

    private RegionPlan PlanOf(RegionModel region) => new(
        region.Name,
        WindowOf(region.Host, region.Window),
        region.Base,
        region.Size,
        region.Granularity,
        [.. region.Targets.Select(t => built.Platform[t.Endpoint.Name])],
        region.Memory == RegionMemory.Pmem);
}
