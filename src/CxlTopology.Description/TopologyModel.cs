namespace CxlTopology.Description;

/// <summary>A topology file that has passed all checks.</summary>
public sealed record TopologyModel
{
    /// <summary>The file it was read from, as named by the caller.</summary>
    public required string FileName { get; init; }

    /// <summary>The topology's name; by default the file's name without its extension.</summary>
    public required string Name { get; init; }

    /// <summary>What the file is for, in the author's words; may be empty.</summary>
    public string Description { get; init; } = "";

    /// <summary>Seed of all random streams. 1 by default.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Choices that hold for the whole run.</summary>
    public PolicyModel Policy { get; init; } = new();

    /// <summary>Hosts in the order of the file.</summary>
    public required IReadOnlyList<HostModel> Hosts { get; init; }

    /// <summary>Endpoints in the order of the file, all of them attached.</summary>
    public required IReadOnlyList<EndpointModel> Endpoints { get; init; }

    /// <summary>Where each endpoint hangs, by its name.</summary>
    public required IReadOnlyDictionary<string, EndpointPlace> Places { get; init; }

    /// <summary>Regions in the order of the file, each with its address.</summary>
    public IReadOnlyList<RegionModel> Regions { get; init; } = [];

    /// <summary>What firmware writes before software starts, in order.</summary>
    public IReadOnlyList<FirmwareEntry> Firmware { get; init; } = [];

    /// <summary>Workloads in the order of the file.</summary>
    public IReadOnlyList<WorkloadModel> Workloads { get; init; } = [];

    /// <summary>Guests in the order of the file, an outer one before its inner ones.</summary>
    public IReadOnlyList<GuestModel> Guests { get; init; } = [];

    /// <summary>What the run is expected to show.</summary>
    public IReadOnlyList<ExpectationModel> Expectations { get; init; } = [];

    /// <summary>Where the file's root mapping begins.</summary>
    public SourcePosition Position { get; init; }
}
