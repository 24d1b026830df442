using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Vfio;

/// <summary>What a virtual machine is built from.</summary>
public sealed record GuestOptions
{
    /// <summary>What it is called.</summary>
    public required string Name { get; init; }

    /// <summary>The devices that are passed through to it, at most 8; each gets a root port of its own.</summary>
    public IReadOnlyList<VfioPciDevice> Devices { get; init; } = [];

    /// <summary>Its own memory, from guest-physical address 0: 2 MiB to 1 TiB. 256 MiB by default.</summary>
    public ByteSize Memory { get; init; } = ByteSize.MiB(256);

    /// <summary>Its CXL window: where devices' memory can be put. As much as the devices have, twice over and at least 1 GiB, by default.</summary>
    public ByteSize? Window { get; init; }

    /// <summary>Entries of the second stage's translation buffer, a power of two from 1 to 65,536. 1,024 by default.</summary>
    public int TranslationEntries { get; init; } = 1024;

    /// <summary>Bytes of guest-physical memory that one entry covers, a power of two from 4 KiB. 2 MiB by default.</summary>
    public ByteSize TranslationPage { get; init; } = ByteSize.MiB(2);

    /// <summary>What a walk of the second stage costs, when no entry is there. 100 ns by default.</summary>
    public SimDuration WalkLatency { get; init; } = SimDuration.FromNanoseconds(100);

    /// <summary>What it costs that an access of the guest is served by the VMM: out of the guest and back. 1 us by default.</summary>
    public SimDuration TrapLatency { get; init; } = SimDuration.FromMicroseconds(1);

    /// <summary>From the signal of a device's eventfd until the guest's handler runs. 1 us by default.</summary>
    public SimDuration InterruptLatency { get; init; } = SimDuration.FromMicroseconds(1);
}
