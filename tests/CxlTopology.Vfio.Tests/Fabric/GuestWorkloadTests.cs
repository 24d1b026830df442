using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Vfio.Tests.Fabric;

/// <summary>Workloads in guests, from a topology file.</summary>
public sealed class GuestWorkloadTests
{
    private const long Accesses = 2_000;

    /// <summary>Three accelerators: g0 at a bridge of its own, g1 and g2 behind one switch.</summary>
    private static string File(string more) => $$$"""
        version: 1
        profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}}
        hosts:
          host0:
            memory: 2GiB
            windows:
              - {base: 0x20_0000_0000, size: 4GiB, targets: [hb0], allow: [type2, volatile, back-invalidate]}
              - {base: 0x30_0000_0000, size: 4GiB, targets: [hb1], allow: [type2, volatile, back-invalidate]}
            bridges:
              hb0: {rp0: g0}
              hb1: {passthrough: false, ports: {rp0: {switch: sw0, ports: {dsp0: g1, dsp1: g2} } } }
        endpoints:
          g0: &g {type: 2, memory: 1GiB, coherence: hdm-db}
          g1: *g
          g2: *g
        {{{more}}}
        """;

    private static string Load(string from, string to, string more = "") =>
        $"{{from: {from}, to: {to}, pattern: sequential, reads: 100%, outstanding: 1, count: {Accesses}{more}}}";

    [Theory]
    [InlineData(0)]
    [InlineData(100)]
    [InlineData(370)]
    public void Access_CostsTheHostsOwnAndTheWalks(int walk)
    {
        SourceReport own = Run(File($"regions: {{r: {{window: 0, endpoints: [g0], size: 1GiB}}}}\nworkloads: {{load: {Load("host0", "r")}}}")).Sources[0];
        ExperimentReport guest = Run(File(
            $"guests: {{vm: {{devices: [g0], scrub: none, translation: {{walk: {walk}ns, page: 4KiB}}}}}}\nworkloads: {{load: {Load("vm", "region0")}}}"));
        long walks = (Accesses * 64 + 4095) / 4096;
        Assert.Equal(walks, guest.Guests[0].Walks);
        Assert.Equal(own.ReadLatencyNs.Min, guest.Sources[0].ReadLatencyNs.Min);
        Assert.Equal(own.ReadLatencyNs.Mean * Accesses + walks * walk, guest.Sources[0].ReadLatencyNs.Mean * Accesses, 2);
    }

    [Fact]
    public void Access_OfAGuestsGuest_CostsBothWalks()
    {
        string Guests(string inner) => "guests: {vm: {devices: [g0], scrub: none, translation: {walk: 100ns, page: 4KiB}, guests: {in: {devices: [g0], scrub: none, translation: {walk: " + inner + ", page: 4KiB}}}}}\n"
            + $"workloads: {{load: {Load("in", "region0")}}}";
        double free = Run(File(Guests("0ns"))).Sources[0].ReadLatencyNs.Mean;
        double walked = Run(File(Guests("250ns"))).Sources[0].ReadLatencyNs.Mean;
        Assert.Equal(250.0 * ((Accesses * 64 + 4095) / 4096) / Accesses, walked - free, 2);
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("pages")]
    [InlineData("none")]
    public void Workloads_InSeveralGuests_ReadWhatTheyWrote(string scrub)
    {
        ExperimentReport report = Run(File($$"""
            guests:
              vm0: {devices: [g0], scrub: {{scrub}}, memory: 64MiB}
              vm1: {devices: [g1, g2], scrub: {{scrub}}, memory: 64MiB, guests: {in: {devices: [g2], scrub: {{scrub}}, memory: 16MiB} } }
            workloads:
              a: {from: vm0, to: region0, pattern: hot-spot, reads: 60%, outstanding: 16, count: 1000}
              b: {from: vm1, to: g1, pattern: sequential, reads: 50%, size: 256B, outstanding: 4, count: 500}
              c: {from: in, to: {region: region0}, pattern: sequential, reads: 50%, size: 4KiB, burst: true, outstanding: 4, count: 100}
              d: {from: vm1, to: vm1.memory, reads: 50%, outstanding: 4, count: 500}
              e: {from: vm0, to: {memory: true, base: 1MiB, size: 1MiB}, reads: 50%, size: 8B, outstanding: 4, count: 500}
              f: {from: in, to: in.memory, reads: 50%, outstanding: 4, count: 500}
              h: {from: host0, to: host0.memory, reads: 50%, outstanding: 4, count: 500}
            expect: [every transaction completes once, vm0.errors == 0, vm1.errors == 0, in.errors == 0, vm0.reads.count > 0]
            """));
        Assert.All(report.Guests, g => Assert.Null(g.Problem));
        Assert.All(report.Expectations, e => Assert.True(e.Passed, $"{e.Text}: {e.Measured}"));
        Assert.True(report.Checkers.Single(c => c.Name == "data read is data last written").Checked > 1000);
    }

