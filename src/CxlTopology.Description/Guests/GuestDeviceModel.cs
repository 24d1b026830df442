using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>What a guest has as one device: an accelerator, or several whose memory is one interleaved region, passed as a whole.</summary>
public sealed record GuestDeviceModel
{
    /// <summary>The accelerators, in position order; one, or as many as are interleaved.</summary>
    public required IReadOnlyList<EndpointModel> Endpoints { get; init; }

    /// <summary>Bytes of its memory that the guest has.</summary>
    public required ByteSize Size { get; init; }

    /// <summary>Regions that the guest's driver makes of that, of one size, each by a virtual decoder of its own: 1 to 10, and not more than the device has decoders. 1 by default.</summary>
    public int Regions { get; init; } = 1;

    /// <summary>Device memory of each endpoint that its driver declares to the host's CXL core; all by default.</summary>
    public ByteSize? Capacity { get; init; }

    /// <summary>Of each endpoint, what the region that is made when the device is opened has; all that is declared by default.</summary>
    public ByteSize? RegionSize { get; init; }

    /// <summary>Whether the memory is waited for when the device is opened. It is by default.</summary>
    public bool WaitsForMedia { get; init; } = true;

    /// <summary>How long it may take to be active: up to 1,000 s. 60 s by default.</summary>
    public SimDuration MediaTimeout { get; init; } = SimDuration.FromSeconds(60);

    /// <summary>Whether the guest's processors may cache it, and reach it by whole lines; otherwise by 8 bytes at most. They may by default.</summary>
    public bool Cached { get; init; } = true;

    /// <summary>Whether a hot reset may have the CXL port above let it through; otherwise such ports mask it. Not by default.</summary>
    public bool ResetsBus { get; init; }

    /// <summary>Whether the guest passes it on to a guest of its own, and makes no use of it itself.</summary>
    public bool PassedOn { get; init; }

    /// <summary>Its name: the accelerator's, or the accelerators' with a plus between them.</summary>
    public string Name => string.Join('+', Endpoints.Select(e => e.Name));
}
