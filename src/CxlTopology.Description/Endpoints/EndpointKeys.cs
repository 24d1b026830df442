using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of an endpoint.</summary>
internal static class EndpointKeys
{
    private static readonly ScalarKind<ByteSize> capacity = Kinds.Size(0, Kinds.AddressLimit, Kinds.Quarter);

    public static readonly ValueKey<DeviceType> Type =
        new("type", Kinds.Choice(("2", DeviceType.Type2), ("3", DeviceType.Type3)), "CXL device type: 2 or 3.", required: true);
    public static readonly ValueKey<ByteSize> Memory = new("memory", capacity, "Volatile capacity, a multiple of 256 MiB.", "0B");
    public static readonly ValueKey<ByteSize> Persistent = new("persistent", capacity, "Persistent capacity, a multiple of 256 MiB.", "0B");
    public static readonly ValueKey<int> Decoders = new("decoders", Kinds.DecoderCount, "HDM decoders.", "4");

    public static readonly ValueKey<CoherenceModel> Coherence = new("coherence",
        Kinds.Choice(("hdm-h", CoherenceModel.HdmH), ("hdm-d", CoherenceModel.HdmD), ("hdm-db", CoherenceModel.HdmDB)),
        "Who keeps the memory coherent: hdm-h for type 3, hdm-d for a type 2 with its root port to itself, else hdm-db, unless stated.");

    public static readonly ValueKey<EndpointProfile> Profile =
        new("profile", new ScalarKind<EndpointProfile>(ParseProfile, ProfileSchema), "Published timing to start from.", "asic-gen5");
    public static readonly ValueKey<SimDuration> PortLatency =
        new("port-latency", LinkKeys.LatencyKind, "One traversal of the endpoint's port; the profile's unless stated.");
    public static readonly ValueKey<SimDuration> Controller =
        new("controller", LinkKeys.LatencyKind, "The memory controller's own time; the profile's unless stated.");
    public static readonly Key Media = new("media", new SectionKind(() => MediaTable!), "The memory; the profile's unless stated.");
    public static readonly ValueKey<int> Queue = new("queue", Kinds.Integer(1, 65536), "Requests the endpoint holds.", "512");
    public static readonly ValueKey<ulong> Serial =
        new("serial", Kinds.Unsigned64, "Serial number; 0x1000 plus the endpoint's index unless stated.");
    public static readonly ValueKey<HardwareDelay> CommitTime = new("commit-time", Kinds.Delay(HdmDecoderCapability.CommitTimeMax),
        "How long the decoders take to commit, or never; more than 10ms is a broken device.", "0s");
    public static readonly ValueKey<HardwareDelay> MediaReady = new("media-ready", Kinds.Delay(MediaReadiness.LongestDelay),
        "From power-up until the memory can be used, or never.", "0s");
    public static readonly Key Reset = new("reset", new SectionKind(() => ResetKeys.Table), "How the device behaves when it is reset.");
    public static readonly Key Interleave = new("interleave", InterleaveKeys.Kind, "What interleaving the decoders support.");

    public static readonly ValueKey<SimDuration> MediaLatency =
        new("latency", LinkKeys.LatencyKind, "From the controller to the data.", "45ns");
    public static readonly ValueKey<int> Channels = new("channels", Kinds.Integer(1, 64), "Channels that work side by side.", "2");
    public static readonly ValueKey<Bandwidth> MediaBandwidth =
        new("bandwidth", Kinds.Bandwidth, "What all channels together sustain.", "56.4GB/s");

    public static readonly Key Cache = new("cache", new SectionKind(() => CacheKeys.DeviceTable), "The cache of an accelerator; 1MiB if it or its host caches at all.");
    public static readonly Key SnoopFilter = new("snoop-filter", new SectionKind(() => CacheKeys.FilterTable), "What an hdm-db device knows of the host's caches.");
    public static readonly ValueKey<SimDuration> EngineLatency =
        new("engine-latency", LinkKeys.LatencyKind, "What an access of an accelerator's engines spends in the device's protocol layer, there and back; the profile's unless stated.");
    public static readonly ValueKey<Bias> InitialBias =
        new("bias", Kinds.Choice(("host", Bias.Host), ("device", Bias.Device)), "Who may touch pages of an hdm-d device without asking, at the start.", "host");

    public static readonly ValueKey<bool> FlipsOnAccess =
        new("flip-on-access", Kinds.Boolean, "An hdm-d device that touches a page in host bias asks for the page, not for the line.", "false");

    public static readonly KeyTable Table = new("endpoint", "A CXL device.",
        Type, Memory, Persistent, Decoders, Coherence, Cache, EngineLatency, SnoopFilter, InitialBias, FlipsOnAccess, Profile, PortLatency, Controller, Media, Queue, Serial, CommitTime, MediaReady, Reset, Interleave,
        ConfigurationKeys.Identity, ConfigurationKeys.Cxl, ConfigurationKeys.DeviceRegisters, ConfigurationKeys.Bar2, ConfigurationKeys.MsixVectors,
        ConfigurationKeys.AddressTranslation, ConfigurationKeys.LogicalDevices, FunctionKeys.Functions);

    public static readonly KeyTable MediaTable = new("media", "The memory of an endpoint.", MediaLatency, Channels, MediaBandwidth);

    public static readonly KeyTable ProfileTable =
        new("endpoint profile", "Defaults of all endpoints.", Profile, PortLatency, Controller, Media, Queue, Decoders, CommitTime, MediaReady, Reset, Interleave,
        ConfigurationKeys.Identity, ConfigurationKeys.MsixVectors);

    private static Parsed<EndpointProfile> ParseProfile(string text)
    {
        if (EndpointProfile.Find(text) is EndpointProfile profile)
            return profile;
        string[] known = [.. EndpointProfile.BuiltIn.Select(p => p.Name)];
        return new Problem(DescriptionErrorCode.UnknownProfile, $"there is no profile {PrintableText.Quote(text)}",
            $"The profiles are {string.Join(", ", known)}." + Suggestion.Among(text, known));
    }

    private static System.Text.Json.Nodes.JsonObject ProfileSchema() => new()
    {
        ["enum"] = new System.Text.Json.Nodes.JsonArray(
            [.. EndpointProfile.BuiltIn.Select(p => (System.Text.Json.Nodes.JsonNode)p.Name), "vistara"]),
    };
}