    [Fact]
    public void Pages_AreClearedOnce_BeforeTheFirstAccess()
    {
        const string Load = "\nworkloads: {load: {from: vm, to: {base: 0x10_0000_0000, size: 64KiB}, pattern: sequential, reads: 100%, outstanding: 8, count: 2048}}";
        SourceReport cleared = Run(File("guests: {vm: {devices: [g0], scrub: pages}}" + Load)).Sources[0];
        SourceReport plain = Run(File("guests: {vm: {devices: [g0], scrub: none}}" + Load)).Sources[0];
        Assert.True(cleared.ReadLatencyNs.Max > 64 * plain.ReadLatencyNs.Min, $"{cleared.ReadLatencyNs.Max} ns");
        Assert.Equal(plain.ReadLatencyNs.P50, cleared.ReadLatencyNs.P50);
        Assert.Empty(cleared.Errors);
    }

    [Theory]
    [InlineData("vm")]
    [InlineData("in")]
    public void Access_AfterWarmUp_AllocatesNothing(string from)
    {
        using Experiment experiment = Experiment.Prepare(Read(File($$$"""
            guests: {vm: {devices: [g0]{{{(from == "in" ? ", guests: {in: {devices: [g0]}}" : "")}}} } }
            workloads: {load: {from: {{{from}}}, to: region0, reads: 70%, count: 1_000_000_000, payloads: false, verify: false} }
            """)), new ExperimentOptions());
        Simulation.Simulation simulation = experiment.Built.Simulation;
        SimTime until = SimTime.Zero;
        while (experiment.Requesters[0].Requester.Statistics.Completed < 20_000)
            simulation.Run(until += SimDuration.FromMilliseconds(1));
        long completed = experiment.Requesters[0].Requester.Statistics.Completed;
        long before = GC.GetAllocatedBytesForCurrentThread();
        simulation.Run(until += SimDuration.FromMicroseconds(500));
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.True(experiment.Requesters[0].Requester.Statistics.Completed - completed > 10_000);
        Assert.True(allocated < 64 * 1024, $"{allocated} bytes"); // the result of the run itself
    }

    [Fact]
    public void Window_WhereNothingIsMapped_IsAnsweredByTheHypervisor()
    {
        ExperimentReport report = Run(File("guests: {vm: {devices: [g0], trap: 3us}}\nworkloads: {load: {from: vm, to: {base: 0x10_4000_0000, size: 1MiB}, reads: 50%, outstanding: 4, count: 100}}"));
        Assert.Equal(100, report.Sources[0].Errors["NoWindow"]);
        Assert.Equal(100, report.Guests[0].Faults);
        Assert.Empty(report.Unclaimed);
    }

    [Theory]
    [InlineData("rfc-v2", "1GiB")]
    [InlineData("rfc-v2-as-posted", "256MiB")]
    [InlineData("v3", "1GiB")]
    public void Dialect_DecidesHowMuchTheGuestHas(string dialect, string size)
    {
        ExperimentReport report = Run(File($$"""
            firmware:
              - {component: {{(dialect == "v3" ? "g0" : "g1")}}, decoder: 0, base: {{(dialect == "v3" ? "0x20_0000_0000" : "0x30_0000_0000")}}, size: 1GiB, type: device}
              - {component: hb1, decoder: 0, base: 0x30_0000_0000, size: 1GiB, targets: [0], type: device}
              - {component: sw0, decoder: 0, base: 0x30_0000_0000, size: 1GiB, targets: [0], type: device}
            guests: {vm: {devices: [g0], dialect: {{dialect}}, scrub: none} }
            workloads: {load: {from: vm, to: region0, reads: 50%, outstanding: 4, count: 100} }
            """));
        Assert.Null(report.Guests[0].Problem);
        Assert.Equal(dialect, report.Guests[0].Dialect);
        Assert.Equal(size, new ByteSize(report.Guests[0].Regions[0].Size).ToString());
        Assert.Empty(report.Sources[0].Errors);
    }

