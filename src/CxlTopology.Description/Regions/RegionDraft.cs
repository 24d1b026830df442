using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>A region as written, before it has an address.</summary>
internal sealed record RegionDraft
{
    public required string Name { get; init; }

    public required HostModel Host { get; init; }

    public required WindowModel Window { get; init; }

    public required IReadOnlyList<(EndpointModel Endpoint, SourcePosition Position)> Endpoints { get; init; }

    public required int Granularity { get; init; }

    public required ByteSize Size { get; init; }

    public required Hpa? Base { get; init; }

    public required RegionMemory Memory { get; init; }

    public required SourcePosition Position { get; init; }

    public required SourcePosition EndpointsPosition { get; init; }

    public required SourcePosition SizePosition { get; init; }

    public required SourcePosition GranularityPosition { get; init; }

    public required SourcePosition BasePosition { get; init; }

    public int Ways => Endpoints.Count;
}
