using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>A cache of a host or an accelerator, or a snoop filter.</summary>
public sealed record CacheModel
{
    /// <summary>Bytes of its lines: 64 B to 1 GiB, a multiple of 64 B times the ways (<c>CXT0430</c>). 0 for none.</summary>
    public ByteSize Size { get; init; } = ByteSize.MiB(1);

    /// <summary>Lines of a set: 1 to 64, 8 by default.</summary>
    public int Ways { get; init; } = 8;

    /// <summary>One access, or one look-up. 12 ns by default; 115 ns of an accelerator of the profile fpga.</summary>
    public SimDuration Latency { get; init; } = SimDuration.FromNanoseconds(12);

    /// <summary>Which line gives way. The least recently used by default.</summary>
    public CachePolicy Policy { get; init; }

    /// <summary>Of a snoop filter: lines that a back-invalidate snoop asks for at once. 1, 2 or 4; 1 by default.</summary>
    public int SnoopLines { get; init; } = 1;

    /// <summary>An accelerator takes lines that it reads exclusively if nobody else has them (RdAny); else always shared (RdShared). False by default.</summary>
    public bool TakesAny { get; init; }

    /// <summary>How an accelerator writes lines of others' memory that its cache does not own. Into its cache by default.</summary>
    public DeviceWrites Writes { get; init; }

    /// <summary>Of a host: reads of device memory that wait for snoops are announced to the device (MemSpecRd). False by default.</summary>
    public bool SpeculativeReads { get; init; }
}
