using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What a link between two ports is built from.</summary>
public sealed record LinkOptions
{
    /// <summary>Rate, width and flit mode. 32 GT/s x16 with 68 B flits by default.</summary>
    public LinkSpeed Speed { get; init; } = new(32, 16, FlitMode.Flit68);

    /// <summary>One traversal of the upper port (root port or downstream port), transaction layer to pins. 25 ns by default.</summary>
    public SimDuration UpperPort { get; init; } = SimDuration.FromNanoseconds(25);

    /// <summary>One traversal of the lower port (upstream port or endpoint). 25 ns by default.</summary>
    public SimDuration LowerPort { get; init; } = SimDuration.FromNanoseconds(25);

    /// <summary>Time on the wire. 1 ns by default.</summary>
    public SimDuration Wire { get; init; } = SimDuration.FromNanoseconds(1);

    /// <summary>What retimers on the way add. Nothing by default.</summary>
    public SimDuration Retimers { get; init; }

    /// <summary>From the end of a reset, or of what held the link down, until it carries messages again. 10 ms by default.</summary>
    public SimDuration Training { get; init; } = SimDuration.FromMilliseconds(10);

    /// <summary>Receive buffer of the lower end, in messages without (M2SReq) and lines with data (M2SRwD): 1 to 4,096 each. 128 by default.</summary>
    public (int Headers, int Lines) LowerBuffer { get; init; } = (128, 128);

    /// <summary>Receive buffer of the upper end, in messages without (S2MNdr) and lines with data (S2MDrs): 1 to 4,096 each. 128 by default.</summary>
    public (int Headers, int Lines) UpperBuffer { get; init; } = (128, 128);

    /// <summary>From leaving one component to being received by the other, without serialisation.</summary>
    public SimDuration Latency => UpperPort + Wire + Retimers + LowerPort;
}
