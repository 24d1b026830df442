using CxlTopology.Specification;

namespace CxlTopology.Software.Tests;

/// <summary>A platform of as many host bridges, root ports, and (if more than none) downstream ports of a switch on each root port; an endpoint at each end.</summary>
internal sealed class Platform
{
    public const ulong Quarter = 256UL << 20;
    public const uint PortWord = 0xB82; // four decoders, eight targets, all address bits, 3, 6 and 12 ways
    public const uint DeviceWord = 0x1B12;
    private readonly Dictionary<(int Bridge, int Port, int Below), PlatformNode> endpoints = [];

    public Platform(int bridges, int ports, int below = 0, uint portWord = PortWord, uint deviceWord = DeviceWord, ulong volatileBytes = 4UL << 30)
    {
        IReadOnlyList<HostBridgeResources> places = HostBridgeResources.Place([.. Enumerable.Repeat(32, bridges)], 0);
        for (int b = 0; b < bridges; b++)
        {
            var bridge = new PlatformNode
            {
                Name = $"hb{b}",
                Kind = ComponentKind.HostBridge,
                Resources = places[b],
                Uid = b,
                PassThrough = false,
                Capability = new HdmCapability(portWord),
            };
            Bridges.Add(bridge);
            for (int p = 0; p < ports; p++)
            {
                PlatformNode parent = bridge;
                if (below > 0)
                {
                    parent = new PlatformNode
                    {
                        Name = $"sw{b}{p}",
                        Kind = ComponentKind.UpstreamPort,
                        Parent = bridge,
                        ParentPort = (byte)p,
                        Capability = new HdmCapability(portWord),
                    };
                }

                for (int d = 0; d < Math.Max(1, below); d++)
                {
                    endpoints[(b, p, d)] = new PlatformNode
                    {
                        Name = $"e{b}{p}{d}",
                        Kind = ComponentKind.Endpoint,
                        Parent = parent,
                        ParentPort = (byte)(below > 0 ? d : p),
                        Capability = new HdmCapability(deviceWord),
                        VolatileBytes = volatileBytes,
                    };
                }
            }
        }
    }

    public List<PlatformNode> Bridges { get; } = [];

    public PlatformNode At(int bridge, int port, int below = 0) => endpoints[(bridge, port, below)];

    /// <summary>Endpoints in the order in which software counts positions: bridges first, then ports, then what is below.</summary>
    public PlatformNode[] CrossLinkFirst() => [.. endpoints.OrderBy(e => (e.Key.Below, e.Key.Port, e.Key.Bridge)).Select(e => e.Value)];

    /// <summary>A window over all bridges, or, with one bridge, over that.</summary>
    public FixedMemoryWindow Window(int granularity, ulong address = 48UL << 30, ulong[]? maps = null)
    {
        XorMaps? xor = null;
        if (maps is not null)
            Assert.True(XorMaps.TryCreate(maps, Bridges.Count, out xor, out _));
        return new FixedMemoryWindow
        {
            Base = new Hpa(address),
            Size = new ByteSize(48UL << 30),
            Interleave = Interleave.Of(Bridges.Count, granularity),
            Targets = [.. Enumerable.Range(0, Bridges.Count)],
            Arithmetic = maps is null ? InterleaveArithmetic.Modulo : InterleaveArithmetic.Xor,
            XorMaps = xor,
        };
    }

    /// <summary>A region over endpoints, each with one share of 256 MiB.</summary>
    public RegionPlan Region(FixedMemoryWindow window, int granularity, IReadOnlyList<PlatformNode> members, ulong offset = 0, bool persistent = false, ulong share = Quarter, string name = "region0") =>
        new(name, window, new Hpa(window.Base.Value + offset), new ByteSize(share * (ulong)members.Count), granularity, members, persistent);
}
