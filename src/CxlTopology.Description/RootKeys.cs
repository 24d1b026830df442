namespace CxlTopology.Description;

/// <summary>The keys of a topology file.</summary>
internal static class RootKeys
{
    public static readonly ValueKey<ulong> Version = new("version", Kinds.Unsigned64, "Version of the file format: 1.", required: true);
    public static readonly ValueKey<string> Name = new("name", Kinds.Text64, "Name of the topology; the file's name unless stated.");
    public static readonly ValueKey<string> Description = new("description", Kinds.FreeText(4_096), "What the file is for.");
    public static readonly ValueKey<ulong> Seed = new("seed", Kinds.Unsigned64, "Seed of all random streams.", "1");
    public static readonly Key Profiles =
        new("profiles", new SectionKind(() => ProfilesTable!), "Defaults of links, endpoints and switches.");
    public static readonly Key Policy = new("policy", new SectionKind(() => PolicyKeys.Table), "Choices that hold for the whole run.");
    public static readonly Key Hosts = new("hosts", new NamedKind(new SectionKind(() => HostKeys.Table)), "Hosts by name.");
    public static readonly Key Endpoints = new("endpoints", new NamedKind(new SectionKind(() => EndpointKeys.Table)), "Endpoints by name.");
    public static readonly Key Shape =
        new("shape", new SectionKind(() => ShapeKeys.Table), "A regular topology, instead of hosts and endpoints.");
    public static readonly Key Regions = new("regions", new NamedKind(new SectionKind(() => RegionKeys.Table)), "Regions by name.");
    public static readonly Key Firmware =
        new("firmware", new ListKind(new SectionKind(() => FirmwareKeys.Table)), "What firmware writes before software starts.");
    public static readonly Key Workloads =
        new("workloads", new NamedKind(new SectionKind(() => WorkloadKeys.Table)), "Sources of memory accesses by name.");
    public static readonly Key Guests =
        new("guests", new NamedKind(new SectionKind(() => GuestKeys.Table)), "Virtual machines that accelerators are passed through to, by name.");
    public static readonly Key Expect = new("expect", new ListKind(Kinds.FreeText(1_024)), "What the run is expected to show.");

    public static readonly Key LinkProfile = new("link", new SectionKind(() => LinkKeys.Table), "Defaults of all links.");
    public static readonly Key EndpointProfile =
        new("endpoint", new AnyOfKind(EndpointKeys.Profile.Kind, new SectionKind(() => EndpointKeys.ProfileTable)),
        "A built-in profile, or defaults of all endpoints.");
    public static readonly Key SwitchProfile = new("switch", new SectionKind(() => PortKeys.SwitchProfile), "Defaults of all switches.");

    public static readonly KeyTable ProfilesTable = new("profiles", "Defaults.", LinkProfile, EndpointProfile, SwitchProfile);

    public static readonly KeyTable Table = new("topology", "A CXL topology, what to run on it and what to expect.",
        Version, Name, Description, Seed, Profiles, Policy, Hosts, Endpoints, Shape, Regions, Firmware, Workloads, Guests, Expect);

    /// <summary>Keys that later versions will run; they are known, so that the message is not "unknown key".</summary>
    public static readonly IReadOnlyList<string> Reserved = ["faults"];
}
