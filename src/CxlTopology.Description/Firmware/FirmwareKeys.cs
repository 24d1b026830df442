using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of a firmware entry.</summary>
internal static class FirmwareKeys
{
    public static readonly ValueKey<string> Component =
        new("component", Kinds.FreeText(160), "A host bridge (hb0, or host0.hb0), a switch or an endpoint.", required: true);
    public static readonly ValueKey<int> Decoder = new("decoder", Kinds.Integer(0, 9), "Index of the decoder to program.");
    public static readonly ValueKey<Hpa> Base = new("base", Kinds.AlignedAddress, "First host address, a multiple of 256 MiB.");
    public static readonly ValueKey<ByteSize> Size =
        new("size", Kinds.Size(0, ulong.MaxValue, Kinds.Quarter), "Length, a multiple of 256 MiB.");
    public static readonly ValueKey<int> Ways = new("ways", Kinds.Ways, "Interleave ways.", "1");
    public static readonly ValueKey<int> Granularity = new("granularity", Kinds.Granularity, "Interleave granularity.", "256B");
    public static readonly Key Targets =
        new("targets", new ListKind(Kinds.Integer(0, 255)), "Port numbers in order; for host bridges and switches.");
    public static readonly ValueKey<ByteSize> Skip =
        new("skip", Kinds.Size(0, Kinds.AddressLimit, Kinds.Quarter), "Device addresses to skip; for endpoints.", "0B");
    public static readonly ValueKey<bool> HostOnly =
        new("type", Kinds.Choice(("host-only", true), ("device", false)), "Target range type.", "host-only");
    public static readonly ValueKey<bool> Lock = new("lock", Kinds.Boolean, "Lock On Commit.", "false");
    public static readonly ValueKey<bool> Commit = new("commit", Kinds.Boolean, "The Commit bit is written too.", "true");
    public static readonly ValueKey<int> Offset =
        new("offset", Kinds.Integer(0, 0xFFF), "Offset of a register from the start of the HDM decoder capability.");
    public static readonly ValueKey<long> Value = new("value", Kinds.Long(0, uint.MaxValue), "The 32 bits written there.");
    public static readonly ValueKey<int> DvsecControl =
        new("dvsec-control", Kinds.Integer(0, 0xFFFF), "The 16 bits written to the CXL device DVSEC's Control register.");

    public static readonly KeyTable Table =
        new("firmware entry", "A decoder to program, a register to write, or the device's Control register.",
        Component, Decoder, Base, Size, Ways, Granularity, Targets, Skip, HostOnly, Lock, Commit, Offset, Value, DvsecControl);
}
