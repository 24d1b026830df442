using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The actors do in every combination of states what the tables of the protocol say: the same messages, the same states afterwards.</summary>
public sealed class ProtocolTests
{
    private const ulong HostLine = 0x4000;
    private const ulong DeviceLine = CoherenceBench.Base + 0x4000;
    private readonly OneAtATimeAgent host = new();
    private readonly List<OneAtATimeAgent> devices = [];
    private readonly CoherenceBench bench;
    private SimTime now;

    public ProtocolTests()
    {
        var one = new CacheOptions { Size = new ByteSize(64), Ways = 1 };
        bench = new CoherenceBench(
            new HostCoherenceOptions { Cache = one },
            [.. Enumerable.Range(0, 3).Select(_ => new DeviceCoherenceOptions { Cache = one, BackInvalidate = true })],
            addAgents: b =>
            {
                host.TagBase = b.Host.AddAgent("one", host);
                foreach (Endpoint device in b.Devices)
                {
                    var agent = new OneAtATimeAgent();
                    agent.TagBase = device.Accelerator!.AddAgent("one", agent);
                    devices.Add(agent);
                }
            });
        now = bench.Booted;
    }

    public static TheoryData<int, string> HostMemory => Cases(ProtocolTable.HostMemory);

    public static TheoryData<int, string> BackInvalidate => Cases(ProtocolTable.BackInvalidate);

    public static TheoryData<int, string> BackInvalidateUncached => Cases(ProtocolTable.BackInvalidateUncached);

    public static TheoryData<int, string> DeviceMemory => Cases(ProtocolTable.DeviceMemory);

    [Theory]
    [MemberData(nameof(HostMemory))]
    public void RequestOfADevice_ForHostMemory_DoesWhatTheTableSays(int row, string name)
    {
        ProtocolTransition expected = ProtocolTable.HostMemory[row];
        D2HRequest request = CoherenceRules.Requests.Single(r => ProtocolNames.Of(r.Request) == expected.Request).Request;
        bool pulls = CoherenceRules.Of(request) is { PullsData: true, Evicts: false };
        Reach(HostLine, expected.Device, expected.Host, expected.Peer);
        long written = MemoryWrites();

        Trace(() => Device(0, HostLine, pulls, request, isPartial: request is D2HRequest.WoWrInv or D2HRequest.WrInv));

        Compare(expected, HostLine, name);
        Assert.Equal(expected.WritesMemory, MemoryWrites() > written);
    }

    [Theory]
    [MemberData(nameof(BackInvalidate))]
    public void AccessOfADevice_ToItsOwnMemory_DoesWhatTheTableSays(int row, string name)
    {
        ProtocolTransition expected = ProtocolTable.BackInvalidate[row];
        ReachOwn(expected.Device, expected.Host);

        Trace(() => Device(0, DeviceLine, expected.Request == "write"));

        Compare(expected, DeviceLine, name);
    }

    [Theory]
    [MemberData(nameof(BackInvalidateUncached))]
    public void AccessOfADeviceThatKeepsNothing_ToItsOwnMemory_DoesWhatTheTableSays(int row, string name)
    {
        ProtocolTransition expected = ProtocolTable.BackInvalidateUncached[row];
        ReachOwn(expected.Device, expected.Host);
        bench.Devices[0].Coherence!.SetAllocating(false);

        Trace(() => Device(0, DeviceLine, expected.Request.StartsWith("write", StringComparison.Ordinal)));

        Compare(expected, DeviceLine, name);
    }

    [Theory]
    [MemberData(nameof(DeviceMemory))]
    public void AccessOfAHost_ToDeviceMemory_DoesWhatTheTableSays(int row, string name)
    {
        ProtocolTransition expected = ProtocolTable.DeviceMemory[row];
        ReachOwn(expected.Device, expected.Host);
        long written = bench.Devices[0].Media.LinesWritten;

        Trace(() => Host(DeviceLine, expected.Request == "write"));

        Compare(expected, DeviceLine, name);
        Assert.Equal(expected.WritesMemory, bench.Devices[0].Media.LinesWritten > written);
    }

    internal static TheoryData<int, string> Cases(IReadOnlyList<ProtocolTransition> transitions)
    {
        var cases = new TheoryData<int, string>();
        for (int i = 0; i < transitions.Count; i++)
            cases.Add(i, $"{transitions[i].Request} {ProtocolNames.Of(transitions[i].Device)} {ProtocolNames.Of(transitions[i].Host)} {ProtocolNames.Of(transitions[i].Peer)}");
        return cases;
    }

    private void Trace(Action access)
    {
        bench.Host.Home!.Trace = [];
        access();
    }

    private void Compare(ProtocolTransition expected, ulong line, string name)
    {
        Assert.Equal(string.Join('\n', expected.Messages), string.Join('\n', bench.Host.Home!.Trace!));
        Assert.Equal((name, expected.DeviceAfter, expected.HostAfter, expected.PeerAfter), (name, StateOf(0, line), HostState(line), StateOf(1, line)));
        Assert.Empty(CoherenceChecker.Disagreements(bench.Host.Home!, [.. bench.Devices.Select(d => d.Coherence!)]));
    }

    /// <summary>Brings a line of the host's memory into these states.</summary>
    private void Reach(ulong line, LineState device, LineState inHost, LineState peer)
    {
        if (inHost >= LineState.Exclusive)
            Host(line, inHost == LineState.Modified);
        foreach ((int id, LineState state) in new[] { (0, device), (1, peer) })
        {
            if (state >= LineState.Exclusive)
                Device(id, line, state == LineState.Modified, state == LineState.Exclusive ? D2HRequest.RdOwn : null);
        }

        if (inHost == LineState.Shared)
        {
            Host(line, false);
            Device(2, line, false);
            Device(2, line, false, D2HRequest.CleanEvictNoData);
        }

        if (device == LineState.Shared)
            Device(0, line, false);
        if (peer == LineState.Shared)
            Device(1, line, false);
        Assert.Equal((device, inHost, peer), (StateOf(0, line), HostState(line), StateOf(1, line)));
    }

    /// <summary>Brings a line of a device's own memory into these states.</summary>
    private void ReachOwn(LineState device, LineState inHost)
    {
        if (inHost >= LineState.Exclusive)
            Host(DeviceLine, inHost == LineState.Modified);
        if (device >= LineState.Exclusive)
            Device(0, DeviceLine, device == LineState.Modified);
        if (device == LineState.Shared || inHost == LineState.Shared)
        {
            Host(DeviceLine, false);
            Device(0, DeviceLine, false);
        }

        // Caches of one line: another one takes its place.
        if (device == LineState.Invalid && inHost == LineState.Shared)
            Device(0, DeviceLine + 64, false);
        if (device == LineState.Shared && inHost == LineState.Invalid)
            Host(HostLine, false);
        Assert.Equal((device, inHost), (StateOf(0, DeviceLine), HostState(DeviceLine)));
    }

    private void Host(ulong line, bool isWrite) => now = host.Access(bench.Simulation, now, line, isWrite);

    private void Device(int id, ulong line, bool isWrite, D2HRequest? request = null, bool isPartial = false) =>
        now = devices[id].Access(bench.Simulation, now, line, isWrite, request, isPartial);

    private LineState StateOf(int device, ulong line) => bench.Devices[device].Coherence!.CachedLines.FirstOrDefault(l => l.Line == line).State;

    private LineState HostState(ulong line) => bench.Host.Home!.CachedLines.FirstOrDefault(l => l.Line == line).State;

    private long MemoryWrites() => ((Media)bench.Host.Children[0]).LinesWritten;
}
