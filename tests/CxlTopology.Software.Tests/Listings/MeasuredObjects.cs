using System.Globalization;
using System.Text.Json.Nodes;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Listings;

/// <summary>The objects of a CXL core, rebuilt from what was listed on a real kernel with <c>-vvv</c>.</summary>
internal sealed class MeasuredObjects
{
    private readonly Dictionary<string, CxlDport> dports = [];
    private readonly Dictionary<string, CxlRegion> regions = [];
    private readonly Dictionary<string, CxlEndpointDecoder> endpointDecoders = [];

    public MeasuredObjects(JsonNode listing)
    {
        JsonObject bus = listing[0]!.AsObject();
        var root = new CxlPort { Kind = CxlPortKind.Root, Id = 0, Host = Text(bus, "provider") };
        Core.Root = root;
        AddDports(root, bus);
        foreach (JsonObject window in Items(bus, "decoders:root0"))
            AddWindow(root, window);
        AddPorts(root, bus, CxlPortKind.HostBridge);
        foreach (JsonObject window in Items(bus, "decoders:root0"))
        {
            foreach (JsonObject region in Items(window, "regions:" + Text(window, "decoder")))
                AddMappings(regions[Text(region, "region")], region);
        }
    }

    public CxlCore Core { get; } = new(null!, null!, null!, null!, null!);

    public Dictionary<CxlMemdev, MemdevDetails> Details { get; } = [];

    private void AddDports(CxlPort port, JsonObject node)
    {
        foreach (JsonObject dport in Items(node, "dports"))
        {
            string name = Text(dport, "dport");
            dports.Add(name, new CxlDport { Port = port, Id = (int)Number(dport, "id"), Name = name, FirmwareNode = dport["alias"]?.GetValue<string>() });
            port.Dports.Add(dports[name]);
        }
    }

    private void AddWindow(CxlPort root, JsonObject node)
    {
        var window = new FixedMemoryWindow
        {
            Base = new Hpa(Number(node, "resource")),
            Size = new ByteSize(Number(node, "size")),
            Interleave = InterleaveOf(node),
            QtgId = (ushort)Number(node, "qos_class"),
            Restrictions = (node.ContainsKey("max_available_extent") ? WindowRestrictions.Type3 : 0) | (node.ContainsKey("pmem_capable") ? WindowRestrictions.Persistent : 0)
                | (node.ContainsKey("volatile_capable") ? WindowRestrictions.Volatile : 0) | (node.ContainsKey("accelmem_capable") ? WindowRestrictions.Type2 : 0),
            Targets = [],
        };
        var decoder = new CxlRootDecoder { Port = root, Instance = InstanceOf(node), Window = window };
        Fill(decoder, node);
        decoder.Targets.AddRange(Items(node, "targets").OrderBy(t => Number(t, "position")).Select(t => dports[Text(t, "target")]));
        root.Decoders.Add(decoder);
        foreach (JsonObject region in Items(node, "regions:" + decoder.Name))
        {
            var made = new CxlRegion
            {
                Id = IdOf(Text(region, "region"), "region"),
                Root = decoder,
                IsPersistent = Text(region, "type") == "pmem",
                TargetType = TargetRangeType.HostOnly,
                State = Text(region, "decode_state") == "commit" ? CxlRegionState.Commit : CxlRegionState.Active,
                Ways = (int)Number(region, "interleave_ways"),
                Granularity = (int)Number(region, "interleave_granularity"),
                Base = new Hpa(Number(region, "resource")),
                Size = new ByteSize(Number(region, "size")),
                Enabled = !region.ContainsKey("state"),
            };
            regions.Add(made.Name, made);
            decoder.Regions.Add(made);
            Core.Regions.Add(made);
        }
    }

    private void AddPorts(CxlPort above, JsonObject node, CxlPortKind kind)
    {
        foreach (JsonObject item in Items(node, "ports:" + above.Name))
        {
            string host = Text(item, "host");
            CxlPort port = NewPort(above, item, kind, IdOf(Text(item, "port"), "port"), host, item["parent_dport"] is null ? dports[host] : dports[Text(item, "parent_dport")], null);
            AddDports(port, item);
            foreach (JsonObject decoder in Items(item, "decoders:" + port.Name))
            {
                var made = new CxlSwitchDecoder { Port = port, Instance = InstanceOf(decoder), TargetsMax = 8 };
                Fill(made, decoder);
                made.Targets.AddRange(Items(decoder, "targets").OrderBy(t => Number(t, "position")).Select(t => dports[Text(t, "target")]));
                port.Decoders.Add(made);
            }

            AddPorts(port, item, CxlPortKind.Switch);
            foreach (JsonObject endpoint in Items(item, "endpoints:" + port.Name))
                AddEndpoint(port, endpoint);
        }
    }

