using CxlTopology.Specification;

namespace CxlTopology.Fabric;

/// <summary>What an endpoint is built from.</summary>
public sealed record EndpointOptions
{
    /// <summary>Memory, volatile part first; a multiple of 256 MiB.</summary>
    public required ByteSize Capacity { get; init; }

    /// <summary>Its volatile part; the rest is persistent. All of it by default.</summary>
    public ByteSize Volatile
    {
        get => volatilePart ?? Capacity;
        init => volatilePart = value;
    }

    private readonly ByteSize? volatilePart;

    /// <summary>The HDM decoder capability register. Four decoders that interleave every way and granularity by default (0x00001b12, as QEMU shows).</summary>
    public uint HdmCapability { get; init; } = 0x1B12;

    /// <summary>
    /// How long its decoders take to commit: at once by default, up to 1 s, or never. More than 10 ms is a device that breaks the specification.
    /// </summary>
    public HardwareDelay CommitTime { get; init; }

    /// <summary>
    /// From power-up, or a reset, until its memory can be used: at once by default, up to 1,000 s, or never. Memory_Info_Valid rises with it, but after 1 s at the latest.
    /// </summary>
    public HardwareDelay MediaReady { get; init; }

    /// <summary>Whether its decoders may be set to back-invalidate (HDM-DB). False by default.</summary>
    public bool BackInvalidate { get; init; }

    /// <summary>Lines that may be in service at once; more wait in the receive buffer. 1 to 65,535, 512 by default.</summary>
    public int Queue { get; init; } = 512;

    /// <summary>What its configuration space says; that of its type by default.</summary>
    public EndpointConfigSpaceOptions? Configuration { get; init; }

    /// <summary>Of a type 2: whether BAR 2 has the registers of its engine, for a driver that gives it jobs. False by default.</summary>
    public bool EngineBar { get; init; }

    /// <summary>Its functions besides function 0, ascending by number. None by default.</summary>
    public IReadOnlyList<FunctionOptions> Functions { get; init; } = [];

    /// <summary>Device serial number. 0 by default.</summary>
    public ulong SerialNumber { get; init; }

    /// <summary>How it behaves when it is reset.</summary>
    public ResetOptions Reset { get; init; } = new();

    /// <summary>Memory and controller.</summary>
    public MediaOptions Media { get; init; } = new();
}
