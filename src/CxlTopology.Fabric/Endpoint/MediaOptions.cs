using CxlTopology.Simulation;

namespace CxlTopology.Fabric;

/// <summary>What a memory and its controller are built from.</summary>
public sealed record MediaOptions
{
    /// <summary>The device controller, once a request. 40 ns by default.</summary>
    public SimDuration Controller { get; init; } = SimDuration.FromNanoseconds(40);

    /// <summary>Memory controller and DRAM, idle. 45 ns by default.</summary>
    public SimDuration Latency { get; init; } = SimDuration.FromNanoseconds(45);

    /// <summary>Channels, 1 to 64, interleaved by the line. 2 by default.</summary>
    public int Channels { get; init; } = 2;

    /// <summary>Bytes a second of all channels together, reads and writes mixed. 56.4 GB/s by default (two DDR5-4800 channels at 73.5 %).</summary>
    public long BytesPerSecond { get; init; } = 56_400_000_000;
}
