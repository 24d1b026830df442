using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of a guest.</summary>
internal static class GuestKeys
{
    private const ulong MemoryLeast = 2UL << 20;
    private const ulong MemoryMost = 1UL << 40;

    public static readonly ValueKey<string> Host = new("host", Kinds.Name, "The host it runs on; the only host unless stated.");
    public static readonly ValueKey<string> Inside = new("inside", Kinds.Name, "The guest whose guest it is; one level.");
    public static readonly Key Devices = new("devices", new ListKind(Kinds.Name), "The type-2 endpoints it is given, 1 to 8.", required: true);
    public static readonly ValueKey<bool> Interleaved =
        new("interleaved", Kinds.Boolean, "The devices' memory is one interleaved region, which the guest has as that of one device.", "false");
    public static readonly ValueKey<ByteSize> Memory =
        new("memory", Kinds.Size(MemoryLeast, MemoryMost, MemoryLeast), "Its own memory, out of its host's, a multiple of 2MiB.", "64MiB");
    public static readonly ValueKey<string> Dialect = new("dialect",
        Kinds.Choice(("rfc-v2", "rfc-v2"), ("rfc-v2-as-posted", "rfc-v2-as-posted"), ("v3", "v3")), "The rules of the passthrough.", "rfc-v2");
    public static readonly ValueKey<long> Accesses =
        new("accesses", Kinds.Long(0, 1_000_000_000), "Accesses of 64B to the memory of each device.", "1000");
    public static readonly ValueKey<Ratio> Reads = new("reads", Kinds.Share, "Share of reads; the rest are writes.", "50%");

    public static readonly KeyTable Table =
        new("guest", "A virtual machine that accelerators are passed through to.", Host, Inside, Devices, Interleaved, Memory, Dialect, Accesses, Reads);
}
