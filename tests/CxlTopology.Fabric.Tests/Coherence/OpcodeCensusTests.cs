using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>What the page says of each opcode is so: those that are sent pass by, the others never do.</summary>
public sealed class OpcodeCensusTests
{
    private const int Accesses = 4_000;

    [Fact]
    public void Uses_OfAllChannels_NameEveryOpcodeOnce()
    {
        string[] expected =
        [
            .. Names<D2HRequest>("D2HReq", ProtocolNames.Of), .. Names<D2HResponse>("D2HRsp", r => r.ToString()), .. Names<H2DRequest>("H2DReq", r => r.ToString()),
            .. Names<H2DResponse>("H2DRsp", r => r == H2DResponse.Go ? "GO" : ProtocolNames.Of(r, GoState.Invalid)), .. Names<M2SRequest>("M2SReq", r => r == M2SRequest.MemRdTee ? "MemRdTEE" : r.ToString()),
            .. Names<M2SWrite>("M2SRwD", r => r.ToString()), .. Names<M2SBIResponse>("M2SBIRsp", r => r.ToString()), .. Names<S2MCompletion>("S2MNdr", ProtocolNames.Of),
            .. Names<S2MData>("S2MDrs", r => r == S2MData.MemDataNxm ? "MemData-NXM" : "MemData"), .. Names<S2MBISnoop>("S2MBISnp", r => r.ToString()),
        ];

        Assert.Equal(expected.Order(), OpcodeUses.All.Select(u => $"{u.Channel} {u.Name}").Order());
    }

    [Fact]
    public void Stress_OfAllVariants_SendsWhatTheUsesSay()
    {
        var trace = new HashSet<string>();
        foreach (StressVariant variant in Enum.GetValues<StressVariant>())
            Assert.Empty(StressRun.Of(variant, 5, Accesses, trace: trace).All);
        trace.UnionWith(OfEdges());

        string[] passed = [.. trace.SelectMany(NamesIn).Distinct()];

        Assert.Equal(OpcodeUses.All.Where(u => u.IsSent).Select(u => $"{u.Channel} {u.Name}").Order(), passed.Order());
    }

    /// <summary>What no stress meets: an address without memory, a cache that is written back by command.</summary>
    private static List<string> OfEdges()
    {
        var device = new OneAtATimeAgent();
        CoherenceBench bench = new(new HostCoherenceOptions { Cache = new CacheOptions() }, [new DeviceCoherenceOptions { Writes = DeviceWrites.Ordered }],
            addAgents: b => device.TagBase = b.Devices[0].Accelerator!.AddAgent("one", device));
        bench.Host.Home!.Trace = [];
        SimTime now = device.Access(bench.Simulation, bench.Booted, 0x2000, false);
        now = device.Access(bench.Simulation, now, 0x7F_0000_0000, true);
        device.Flush(bench.Simulation, now, bench.Devices[0].Coherence!);
        return bench.Host.Home.Trace;
    }

    private static IEnumerable<string> Names<T>(string channel, Func<T, string> name)
        where T : struct, Enum => Enum.GetValues<T>().Select(v => $"{channel} {name(v)}");

    /// <summary>The opcodes in a line of a trace, each with its channel.</summary>
    private static IEnumerable<string> NamesIn(string line)
    {
        foreach (string message in line[(line.IndexOf(':', StringComparison.Ordinal) + 2)..].Split(" + "))
        {
            string[] words = message.Split(' ');
            if (words.Length == 1)
                continue; // data that was pulled
            string channel = words[0] switch { "D2HData" => "D2HRsp", "H2DData" => "H2DRsp", _ => words[0] };
            string opcode = words[1];
            if (opcode is "GO-I" or "GO-S" or "GO-E" or "GO-M" or "GO-Err")
                opcode = "GO";
            yield return $"{channel} {opcode}";
        }
    }
}