    private void AddEndpoint(CxlPort above, JsonObject item)
    {
        JsonObject shown = item["memdev"]!.AsObject();
        JsonObject partition = shown["partition_info"]!.AsObject();
        string[] place = Text(shown, "host").Split(':', '.');
        var memdev = new CxlMemdev
        {
            Id = IdOf(Text(shown, "memdev"), "mem"),
            Function = new PciDevice
            {
                Bdf = new Bdf(Convert.ToUInt16(place[0], 16), Convert.ToByte(place[1], 16), Convert.ToByte(place[2], 16), Convert.ToByte(place[3], 16)),
                Id = 0xD93_8086,
                IsBridge = false,
            },
            IsAccelerator = false,
            Serial = Number(shown, "serial"),
            Location = new ComponentLocation(null, 0, 0),
            Identity = new IdentifyMemoryDevice
            {
                FirmwareRevision = Text(shown, "firmware_version"),
                TotalCapacity = new ByteSize(Number(partition, "total_size")),
                VolatileOnly = new ByteSize(Number(partition, "volatile_only_size")),
                PersistentOnly = new ByteSize(Number(partition, "persistent_only_size")),
                PartitionAlignment = new ByteSize(Number(partition, "partition_alignment_size")),
            },
        };
        memdev.Partitions.Add(new CxlPartition(false, default, new ByteSize(NumberOr0(shown, "ram_size")), -1));
        memdev.Partitions.Add(new CxlPartition(true, new Dpa(NumberOr0(shown, "ram_size")), new ByteSize(NumberOr0(shown, "pmem_size")), -1));
        JsonObject firmware = shown["firmware"]!.AsObject();
        Details.Add(memdev, new MemdevDetails
        {
            Firmware = new FirmwareInfo(
                (int)Number(firmware, "num_slots"), (int)Number(firmware, "active_slot"), 0, firmware["online_activate_capable"]!.GetValue<bool>(), [Text(firmware, "slot_1_version"), "", "", ""]),
        });
        Core.Memdevs.Add(memdev);
        CxlPort endpoint = NewPort(above, item, CxlPortKind.Endpoint, IdOf(Text(item, "endpoint"), "endpoint"), memdev.Name, dports[Text(item, "parent_dport")], memdev);
        memdev.Endpoint = endpoint;
        foreach (JsonObject decoder in Items(item, "decoders:" + endpoint.Name))
        {
            var made = new CxlEndpointDecoder
            {
                Port = endpoint,
                Instance = InstanceOf(decoder),
                DpaBase = new Dpa(NumberOr0(decoder, "dpa_resource")),
                DpaSize = new ByteSize(NumberOr0(decoder, "dpa_size")),
                Partition = decoder["mode"]?.GetValue<string>() switch { null => -1, "ram" => 0, _ => 1 },
            };
            Fill(made, decoder);
            endpoint.Decoders.Add(made);
            endpointDecoders.Add(made.Name, made);
        }
    }

    private CxlPort NewPort(CxlPort above, JsonObject item, CxlPortKind kind, int id, string host, CxlDport parentDport, CxlMemdev? memdev)
    {
        var port = new CxlPort
        {
            Kind = kind,
            Id = id,
            Parent = above,
            ParentDport = parentDport,
            Host = host,
            Memdev = memdev,
            CommitEnd = (int)Number(item, "decoders_committed") - 1,
            Enabled = !item.ContainsKey("state"),
        };
        above.Children.Add(port);
        Core.Ports.Add(port);
        return port;
    }

    private void AddMappings(CxlRegion region, JsonObject node)
    {
        foreach (JsonObject mapping in Items(node, "mappings").OrderBy(m => Number(m, "position")))
            region.Targets.Add(endpointDecoders[Text(mapping, "decoder")]);
    }

    private void Fill(CxlDecoder decoder, JsonObject node)
    {
        decoder.Base = new Hpa(NumberOr0(node, "resource"));
        decoder.Size = new ByteSize(NumberOr0(node, "size"));
        decoder.Interleave = InterleaveOf(node);
        decoder.Region = node["region"] is { } region ? regions[region.GetValue<string>()] : null;
    }

    private static Interleave InterleaveOf(JsonObject node) =>
        Interleave.Of((int)Number(node, "interleave_ways"), node["interleave_granularity"] is { } granularity ? granularity.GetValue<int>() : 256);

    private static int InstanceOf(JsonObject decoder) => int.Parse(Text(decoder, "decoder").Split('.')[1], CultureInfo.InvariantCulture);

    private static int IdOf(string name, string prefix) => int.Parse(name.AsSpan(prefix.Length), CultureInfo.InvariantCulture);

    private static IEnumerable<JsonObject> Items(JsonObject node, string key) => node[key] is JsonArray items ? items.Select(i => i!.AsObject()) : [];

    private static string Text(JsonObject node, string key) => node[key]!.GetValue<string>();

    private static ulong Number(JsonObject node, string key) => node[key]!.GetValue<ulong>();

    private static ulong NumberOr0(JsonObject node, string key) => node.ContainsKey(key) ? Number(node, key) : 0;
}
