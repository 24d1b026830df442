using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests;

/// <summary>One way to interleave: ways at the window, at the root ports and at the downstream ports, the granularity, the arithmetic.</summary>
public sealed record Split(int Root, int Bridge, int Switch, int Granularity, bool Xor)
{
    private const int TargetsMax = 8;
    private const int GranularityMax = 16 << 10;

    public int Ways => Root * Bridge * Switch;

    /// <summary>Granularity of the host bridges: that of the region times the window's ways, less a factor of 3.</summary>
    public int BridgeGranularity => Granularity * Binary(Root);

    /// <summary>Granularity of the switches.</summary>
    public int SwitchGranularity => BridgeGranularity * Binary(Bridge);

    /// <summary>Every combination of so many ways that hardware with all capabilities commits: at most eight targets a port, address bits 14:8.</summary>
    public static IEnumerable<Split> Of(int ways) =>
        from root in InterleaveWays.All.ToArray()
        where ways % root == 0
        from bridge in InterleaveWays.All.ToArray()
        where bridge <= TargetsMax && ways / root % bridge == 0
        let below = ways / root / bridge
        where below <= TargetsMax && InterleaveWays.All.ToArray().Contains(below)
        from granularity in InterleaveGranularity.All.ToArray()
        where granularity * Binary(ways) <= 1 << 15
        from xor in new[] { false, true }
        let split = new Split(root, bridge, below, granularity, xor)
        where (bridge == 1 || split.BridgeGranularity <= GranularityMax) && (below == 1 || split.SwitchGranularity <= GranularityMax)
        select split;

    /// <summary>Whether the ports below a component that chooses among a multiple of three, other than the window, choose as well.</summary>
    public bool ThreesAboveAPort => Bridge % 3 == 0 && Switch > 1;

    private static int Binary(int ways) => ways % 3 == 0 ? ways / 3 : ways;
}
