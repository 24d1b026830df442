namespace CxlTopology.Software;

/// <summary>What a listing shows: the selectors, filters and switches of <c>cxl list</c>.</summary>
/// <remarks>
/// A filter is a list of ids or names, separated by commas, or by blanks if there is one: any of them matches. Several filters must all match. <c>all</c>
/// matches everything. <see cref="Resolved"/> adds what follows from what was asked for.
/// </remarks>
public sealed record ListingOptions
{
    /// <summary>Show memory devices (<c>-M</c>).</summary>
    public bool Memdevs { get; init; }

    /// <summary>Show the root (<c>-B</c>).</summary>
    public bool Buses { get; init; }

    /// <summary>Show ports of host bridges and switches (<c>-P</c>).</summary>
    public bool Ports { get; init; }

    /// <summary>Show the ports of memory devices (<c>-E</c>).</summary>
    public bool Endpoints { get; init; }

    /// <summary>Show decoders (<c>-D</c>).</summary>
    public bool Decoders { get; init; }

    /// <summary>Show regions (<c>-R</c>).</summary>
    public bool Regions { get; init; }

    /// <summary>Show downstream ports, the targets of decoders, and what regions map (<c>-T</c>).</summary>
    public bool Targets { get; init; }

    /// <summary>Show what is disabled or unused as well (<c>-i</c>).</summary>
    public bool Idle { get; init; }

    /// <summary>Print numbers for people (<c>-u</c>).</summary>
    public bool Human { get; init; }

    /// <summary>A port filter means the ports themselves, not what is below them (<c>-S</c>). Needs <see cref="PortFilter"/>.</summary>
    public bool Single { get; init; }

    /// <summary>Show the health of memory devices (<c>-H</c>).</summary>
    public bool Health { get; init; }

    /// <summary>Show how the memory of devices is divided (<c>-I</c>).</summary>
    public bool Partition { get; init; }

    /// <summary>Show the firmware of memory devices (<c>-F</c>).</summary>
    public bool Firmware { get; init; }

    /// <summary>Show the alert configuration of memory devices (<c>-A</c>).</summary>
    public bool AlertConfiguration { get; init; }

    /// <summary>Show poisoned memory, by device and by region (<c>-L</c>).</summary>
    public bool MediaErrors { get; init; }

    /// <summary>Show the DAX region of a RAM region (<c>-X</c>).</summary>
    public bool Dax { get; init; }

    /// <summary>1: buses, ports, endpoints, decoders, targets and regions as well; 2: what is idle too; 3 and more: everything (<c>-v</c>, <c>-vv</c>, <c>-vvv</c>).</summary>
    public int Verbosity { get; init; }

    /// <summary>Memory devices: 0, <c>mem0</c> or <c>0000:0d:00.0</c> (<c>-m</c>). Null for all.</summary>
    public string? MemdevFilter { get; init; }

    /// <summary>Serial numbers: decimal, hexadecimal with 0x, or octal with a leading 0 (<c>-s</c>). Null for all.</summary>
    public string? SerialFilter { get; init; }

    /// <summary>Buses: 0, <c>root0</c> or <c>ACPI.CXL</c> (<c>-b</c>). Null for all.</summary>
    public string? BusFilter { get; init; }

    /// <summary>Ports: 1, <c>port1</c>, <c>pci0000:0c</c>, <c>0000:0d:00.0</c>, or a kind: <c>root</c>, <c>switch</c>, <c>endpoint</c> (<c>-p</c>). Null for all.</summary>
    public string? PortFilter { get; init; }

    /// <summary>Endpoints: 2, <c>endpoint2</c> or <c>mem0</c> (<c>-e</c>). Null for all.</summary>
    public string? EndpointFilter { get; init; }

    /// <summary>Decoders: 0.0, <c>decoder0.0</c>, or a kind: <c>root</c>, <c>switch</c>, <c>endpoint</c> (<c>-d</c>). Null for all.</summary>
    public string? DecoderFilter { get; init; }

    /// <summary>Regions: 0 or <c>region0</c> (<c>-r</c>). Null for all.</summary>
    public string? RegionFilter { get; init; }

    private bool HasSelector => Memdevs || Buses || Ports || Endpoints || Decoders || Regions;

    /// <summary>
    /// The same with what follows from it: without a selector a filter selects what it filters, alone (<see cref="Single"/>); with neither, memory devices and regions are shown; verbosity
    /// switches more on; a port filter that names roots or endpoints shows them among the ports.
    /// </summary>
    public ListingOptions Resolved()
    {
        ListingOptions options = this;
        if (!HasSelector)
        {
            options = options with
            {
                Memdevs = MemdevFilter is not null || SerialFilter is not null,
                Buses = BusFilter is not null,
                Ports = PortFilter is not null,
                Endpoints = EndpointFilter is not null,
                Decoders = DecoderFilter is not null,
                Regions = RegionFilter is not null,
                Single = true,
            };
            if (!options.HasSelector)
                options = options with { Memdevs = true, Regions = true };
        }

        if (Verbosity >= 1)
            options = options with { Buses = true, Ports = true, Endpoints = true, Decoders = true, Targets = true, Regions = true };
        if (Verbosity >= 2)
            options = options with { Idle = true };
        if (Verbosity >= 3)
            options = options with { Health = true, Partition = true, Firmware = true, AlertConfiguration = true, Dax = true, MediaErrors = true };
        return options with
        {
            Buses = options.Buses || (options.Ports && ListingFilter.Mentions(PortFilter, "root")),
            Endpoints = options.Endpoints || (options.Ports && ListingFilter.Mentions(PortFilter, "endpoint")),
        };
    }
}
