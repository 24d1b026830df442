using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>Reads endpoints.</summary>
internal sealed class EndpointReader(ReadContext context)
{
    /// <summary>Endpoints of a file.</summary>
    public const int EndpointsMax = 1 << 20;

    private readonly ErrorSink errors = context.Errors;
    private readonly Dictionary<ulong, string> serials = [];
    private readonly ConfigurationReader configurations = new(context.Errors);

    /// <summary>Names of the endpoints whose coherence was not stated: it depends on where they are attached.</summary>
    public HashSet<string> CoherenceOpen { get; } = new(StringComparer.Ordinal);

    /// <summary>Reads an endpoint and registers its name.</summary>
    public EndpointModel Read(string name, SourcePosition position, YamlNode value, int index)
    {
        context.Claim(name, "endpoint", position);
        int before = errors.Count;
        SectionReader section = SectionReader.Open(value, EndpointKeys.Table, errors);
        EndpointDefaults defaults = context.EndpointDefaults;
        bool ownProfile = section.TryGet(EndpointKeys.Profile, out EndpointProfile profile);
        if (!ownProfile)
            profile = defaults.Profile;

        bool typed = section.TryGet(EndpointKeys.Type, out DeviceType type);
        bool coherent = section.TryGet(EndpointKeys.Coherence, out CoherenceModel coherence);
        if (!coherent)
        {
            coherence = type == DeviceType.Type2 ? CoherenceModel.HdmD : CoherenceModel.HdmH;
            CoherenceOpen.Add(name);
        }
        else if (typed && (type == DeviceType.Type2) == (coherence == CoherenceModel.HdmH) && coherence != CoherenceModel.HdmDB)
        {
            section.Problem(DescriptionErrorCode.CoherenceNotForType, section.PositionOf(EndpointKeys.Coherence),
                type == DeviceType.Type2 ? "a type-2 device cannot be hdm-h" : "a type-3 device cannot be hdm-d",
                type == DeviceType.Type2 ? "Type 2 is hdm-d or hdm-db." : "Type 3 is hdm-h or hdm-db.");
        }

        // What the file states for all endpoints belongs to the file's profile, not to another one an endpoint chooses.
        EndpointDefaults extra = ownProfile
            ? new EndpointDefaults
            {
                Queue = defaults.Queue,
                Decoders = defaults.Decoders,
                CommitTime = defaults.CommitTime,
                MediaReady = defaults.MediaReady,
                Reset = defaults.Reset,
                Interleave = defaults.Interleave,
                Identity = defaults.Identity,
                MsixVectors = defaults.MsixVectors,
            }
            : defaults;
        ulong serial = section.Get(EndpointKeys.Serial, 0x1000UL + (ulong)index);
        if (!serials.TryAdd(serial, name))
        {
            section.Problem(DescriptionErrorCode.DuplicateSerial,
                section.Has(EndpointKeys.Serial) ? section.PositionOf(EndpointKeys.Serial) : position,
                $"serial 0x{serial:x} is that of {PrintableText.Quote(serials[serial])} already",
                "Serial numbers tell devices apart: each is used once.");
        }

        EndpointModel endpoint = new()
        {
            Name = name,
            Type = type,
            Volatile = section.Get(EndpointKeys.Memory),
            Persistent = section.Get(EndpointKeys.Persistent),
            Decoders = section.Get(EndpointKeys.Decoders, extra.Decoders),
            Coherence = coherence,
            Profile = profile.Name,
            PortLatency = section.Get(EndpointKeys.PortLatency, extra.PortLatency ?? profile.PortLatency),
            Controller = section.Get(EndpointKeys.Controller, extra.Controller ?? profile.Controller),
            Media = ReadMedia(section, extra, profile),
            Queue = section.Get(EndpointKeys.Queue, extra.Queue),
            Serial = serial,
            CommitTime = section.Get(EndpointKeys.CommitTime, extra.CommitTime),
            MediaReady = section.Get(EndpointKeys.MediaReady, extra.MediaReady),
            Interleave = InterleaveKeys.Read(section.Find(EndpointKeys.Interleave), extra.Interleave, errors),
            Position = position,
            InitialBias = section.Get(EndpointKeys.InitialBias),
            FlipsOnAccess = section.Get(EndpointKeys.FlipsOnAccess),
            CacheLatency = profile.CacheLatency,
            EngineLatency = section.Get(EndpointKeys.EngineLatency, profile.EngineLatency),
        };
        endpoint = endpoint with
        {
            Cache = CacheKeys.Read(section.Find(EndpointKeys.Cache), CacheKeys.DeviceTable, new CacheModel { Latency = profile.CacheLatency }, errors),
            SnoopFilter = CacheKeys.Read(section.Find(EndpointKeys.SnoopFilter), CacheKeys.FilterTable, endpoint.SnoopFilter, errors) ?? endpoint.SnoopFilter,
        };
        RefuseForeignKeys(section, type);
        endpoint = endpoint with { Configuration = configurations.Read(section, endpoint, extra) };
        endpoint = endpoint with
        {
            Reset = ResetKeys.Read(section.Find(EndpointKeys.Reset), extra.Reset, endpoint.Configuration.Device?.ResetCapable ?? false, errors),
        };
        // A capacity that is wrong is not a capacity of 0.
        if (errors.Count == before && endpoint.Capacity.Bytes == 0)
        {
            section.Problem(DescriptionErrorCode.EndpointWithoutMemory, position, $"{PrintableText.Quote(endpoint.Name)} has no memory",
                "Give it \"memory\" (volatile), \"persistent\" or both.");
        }

        return endpoint;
    }

