using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>A fixed memory window (CFMWS): a range of host addresses that the platform spreads over host bridges.</summary>
public sealed record WindowModel
{
    /// <summary>Position in the host's list, from 0.</summary>
    public required int Index { get; init; }

    /// <summary>First address: a multiple of 256 MiB (<c>CXT0411</c>), not inside the host's own memory (<c>CXT0503</c>).</summary>
    public required Hpa Base { get; init; }

    /// <summary>Length: a multiple of 256 MiB times the ways (<c>CXT0410</c>); base and size stay below 2^52 (<c>CXT0502</c>).</summary>
    public required ByteSize Size { get; init; }

    /// <summary>Names of the host bridges in interleave order: 1, 2, 3, 4, 6, 8, 12 or 16 different ones (<c>CXT0505</c>,
    /// <c>CXT0504</c>).</summary>
    public required IReadOnlyList<string> Targets { get; init; }

    /// <summary>Interleave ways: the number of targets.</summary>
    public int Ways => Targets.Count;

    /// <summary>Bytes that go to one target before the next: 256 B to 16 KiB, a power of two (<c>CXT0112</c>). 256 B by default.</summary>
    public int Granularity { get; init; } = 256;

    /// <summary>How the target is chosen. Modulo by default.</summary>
    public WindowArithmetic Arithmetic { get; init; }

    /// <summary>XOR maps, least significant index bit first; empty for modulo arithmetic.</summary>
    public IReadOnlyList<ulong> XorMaps { get; init; } = [];

    /// <summary>What the window may be used for. Type 2, type 3, volatile and persistent by default.</summary>
    public WindowAllowance Allow { get; init; } =
        WindowAllowance.Type2 | WindowAllowance.Type3 | WindowAllowance.Volatile | WindowAllowance.Persistent;

    /// <summary>Quality-of-service throttling group: 0 to 65535, 0 by default.</summary>
    public int QtgId { get; init; }

    /// <summary>Address past the last byte.</summary>
    public ulong End => Base.Value + Size.Bytes;

    /// <summary>Where the window begins in the file.</summary>
    public SourcePosition Position { get; init; }
}
