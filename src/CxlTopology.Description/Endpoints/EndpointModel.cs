using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Description;

/// <summary>A CXL device of type 2 or 3. A file has 1 to 1,048,576, each attached to exactly one port.</summary>
public sealed record EndpointModel
{
    /// <summary>Name, unique in the file among hosts, switches and endpoints.</summary>
    public required string Name { get; init; }

    /// <summary>Device type.</summary>
    public required DeviceType Type { get; init; }

    /// <summary>Volatile capacity, from DPA 0 on: a multiple of 256 MiB (<c>CXT0410</c>).</summary>
    public ByteSize Volatile { get; init; }

    /// <summary>Persistent capacity, after the volatile: a multiple of 256 MiB (<c>CXT0410</c>). One of the two is not 0
    /// (<c>CXT0406</c>).</summary>
    public ByteSize Persistent { get; init; }

    /// <summary>HDM decoders: 1, 2, 4, 6, 8 or 10; 4 by default.</summary>
    public int Decoders { get; init; } = 4;

    /// <summary>
    /// Coherence of its memory. Type 3: HDM-H by default. Type 2: HDM-D by default if it has its root port to itself, else HDM-DB.
    /// </summary>
    public required CoherenceModel Coherence { get; init; }

    /// <summary>The cache of a type 2 device, in front of its memory and the host's; null if nothing was said.</summary>
    public CacheModel? Cache { get; init; }

    /// <summary>The snoop filter of an HDM-DB device.</summary>
    public CacheModel SnoopFilter { get; init; } = new() { Size = ByteSize.MiB(16), Ways = 16 };

    /// <summary>Bias of all pages of an HDM-D device at the start. The host's by default.</summary>
    public Bias InitialBias { get; init; }

    /// <summary>An HDM-D device that touches a page in host bias asks for the page. False by default: it asks for the line.</summary>
    public bool FlipsOnAccess { get; init; }

    /// <summary>One access of a cache that was not described: the profile's.</summary>
    public SimDuration CacheLatency { get; init; } = SimDuration.FromNanoseconds(12);

    /// <summary>Of a type 2 device: what an access of its engines takes to its coherence engine and back. 15 ns by default; 60 ns of the profile fpga.</summary>
    public SimDuration EngineLatency { get; init; } = SimDuration.FromNanoseconds(15);

    /// <summary>Name of the profile that gave the timing not stated. <c>asic-gen5</c> by default.</summary>
    public string Profile { get; init; } = "asic-gen5";

    /// <summary>One traversal of the endpoint's own port, pin to pin.</summary>
    public required SimDuration PortLatency { get; init; }

    /// <summary>The memory controller's own time for a request.</summary>
    public required SimDuration Controller { get; init; }

    /// <summary>The memory behind the controller.</summary>
    public required MediaModel Media { get; init; }

    /// <summary>Requests the endpoint holds; the next ones wait in the link. 1 to 65536, 512 by default.</summary>
    public int Queue { get; init; } = 512;

    /// <summary>Device serial number, unique in the file (<c>CXT0414</c>); by default 0x1000 plus the endpoint's index.</summary>
    public required ulong Serial { get; init; }

    /// <summary>What its configuration space says; null is what its type says by default.</summary>
    public EndpointConfigSpaceOptions? Configuration { get; init; }

    /// <summary>How long its decoders take to commit: at once by default, up to 1 s, or never. More than 10 ms breaks the specification.</summary>
    public HardwareDelay CommitTime { get; init; }

    /// <summary>From power-up until its memory can be used: at once by default, up to 1,000 s, or never.</summary>
    public HardwareDelay MediaReady { get; init; }

    /// <summary>How it behaves when it is reset.</summary>
    public ResetOptions Reset { get; init; } = new();

    /// <summary>What its decoders can interleave.</summary>
    public InterleaveCapability Interleave { get; init; } = new();

    /// <summary>Volatile and persistent capacity together.</summary>
    public ByteSize Capacity => new(Volatile.Bytes + Persistent.Bytes);

    /// <summary>Where the endpoint's name stands in the file.</summary>
    public SourcePosition Position { get; init; }
}