    [Fact]
    public void Guest_ThatCannotStart_SaysWhy_AndTheOthersRun()
    {
        ExperimentReport report = Run(File("""
            guests: {vm0: {devices: [g0], scrub: reset}, vm1: {devices: [g1], scrub: none}}
            workloads: {a: {from: vm0, to: region0, count: 10}, b: {from: vm1, to: region0, count: 10}}
            expect: [vm0.errors == 0, a.reads.p99 < 1s, every transaction completes once, vm1.errors == 0]
            """).Replace("coherence: hdm-db}", "coherence: hdm-db, cxl: {memory-clear: false}}", StringComparison.Ordinal));
        Assert.StartsWith("ENOTTY: ", report.Guests[0].Problem, StringComparison.Ordinal);
        Assert.Equal(("not started", 25), (report.Guests[0].Status, report.Guests[0].Errno));
        Assert.Equal("Give g0 \"cxl: {reset: true, memory-clear: true}\", or vm0 \"scrub: pages\".", report.Guests[0].Advice);
        Assert.Equal(("running", null, null, null), (report.Guests[1].Status, report.Guests[1].Problem, report.Guests[1].Errno, report.Guests[1].Advice));
        Assert.Equal(("vm0 is not started (ENOTTY)", 0L), (report.Sources[0].NotStarted, report.Sources[0].Issued));
        Assert.Empty(report.Sources[0].Errors);
        Assert.Equal((null, 10L), (report.Sources[1].NotStarted, report.Sources[1].Issued));
        Assert.Empty(report.Sources[1].Errors);
        Assert.Equal(
            [(false, "a not started: vm0 is not started (ENOTTY)"), (false, "a not started: vm0 is not started (ENOTTY)"), (false, "10 of 10; a not started: vm0 is not started (ENOTTY)"), (true, "0")],
            report.Expectations.Select(e => (e.Passed, e.Measured)));
    }

    [Fact]
    public void Guest_WithoutTheRegionOfOneDevice_RunsWhatItCan()
    {
        ExperimentReport report = Run(File("""
            firmware: [{component: g0, decoder: 0, base: 0x20_0000_0000, size: 1GiB, type: device}]
            guests: {vm: {devices: [g0, g1], dialect: rfc-v2-as-posted, scrub: none}}
            workloads: {a: {from: vm, to: g0, count: 10}, b: {from: vm, to: g1, count: 10}, c: {from: vm, to: vm.memory, count: 10}}
            """), exposed: true);
        Assert.Equal("incomplete", report.Guests[0].Status);
        Assert.StartsWith("ENOSPC: ", report.Guests[0].Problem, StringComparison.Ordinal);
        Assert.Equal(["g1"], report.Guests[0].Regions.Select(r => r.Device));
        Assert.Equal(["vm has no region of g0 (ENOSPC)", null, null], report.Sources.Select(s => s.NotStarted));
        Assert.Equal([0, 10, 10], report.Sources.Select(s => s.Issued));
        Assert.All(report.Sources, s => Assert.Empty(s.Errors));
    }

    /// <summary>What firmware committed shows the guest an address of the host as posted, and none as meant.</summary>
    [Theory]
    [InlineData("rfc-v2-as-posted", 1)]
    [InlineData("rfc-v2", 0)]
    [InlineData("v3", 0)]
    public void Guest_OfWhatFirmwareCommitted_SeesTheHostsAddressAsPostedOnly(string dialect, int exposed)
    {
        ExperimentReport report = Run(File($$"""
            firmware: [{component: g0, decoder: 0, base: 0x20_0000_0000, size: 1GiB, type: device}]
            guests: {vm: {devices: [g0], dialect: {{dialect}}, scrub: none} }
            """), exposed > 0);
        CheckerReport checker = report.Checkers.Single(c => c.Name == "guests see no host address");
        Assert.Equal(exposed, checker.Violations);
        Assert.Equal(exposed > 0 ? "vm can read 1 in registers of its devices" : null, checker.First);
    }

    [Fact]
    public void Session_InAGuest_AsksItsOwnCore()
    {
        TopologyModel model = Read(File("guests: {vm: {devices: [g1, g2], scrub: none}}"));
        int memdevs = 0;
        Assert.Empty(HostSession.Run(model, "vm", core =>
        {
            memdevs = core.Memdevs.Count;
            Assert.All(core.Regions, r => Assert.True(r.Base.Value < 0x20_0000_0000));
            return Task.CompletedTask;
        }));
        Assert.Equal(2, memdevs);
    }

    private static TopologyModel Read(string yaml)
    {
        DescriptionResult read = TopologyFile.Parse(yaml, "guests.yaml");
        Assert.Equal("", string.Join("\n", read.Errors));
        return read.Model!;
    }

    private static ExperimentReport Run(string yaml, bool exposed = false)
    {
        using Experiment experiment = Experiment.Prepare(Read(yaml), new ExperimentOptions());
        RunResult result = experiment.Run();
        Assert.Empty(result.Failures);
        ExperimentReport report = Reports.Of(experiment);
        Assert.All(report.Checkers, c => Assert.True(c.Violations == 0 || exposed && c.Name == "guests see no host address", $"{c.Name}: {c.First}"));
        Assert.Empty(report.FirmwareProblems);
        return report;
    }
}
