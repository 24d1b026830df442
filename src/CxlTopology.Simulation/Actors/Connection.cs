namespace CxlTopology.Simulation;

/// <summary>One direction of a wired connection: where a message sent over it arrives, and how long it takes at least.</summary>
/// <remarks>
/// Made by <see cref="Simulation.Connect"/>, kept by the sending actor. The default is a connection to nowhere; sending over it throws.
/// </remarks>
public readonly struct Connection
{
    internal Connection(int destination, ushort port, long latency)
    {
        this.destination = destination + 1;
        Port = port;
        LatencyFemtoseconds = latency;
    }

    private readonly int destination;

    /// <summary>The id of the receiving actor, or -1 of a connection to nowhere.</summary>
    public int Destination => destination - 1;

    /// <summary>The port of the receiving actor.</summary>
    public ushort Port { get; }

    internal long LatencyFemtoseconds { get; }

    /// <summary>The shortest time from sending to arrival.</summary>
    public SimDuration Latency => new(LatencyFemtoseconds);

    /// <summary>Whether it leads anywhere.</summary>
    public bool IsWired => destination != 0;
}
