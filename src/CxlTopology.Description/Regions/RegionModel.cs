using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>A region: a range of host addresses inside a window, interleaved over endpoints.</summary>
public sealed record RegionModel
{
    /// <summary>Name, unique among the regions of the file.</summary>
    public required string Name { get; init; }

    /// <summary>The host whose addresses these are.</summary>
    public required HostModel Host { get; init; }

    /// <summary>The window the region lies in.</summary>
    public required WindowModel Window { get; init; }

    /// <summary>The endpoints' parts in position order: 1, 2, 3, 4, 6, 8, 12 or 16 (<c>CXT0508</c>).</summary>
    public required IReadOnlyList<RegionTargetModel> Targets { get; init; }

    /// <summary>Interleave ways: the number of endpoints.</summary>
    public int Ways => Targets.Count;

    /// <summary>Bytes that go to one endpoint before the next: 256 B to 16 KiB. The window's by default.</summary>
    public required int Granularity { get; init; }

    /// <summary>Length: a multiple of 256 MiB times the ways (<c>CXT0509</c>).</summary>
    public required ByteSize Size { get; init; }

    /// <summary>First host address. Given in the file, or the lowest free multiple of 256 MiB, regions taken in the order of the
    /// file.</summary>
    public required Hpa Base { get; init; }

    /// <summary>Volatile or persistent capacity. Volatile by default.</summary>
    public RegionMemory Memory { get; init; }

    /// <summary>Address past the last byte.</summary>
    public ulong End => Base.Value + Size.Bytes;

    /// <summary>Bytes each endpoint contributes.</summary>
    public ByteSize SizePerEndpoint => new(Size.Bytes / (ulong)Ways);

    /// <summary>Where the region's name stands in the file.</summary>
    public SourcePosition Position { get; init; }
}
