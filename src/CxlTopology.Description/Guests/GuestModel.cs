using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>A virtual machine on a host, or in a guest of a host, that accelerators are passed through to.</summary>
public sealed record GuestModel
{
    /// <summary>Where a guest's window for devices' memory starts, unless its own memory reaches further: 64 GiB.</summary>
    public const ulong LowestWindow = 64UL << 30;

    /// <summary>Its name, unique in the file.</summary>
    public required string Name { get; init; }

    /// <summary>The host that it runs on; for a guest of a guest that of the outer one.</summary>
    public required HostModel Host { get; init; }

    /// <summary>Name of the guest that it is a guest of; null for one of the host's.</summary>
    public string? Outer { get; init; }

    /// <summary>Its devices, 1 to 8, in the order of its root ports.</summary>
    public required IReadOnlyList<GuestDeviceModel> Devices { get; init; }

    /// <summary>Its own memory, from guest-physical address 0: 2 MiB to 1 TiB, a multiple of 2 MiB. 256 MiB by default, 64 MiB in a guest.</summary>
    public required ByteSize Memory { get; init; }

    /// <summary>What of its memory its own guests have, at the upper end.</summary>
    public ByteSize MemoryOfGuests { get; init; }

    /// <summary>Whose rules hold.</summary>
    public GuestDialect Dialect { get; init; }

    /// <summary>What is done with the data of former users of its devices.</summary>
    public GuestScrub Scrub { get; init; }

    /// <summary>Length of its window for devices' memory, a multiple of 256 MiB. Twice what the devices have, and 1 GiB at least, by default.</summary>
    public required ByteSize WindowSize { get; init; }

    /// <summary>What a walk of the second stage costs. 100 ns by default.</summary>
    public SimDuration Walk { get; init; } = SimDuration.FromNanoseconds(100);

    /// <summary>Entries of the second stage's translation buffer: a power of two, 1 to 65,536. 1,024 by default.</summary>
    public int TranslationEntries { get; init; } = 1024;

    /// <summary>Bytes that one of them covers: a power of two from 4 KiB. 2 MiB by default.</summary>
    public ByteSize TranslationPage { get; init; } = ByteSize.MiB(2);

    /// <summary>What an access costs that the hypervisor serves. 1 us by default.</summary>
    public SimDuration Trap { get; init; } = SimDuration.FromMicroseconds(1);

    /// <summary>From a device's interrupt in its host until the guest's handler runs. 1 us by default.</summary>
    public SimDuration Interrupt { get; init; } = SimDuration.FromMicroseconds(1);

    /// <summary>Some of its devices were left out, with a report: what refers to them needs none of its own.</summary>
    internal bool IsIncomplete { get; init; }

    /// <summary>Where its name stands in the file.</summary>
    public SourcePosition Position { get; init; }

    /// <summary>First guest-physical address of its window: 64 GiB, or where its own memory ends if that is higher.</summary>
    public ulong WindowBase => (Math.Max(LowestWindow, Memory.Bytes) + Kinds.Quarter - 1) / Kinds.Quarter * Kinds.Quarter;

    /// <summary>The devices that it uses itself.</summary>
    public IEnumerable<GuestDeviceModel> OwnDevices => Devices.Where(d => !d.PassedOn);

    /// <summary>Its regions in the order in which its driver makes them: region0, region1 … of its CXL core.</summary>
    public IEnumerable<(GuestDeviceModel Device, int Part)> OwnRegions => OwnDevices.SelectMany(d => Enumerable.Range(0, d.Regions).Select(part => (d, part)));
}
