using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of a guest, and of a guest's guest.</summary>
internal static class GuestKeys
{
    private const ulong MemoryLeast = 2UL << 20;
    private const ulong MemoryMost = 1UL << 40;
    private static readonly ScalarKind<SimDuration> cost = Kinds.Duration(SimDuration.Zero, SimDuration.FromMilliseconds(1));

    public static readonly ValueKey<string> Host = new("host", Kinds.Name, "The host it runs on; the only host unless stated.");
    public static readonly Key Devices = new("devices", new ListKind(new AnyOfKind(Kinds.Name, new ListKind(Kinds.Name), new SectionKind(() => DeviceTable!))),
        "The type-2 endpoints it is given, 1 to 8; a list among them is one interleaved region, passed as a whole.", required: true);
    public static readonly ValueKey<ByteSize> Memory = new("memory", Kinds.Size(MemoryLeast, MemoryMost, MemoryLeast),
        "Its own memory, out of its host's; a multiple of 2MiB. 256MiB unless stated, 64MiB in a guest.");
    public static readonly ValueKey<GuestDialect> Dialect = new("dialect",
        Kinds.Choice(("rfc-v2", GuestDialect.RfcV2), ("rfc-v2-as-posted", GuestDialect.RfcV2AsPosted), ("v3", GuestDialect.V3)),
        "Whose rules the passthrough follows.", "rfc-v2");
    public static readonly ValueKey<GuestScrub> Scrub = new("scrub",
        Kinds.Choice(("auto", GuestScrub.Automatic), ("reset", GuestScrub.Reset), ("memory", GuestScrub.Memory), ("pages", GuestScrub.Pages), ("none", GuestScrub.None)),
        "How device memory is cleared of what it held before: by a reset, by overwriting all of it, page by page when the guest touches it, by a reset if the device can and else by overwriting, or not at all.", "auto");
    public static readonly ValueKey<ByteSize> Window = new("window", Kinds.Size(Kinds.Quarter, MemoryMost, Kinds.Quarter),
        "Length of its window for device memory; twice what its devices have, at least 1GiB, unless stated.");
    public static readonly Key Translation = new("translation", new SectionKind(() => TranslationTable!), "Its second-stage translation.");
    public static readonly ValueKey<SimDuration> Trap = new("trap", cost, "What an access costs that the hypervisor serves.", "1us");
    public static readonly ValueKey<SimDuration> Interrupt = new("interrupt", cost, "From a device's interrupt in its host until the guest's handler runs.", "1us");
    public static readonly Key Guests =
        new("guests", new NamedKind(new SectionKind(() => InnerTable!)), "Guests of its own, that it passes devices on to; they have none.");

    public static readonly Key Device = new("device", new AnyOfKind(Kinds.Name, new ListKind(Kinds.Name)), "The endpoint, or several that are interleaved.", required: true);
    public static readonly ValueKey<ByteSize> Capacity = new("capacity", Kinds.Size(Kinds.Quarter, Kinds.AddressLimit, Kinds.Quarter),
        "Device memory of each endpoint that its driver declares to the host; a multiple of 256MiB. All unless stated.");
    public static readonly ValueKey<ByteSize> RegionSize = new("size", Kinds.Size(Kinds.Quarter, Kinds.AddressLimit, Kinds.Quarter),
        "What the guest gets of each endpoint; a multiple of 256MiB. All that is declared unless stated.");
    public static readonly ValueKey<int> RegionCount = new("regions", Kinds.Integer(1, 10), "Regions of one size that the guest makes of it, each by a decoder of its own.", "1");
    public static readonly ValueKey<bool> MediaWait = new("media-wait", Kinds.Boolean, "Whether its memory is waited for when it is opened.", "true");
    public static readonly ValueKey<SimDuration> MediaTimeout =
        new("media-timeout", Kinds.Duration(SimDuration.FromSeconds(1), SimDuration.FromSeconds(1_000)), "How long its memory may take to be active.", "60s");
    public static readonly ValueKey<bool> Cached = new("cached", Kinds.Boolean, "Whether the guest reaches its memory by whole lines; otherwise by 8 bytes at most.", "true");
    public static readonly ValueKey<bool> HotReset = new("hot-reset", Kinds.Choice(("bus", false), ("cxl-bus", true)),
        "How its bus is reset for the guest: only if the port above lets it through, or with that port, as a CXL port, told to.", "bus");

    public static readonly KeyTable DeviceTable = new("guest device", "A device of a guest, and the parameters of its passthrough.",
        Device, Capacity, RegionSize, RegionCount, MediaWait, MediaTimeout, Cached, HotReset);

    public static readonly ValueKey<SimDuration> Walk = new("walk", cost, "What a walk costs, when no entry is there.", "100ns");
    public static readonly ValueKey<int> Entries =
        new("entries", PowerOfTwo(Kinds.Integer(1, 65_536)), "Entries of its translation buffer, a power of two.", "1024");
    public static readonly ValueKey<ByteSize> Page = new("page", PowerOfTwo(Kinds.Size(4_096, 1UL << 30)), "What an entry covers, a power of two.", "2MiB");

    public static readonly KeyTable TranslationTable =
        new("translation", "Second-stage translation: from guest-physical addresses to those of the host.", Walk, Entries, Page);

    public static readonly KeyTable InnerTable = new("guest of a guest", "A virtual machine in a guest.",
        Devices, Memory, Dialect, Scrub, Window, Translation, Trap, Interrupt);

    public static readonly KeyTable Table = new("guest", "A virtual machine that accelerators are passed through to.",
        Host, Devices, Memory, Dialect, Scrub, Window, Translation, Trap, Interrupt, Guests);

    public static ScalarKind<int> PowerOfTwo(ScalarKind<int> kind) => new(
        text => kind.Parse(text) is { Problem: null, Value: var value } && !int.IsPow2(value) ? NotAPower(text) : kind.Parse(text), () => kind.Schema(new SchemaDefinitions()));

    private static ScalarKind<ByteSize> PowerOfTwo(ScalarKind<ByteSize> kind) => new(
        text => kind.Parse(text) is { Problem: null, Value.Bytes: var value } && !ulong.IsPow2(value) ? NotAPower(text) : kind.Parse(text), () => kind.Schema(new SchemaDefinitions()));

    private static Problem NotAPower(string text) =>
        new(DescriptionErrorCode.OutOfRange, $"{PrintableText.Quote(text)} is not a power of two", "Write 1, 2, 4, 8 and so on.");
}
