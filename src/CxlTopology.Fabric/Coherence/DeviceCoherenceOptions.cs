using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What the coherence engine of a device is built from.</summary>
public sealed record DeviceCoherenceOptions
{
    /// <summary>Whether the device caches lines on CXL.cache (type 2). A type 3 device only tracks what the host holds of its memory.</summary>
    public bool HasCache { get; init; } = true;

    /// <summary>The device cache; null for a device that reads and writes without keeping anything.</summary>
    public CacheOptions? Cache { get; init; } = new();

    /// <summary>Its memory is kept coherent by back-invalidate (HDM-DB); else by bias (HDM-D).</summary>
    public bool BackInvalidate { get; init; }

    /// <summary>The snoop filter of HDM-DB memory: the lines that the host may hold. 16 MiB worth of lines, 16 ways by default.</summary>
    public CacheOptions Filter { get; init; } = new() { Size = ByteSize.MiB(16), Ways = 16 };

    /// <summary>Looking up tags, filter and bias for a request of the host. 12 ns by default.</summary>
    public SimDuration LookUp { get; init; } = SimDuration.FromNanoseconds(12);

    /// <summary>What an access of the device's own engines takes to the coherence engine and back: the protocol layer that it passes. None by default.</summary>
    public SimDuration EngineLatency { get; init; }

    /// <summary>How the engine reads what it will keep: RdShared or RdAny. RdShared by default.</summary>
    public D2HRequest Read { get; init; } = D2HRequest.RdShared;

    /// <summary>How the engine writes lines that are not of the device's own memory, and that its cache does not own. Into its cache by default.</summary>
    public DeviceWrites Writes { get; init; }

    /// <summary>Bias of every HDM-D page at the start. The host's by default.</summary>
    public Bias InitialBias { get; init; }

    /// <summary>Whether an access of the device to a page in host bias first asks for the page. False by default: it asks for the line.</summary>
    public bool FlipsOnAccess { get; init; }

    /// <summary>Lines that a back-invalidate snoop asks for at once: 1, 2 or 4. 1 by default.</summary>
    public int SnoopLines { get; init; } = 1;

    /// <summary>Memory ranges of the host whose addresses are this device's, and its place among their endpoints; what the driver told it.</summary>
    public IReadOnlyList<OwnMemoryRange> Memory { get; init; } = [];

    /// <summary>Whether to keep a log of events for checkers. False by default.</summary>
    public bool KeepsLog { get; init; }

    internal CoherenceFault Fault { get; init; }

    /// <summary>Memory that <see cref="Memory"/> does not name is the device's own as well where a decoder of its own, that is not interleaved, claims it. False by default.</summary>
    public bool LearnsMemory { get; init; }
}