    /// <summary>Reads what <c>profiles.endpoint</c> says: a profile's name, or a section.</summary>
    public static EndpointDefaults ReadDefaults(YamlNode node, ErrorSink errors)
    {
        if (node is YamlScalar)
        {
            SectionReader plain = SectionReader.Empty(EndpointKeys.ProfileTable, errors, node.Position);
            return plain.TryParse(node, EndpointKeys.Profile.Scalar, out EndpointProfile named)
                ? new EndpointDefaults { Profile = named } : new EndpointDefaults();
        }

        SectionReader section = SectionReader.Open(node, EndpointKeys.ProfileTable, errors);
        EndpointDefaults defaults = new() { Profile = section.Get(EndpointKeys.Profile) };
        SectionReader media = section.Find(EndpointKeys.Media) is YamlNode mediaNode
            ? SectionReader.Open(mediaNode, EndpointKeys.MediaTable, errors)
            : SectionReader.Empty(EndpointKeys.MediaTable, errors, section.Position);
        return defaults with
        {
            PortLatency = section.TryGet(EndpointKeys.PortLatency, out SimDuration port) ? port : null,
            Controller = section.TryGet(EndpointKeys.Controller, out SimDuration controller) ? controller : null,
            MediaLatency = media.TryGet(EndpointKeys.MediaLatency, out SimDuration latency) ? latency : null,
            Channels = media.TryGet(EndpointKeys.Channels, out int channels) ? channels : null,
            Bandwidth = media.TryGet(EndpointKeys.MediaBandwidth, out Bandwidth bandwidth) ? bandwidth : null,
            Queue = section.Get(EndpointKeys.Queue),
            Decoders = section.Get(EndpointKeys.Decoders),
            CommitTime = section.Get(EndpointKeys.CommitTime),
            MediaReady = section.Get(EndpointKeys.MediaReady),
            Reset = ResetKeys.Read(section.Find(EndpointKeys.Reset), defaults.Reset, errors),
            Interleave = InterleaveKeys.Read(section.Find(EndpointKeys.Interleave), defaults.Interleave, errors),
            Identity = ConfigurationReader.ReadIdentity(section.Find(ConfigurationKeys.Identity), defaults.Identity, errors),
            MsixVectors = section.Get(ConfigurationKeys.MsixVectors),
        };
    }

    /// <summary>What only an accelerator has.</summary>
    private static void RefuseForeignKeys(SectionReader section, DeviceType type)
    {
        foreach (Key key in new Key[] { EndpointKeys.Cache, EndpointKeys.EngineLatency, EndpointKeys.InitialBias, EndpointKeys.FlipsOnAccess })
        {
            if (type == DeviceType.Type3 && section.Has(key))
                section.Problem(DescriptionErrorCode.KeyNotApplicable, section.KeyPositionOf(key), $"{PrintableText.Quote(key.Name)} of a type-3 device", "Type 2 devices cache and have bias.");
        }
    }

    private MediaModel ReadMedia(SectionReader endpoint, EndpointDefaults extra, EndpointProfile profile)
    {
        MediaModel media = profile.Media with
        {
            Latency = extra.MediaLatency ?? profile.Media.Latency,
            Channels = extra.Channels ?? profile.Media.Channels,
            Bandwidth = extra.Bandwidth ?? profile.Media.Bandwidth,
        };
        if (endpoint.Find(EndpointKeys.Media) is not YamlNode node)
            return media;
        SectionReader section = SectionReader.Open(node, EndpointKeys.MediaTable, errors);
        return new MediaModel
        {
            Latency = section.Get(EndpointKeys.MediaLatency, media.Latency),
            Channels = section.Get(EndpointKeys.Channels, media.Channels),
            Bandwidth = section.Get(EndpointKeys.MediaBandwidth, media.Bandwidth),
            Position = section.Position,
        };
    }
}
