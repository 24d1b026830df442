using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What a link between two ports is built from.</summary>
public sealed record LinkOptions
{
    /// <summary>Rate, width and flit mode. 32 GT/s x16 with 68 B flits by default.</summary>
    public LinkSpeed Speed { get; init; } = new(32, 16, FlitMode.Flit68);

    /// <summary>One traversal of a port (transaction layer to pins), at each end. 25 ns by default.</summary>
    public SimDuration PortLatency { get; init; } = SimDuration.FromNanoseconds(25);

    /// <summary>Time on the wire. 1 ns by default.</summary>
    public SimDuration Wire { get; init; } = SimDuration.FromNanoseconds(1);

    /// <summary>Retimers on the way, 0 to 4; each adds 10 ns up to 32 GT/s and 12 ns at 64 GT/s. None by default.</summary>
    public int Retimers { get; init; }

    /// <summary>Receive buffer of each end for messages without data (requests, Cmp), in messages: 1 to 255. 128 by default.</summary>
    public int HeaderCredits { get; init; } = 128;

    /// <summary>Receive buffer of each end for messages with data (writes, MemData), in lines: 1 to 255. 128 by default.</summary>
    public int DataCredits { get; init; } = 128;

    /// <summary>From leaving one component to being received by the other, without serialisation.</summary>
    public SimDuration Latency => PortLatency * 2 + Wire + SimDuration.FromNanoseconds(Speed.Rate > 32 ? 12 : 10) * Retimers;
}
