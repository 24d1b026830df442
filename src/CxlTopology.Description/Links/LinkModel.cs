using CxlTopology.Simulation;

namespace CxlTopology.Description;

/// <summary>One link, as the port above it declares it: both directions are alike.</summary>
/// <remarks>Defaults come from <c>profiles.link</c>, then from the properties' own defaults.</remarks>
public sealed record LinkModel
{
    /// <summary>Transfers a second and lane, in units of 10^9: 8, 16, 32 or 64. 32 by default.</summary>
    public int RateGigatransfers { get; init; } = 32;

    /// <summary>Lanes: 1, 2, 4, 8 or 16. 16 by default.</summary>
    public int Width { get; init; } = 16;

    /// <summary>Bytes of a flit: 68 or 256. By default 68 up to 32 GT/s and 256 at 64 GT/s, where 68 is refused (<c>CXT0404</c>).</summary>
    public int FlitBytes { get; init; } = 68;

    /// <summary>One traversal of the port above the link, pin to pin. 25 ns by default; with the wire at least 1 ns
    /// (<c>CXT0412</c>).</summary>
    public SimDuration PortLatency { get; init; } = SimDuration.FromNanoseconds(25);

    /// <summary>Time on the wire, one way. 1 ns by default.</summary>
    public SimDuration Wire { get; init; } = SimDuration.FromNanoseconds(1);

    /// <summary>Credits a message class starts with.</summary>
    public CreditsModel Credits { get; init; } = new();

    /// <summary>Retimers on the way: 0 to 4, none by default.</summary>
    public int Retimers { get; init; }

    /// <summary>What all retimers add, one way: 10 ns each up to 32 GT/s, 12 ns at 64 GT/s.</summary>
    public SimDuration RetimerLatency => SimDuration.FromNanoseconds(Retimers * (RateGigatransfers > 32 ? 12L : 10L));

    /// <summary>From the end of a reset, or of what held the link down, until it carries messages again: 1 us to 1,000 s, 10 ms by default.</summary>
    public SimDuration Training { get; init; } = SimDuration.FromMilliseconds(10);

    /// <summary>The flit size was stated, so that another rate does not change it.</summary>
    internal bool FlitStated { get; init; }

    /// <summary>Where the link's settings begin in the file; 0:0 if all of them are defaults.</summary>
    public SourcePosition Position { get; init; }
}
