using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of a fixed memory window.</summary>
internal static class WindowKeys
{
    public static readonly ScalarKind<WindowAllowance> AllowKind = Kinds.Choice(
        ("type2", WindowAllowance.Type2), ("type3", WindowAllowance.Type3), ("volatile", WindowAllowance.Volatile),
        ("persistent", WindowAllowance.Persistent), ("fixed", WindowAllowance.Fixed), ("back-invalidate", WindowAllowance.BackInvalidate));

    public static readonly ValueKey<Hpa> Base = new("base", Kinds.AlignedAddress, "First address, a multiple of 256 MiB.", required: true);
    public static readonly ValueKey<ByteSize> Size =
        new("size", Kinds.Size(Kinds.Quarter, Kinds.AddressLimit, Kinds.Quarter), "Length, a multiple of 256 MiB times the ways.",
        required: true);
    public static readonly Key Targets = new("targets", new ListKind(Kinds.Name), "Host bridges in interleave order.", required: true);
    public static readonly ValueKey<int> Granularity =
        new("granularity", Kinds.Granularity, "Bytes that go to one host bridge before the next.", "256B");
    public static readonly ValueKey<WindowArithmetic> Arithmetic =
        new("arithmetic", Kinds.Choice(("modulo", WindowArithmetic.Modulo), ("xor", WindowArithmetic.Xor)),
        "How the host bridge of an address is chosen.", "modulo");
    public static readonly Key XorMaps =
        new("xormaps", new ListKind(Kinds.Unsigned64), "XOR maps (CXIMS), least significant index bit first.");
    public static readonly Key Allow =
        new("allow", new ListKind(AllowKind), "What the window may be used for.", "[type2, type3, volatile, persistent]");
    public static readonly ValueKey<int> Qtg = new("qtg", Kinds.Integer(0, 65535), "Quality-of-service throttling group.", "0");

    public static readonly KeyTable Table =
        new("window", "A fixed memory window (CFMWS).", Base, Size, Targets, Granularity, Arithmetic, XorMaps, Allow, Qtg);
}
