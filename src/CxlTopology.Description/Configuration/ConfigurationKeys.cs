using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of what an endpoint's configuration space says.</summary>
internal static class ConfigurationKeys
{
    public const int MsixVectorsDefault = 16;

    private const int AnyId = 0xFFFF;
    private const int AnyClass = 0xFF_FFFF;

    public static readonly Key Identity = new("identity", new SectionKind(() => IdentityTable!), "What the device says it is.");
    public static readonly Key Cxl = new("cxl", new SectionKind(() => CxlTable!), "What the device's CXL DVSEC says it can do.");

    public static readonly ValueKey<bool> DeviceRegisters = new("device-registers", Kinds.Boolean,
        "Device registers (status, mailbox, memory device) are located in BAR 2; type 3 has them, type 2 not unless stated.");

    public static readonly ValueKey<ByteSize> Bar2 = new("bar2", new ScalarKind<ByteSize>(ParseBar, Kinds.SizeSchema),
        "Size of BAR 2: 0B for none, else a power of two from 64KiB to 8GiB; 64KiB with device registers, else none, unless stated.");

    public static readonly ValueKey<int> MsixVectors =
        new("msix-vectors", Kinds.Integer(0, MsixTableLayout.VectorsMax), "MSI-X vectors; with 0 there is no MSI-X.", "16");

    public static readonly ValueKey<bool> AddressTranslation = new("ats", Kinds.Boolean,
        "Address Translation Services: the engine of a guest's device reaches the guest's memory by CXL.cache, and caches it; type 2 only.", "false");

    public static readonly ValueKey<int> LogicalDevices = new("logical-devices", Kinds.Integer(1, 16),
        "Logical devices of a type 3; more than 1 make it a multi-logical device, as its fabric manager sees it.", "1");

    // Vendors 0 and 0xFFFF are what is read where no function is.
    public static readonly ValueKey<int> Vendor = new("vendor", Kinds.Integer(1, AnyId - 1), "Vendor ID; 0x1e98 unless stated.");
    public static readonly ValueKey<int> Device =
        new("device", Kinds.Integer(0, AnyId), "Device ID; 0x0005 for type 2, 0x0004 for type 3 unless stated.");
    public static readonly ValueKey<int> Class = new("class", Kinds.Integer(0, AnyClass),
        "Base class, sub-class and programming interface; 0x120000 for type 2, 0x050210 for type 3 unless stated.");
    public static readonly ValueKey<int> Revision = new("revision", Kinds.Integer(0, 255), "Revision ID; 1 unless stated.");
    public static readonly ValueKey<int> SubsystemVendor =
        new("subsystem-vendor", Kinds.Integer(0, AnyId), "Subsystem Vendor ID; 0 unless stated.");
    public static readonly ValueKey<int> Subsystem = new("subsystem", Kinds.Integer(0, AnyId), "Subsystem ID; 0 unless stated.");

    public static readonly ValueKey<int> HdmRanges = new("hdm-ranges", Kinds.Integer(1, 2),
        "Memory ranges (HDM count): 1 has all memory, 2 are the volatile and the persistent part.", "1");
    public static readonly ValueKey<bool> MemHwInit = new("mem-hw-init", Kinds.Boolean,
        "The device brings its memory up by itself; a type 3 does, a type 2 does not unless stated.");
    public static readonly ValueKey<byte> MemoryActiveTimeout = new("memory-active-timeout",
        Kinds.Choice<byte>(("1s", 0), ("4s", 1), ("16s", 2), ("64s", 3), ("256s", 4)), "How long until memory is active.", "1s");
    public static readonly ValueKey<bool> WriteBack = new("write-back", Kinds.Boolean,
        "Software can have the cache written back and invalidated; type 2 only, true there unless stated.");
    public static readonly ValueKey<ByteSize> CacheSize = new("cache-size", new ScalarKind<ByteSize>(ParseCache, Kinds.SizeSchema),
        "Size of the cache, type 2 only: 64KiB to 255 times that, or 1MiB to 255MiB; not reported unless stated.");
    public static readonly ValueKey<bool> Reset =
        new("reset", Kinds.Boolean, "The device knows CXL reset; a type 2 does, a type 3 does not unless stated.");
    public static readonly ValueKey<byte> ResetTimeout = new("reset-timeout",
        Kinds.Choice<byte>(("10ms", 0), ("100ms", 1), ("1s", 2), ("10s", 3), ("100s", 4)),
        "How long a CXL reset takes at most; 100ms unless stated.");
    public static readonly ValueKey<bool> MemoryClear =
        new("memory-clear", Kinds.Boolean, "A CXL reset can clear memory; true in a type 2 with CXL reset unless stated.");
    public static readonly ValueKey<bool> Viral = new("viral", Kinds.Boolean, "The device knows viral.", "false");

    public static readonly KeyTable IdentityTable =
        new("identity", "What a function says it is.", Vendor, Device, Class, Revision, SubsystemVendor, Subsystem);

    public static readonly KeyTable CxlTable = new("cxl", "What the CXL DVSEC of a device says.",
        HdmRanges, MemHwInit, MemoryActiveTimeout, WriteBack, CacheSize, Reset, ResetTimeout, MemoryClear, Viral);

    private static readonly ScalarKind<ByteSize> barSize = Kinds.Size(0, 8UL << 30);

    private static Parsed<ByteSize> ParseBar(string text)
    {
        Parsed<ByteSize> size = barSize.Parse(text);
        return size.Problem is not null || size.Value.Bytes == 0 || (size.Value.Bytes >= RegisterLocation.Alignment && ulong.IsPow2(size.Value.Bytes)) ? size
            : new Problem(DescriptionErrorCode.BarSize, $"{size.Value} is not the size of a BAR",
                "It is 0B for none, or a power of two from 64KiB to 8GiB.");
    }

    private static Parsed<ByteSize> ParseCache(string text)
    {
        Parsed<ByteSize> size = QuantityParser.Size(text);
        return size.Problem is not null || CacheSizeEncoding.TryEncode(size.Value, out _, out _) ? size
            : new Problem(DescriptionErrorCode.CacheSizeNotEncodable, $"the register cannot say {size.Value}",
                "It has 1 to 255 units of 64KiB, or of 1MiB.");
    }
}
