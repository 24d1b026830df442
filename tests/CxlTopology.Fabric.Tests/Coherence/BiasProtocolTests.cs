using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>A device that touches its own HDM-D memory in host bias does in every combination of states what the table says.</summary>
public sealed class BiasProtocolTests
{
    private const ulong Line = CoherenceBench.Base + 0x4000;
    private readonly OneAtATimeAgent host = new();
    private readonly OneAtATimeAgent device = new();
    private readonly CoherenceBench bench;
    private SimTime now;

    public BiasProtocolTests()
    {
        var one = new CacheOptions { Size = new ByteSize(64), Ways = 1 };
        bench = new CoherenceBench(
            new HostCoherenceOptions { Cache = one },
            [new DeviceCoherenceOptions { Cache = one }],
            addAgents: b =>
            {
                host.TagBase = b.Host.AddAgent("one", host);
                device.TagBase = b.Devices[0].Accelerator!.AddAgent("one", device);
            });
        now = bench.Booted;
    }

    public static TheoryData<int, string> HostBias => ProtocolTests.Cases(ProtocolTable.HostBias);

    [Theory]
    [MemberData(nameof(HostBias))]
    public void Access_InHostBias_DoesWhatTheTableSays(int row, string name)
    {
        ProtocolTransition expected = ProtocolTable.HostBias[row];
        Reach(expected.Device, expected.Host);
        if (expected.Request.EndsWith("keeping nothing", StringComparison.Ordinal))
            Engine.SetAllocating(false);
        long written = bench.Host.Home!.Statistics.WriteBacks;
        bench.Host.Home.Trace = [];

        now = device.Access(bench.Simulation, now, Line, expected.Request.StartsWith("write", StringComparison.Ordinal));

        Assert.Equal(string.Join('\n', expected.Messages), string.Join('\n', bench.Host.Home.Trace));
        Assert.Equal((name, expected.DeviceAfter, expected.HostAfter), (name, StateOf(Engine.CachedLines), StateOf(bench.Host.Home.CachedLines)));
        Assert.Equal(expected.WritesMemory, bench.Host.Home.Statistics.WriteBacks > written);
        Assert.Empty(CoherenceChecker.Disagreements(bench.Host.Home, [Engine]));
    }

    private DeviceCoherence Engine => bench.Devices[0].Coherence!;

    private void Reach(LineState ofDevice, LineState ofHost)
    {
        if (ofHost != LineState.Invalid)
            now = host.Access(bench.Simulation, now, Line, ofHost == LineState.Modified);
        if (ofDevice >= LineState.Exclusive)
            now = device.Access(bench.Simulation, now, Line, ofDevice == LineState.Modified, ofDevice == LineState.Exclusive ? D2HRequest.RdOwn : null);
        else if (ofDevice == LineState.Shared || ofHost == LineState.Shared)
            now = device.Access(bench.Simulation, now, Line, false);
        if (ofDevice == LineState.Invalid && ofHost == LineState.Shared)
            now = device.Access(bench.Simulation, now, Line + 64, false); // its cache has one line
        Assert.Equal((ofDevice, ofHost), (StateOf(Engine.CachedLines), StateOf(bench.Host.Home!.CachedLines)));
    }

    private static LineState StateOf(IEnumerable<(ulong Line, LineState State)> lines) => lines.FirstOrDefault(l => l.Line == Line).State;
}
