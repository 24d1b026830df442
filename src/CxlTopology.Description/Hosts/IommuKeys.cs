using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>The keys of a host's IOMMU.</summary>
internal static class IommuKeys
{
    private static readonly ScalarKind<SimDuration> cost = Kinds.Duration(SimDuration.Zero, SimDuration.FromMilliseconds(1));

    public static readonly ValueKey<SimDuration> Walk = new("walk", cost,
        "What a walk of an I/O address space costs, when no entry is there: one, and one more for each guest that the device was passed on by.", "100ns");
    public static readonly ValueKey<SimDuration> LookUp = new("look-up", cost, "What every request costs.", "10ns");
    public static readonly ValueKey<int> Entries =
        new("entries", GuestKeys.PowerOfTwo(Kinds.Integer(1, 65_536)), "Entries of its translation buffer, for pages of 4KiB; a power of two.", "1024");

    public static readonly KeyTable Table = new("iommu", "How a host with guests translates what devices ask of its memory by themselves.", Walk, LookUp, Entries);

    /// <summary>Reads a section; the defaults without one.</summary>
    public static IommuModel Read(YamlNode? node, ErrorSink errors)
    {
        if (node is null)
            return new IommuModel();
        SectionReader section = SectionReader.Open(node, Table, errors);
        return new IommuModel { Walk = section.Get(Walk), LookUp = section.Get(LookUp), Entries = section.Get(Entries) };
    }
}
