using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>The keys of a region.</summary>
internal static class RegionKeys
{
    public static readonly ValueKey<string> Host =
        new("host", Kinds.Name, "The host whose addresses these are; the only host unless stated.");
    public static readonly ValueKey<int> Window =
        new("window", Kinds.Integer(0, WindowReader.WindowsMax - 1), "Index of the window in the host's list.", "0");
    public static readonly Key Endpoints = new("endpoints", new ListKind(Kinds.Name), "Endpoints in position order.", required: true);
    public static readonly ValueKey<int> Granularity =
        new("granularity", Kinds.Granularity, "Bytes that go to one endpoint before the next; the window's unless stated.");
    public static readonly ValueKey<ByteSize> Size =
        new("size", Kinds.Size(Kinds.Quarter), "Length, a multiple of 256 MiB times the number of endpoints.", required: true);
    public static readonly ValueKey<Hpa> Base = new("base", Kinds.AlignedAddress, "First address; the lowest that is free unless stated.");
    public static readonly ValueKey<RegionMemory> Memory =
        new("memory", Kinds.Choice(("ram", RegionMemory.Ram), ("pmem", RegionMemory.Pmem)), "Volatile or persistent capacity.", "ram");

    public static readonly KeyTable Table =
        new("region", "A range of host addresses interleaved over endpoints.", Host, Window, Endpoints, Granularity, Size, Base, Memory);
}
