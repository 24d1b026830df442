using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Resets;

/// <summary>Resets of an accelerator whose engine is at work: it stops, what it waited for is accounted for, and it goes on only when software starts it again.</summary>
public sealed class EngineResetTests
{
    private const int Count = 8_000;
    private const long Quiet = 400; // milliseconds, after which every reset is over

    /// <summary>What resets the device.</summary>
    public enum Cause
    {
        Function,
        Cxl,
        Hot,
        Warm,
        Cold,
        LinkDown,
        Software,
    }

    public static TheoryData<Cause, string> Causes()
    {
        var causes = new TheoryData<Cause, string>();
        foreach (Cause cause in Enum.GetValues<Cause>())
        {
            causes.Add(cause, "hdm-d");
            causes.Add(cause, "hdm-db");
        }

        return causes;
    }

    [Theory]
    [MemberData(nameof(Causes))]
    public void Reset_WhileAnEngineWorks_StopsIt(Cause cause, string coherence)
    {
        bool hasFarToGo = cause == Cause.Software;
        using Experiment experiment = Prepare(coherence, out SimTime boot, rate: hasFarToGo ? ", rate: 25M/s" : "");
        Reset(experiment, cause, boot + SimDuration.FromMicroseconds(hasFarToGo ? 1 : 60));
        ExperimentReport report = Run(experiment);
        SourceReport engine = report.Sources.Single(s => s.Name == "engine");
        SourceReport other = report.Sources.Single(s => s.Name == "other");

        Assert.InRange(engine.Issued, 10, Count - 1);
        Assert.Equal(engine.Issued, engine.Reads + engine.Writes);
        Assert.Equal(1, engine.Stops);
        Assert.InRange(engine.Errors["EngineReset"], 1, 8);
        Assert.Equal(engine.Errors["EngineReset"], engine.Errors.Values.Sum());
        Assert.Equal(Count, other.Issued); // the other device's goes on
        Assert.Null(other.Stops);
        Assert.False(experiment.Built.Endpoints["g0"].Accelerator!.IsRunning);
        Assert.True(report.Expectations.Single().Passed);
        Assert.Contains("stopped by a reset", report.Expectations.Single().Measured, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Cause.Function)]
    [InlineData(Cause.Cxl)]
    [InlineData(Cause.Hot)]
    [InlineData(Cause.LinkDown)]
    public void Engine_ThatSoftwareStartsAgain_GoesOnWhereItWas(Cause cause)
    {
        using Experiment experiment = Prepare("hdm-db", out SimTime boot, memoryOfHost: true);
        Reset(experiment, cause, boot + SimDuration.FromMicroseconds(60));
        HostProgram host = experiment.Built.Programs["host0"];
        bool again = false;
        host.Post(experiment.Built.Simulation, core =>
        {
            host.StartEngines();
            again = true;
            return Task.CompletedTask;
        }, boot + SimDuration.FromMilliseconds(Quiet));
        ExperimentReport report = Run(experiment);
        SourceReport engine = report.Sources.Single(s => s.Name == "engine");

        Assert.True(again);
        Assert.Equal(Count, engine.Issued);
        Assert.Equal(Count, engine.Reads + engine.Writes);
        Assert.Equal(1, engine.Stops);
        Assert.InRange(engine.Errors["EngineReset"], 1, 8);
        Assert.True(experiment.Built.Endpoints["g0"].Accelerator!.IsRunning);
    }

    [Fact]
    public void Engine_ThatIsStartedInAReset_StaysStopped()
    {
        using Experiment experiment = Prepare("hdm-db", out SimTime boot);
        Reset(experiment, Cause.Cxl, boot + SimDuration.FromMicroseconds(60));
        experiment.Built.Simulation.Post(experiment.Built.Endpoints["g0"], EngineControl.Start(), boot + SimDuration.FromMilliseconds(20));
        ExperimentReport report = Run(experiment);
        Assert.InRange(report.Sources.Single(s => s.Name == "engine").Issued, 10, Count - 1);
    }

    [Fact]
    public void Engine_ThatIsStartedWhileItRuns_DoesNotHeedIt()
    {
        using Experiment once = Prepare("hdm-db", out SimTime boot);
        using Experiment twice = Prepare("hdm-db", out _);
        twice.Built.Simulation.Post(twice.Built.Endpoints["g0"], EngineControl.Start(), boot + SimDuration.FromMicroseconds(50));
        SourceReport[] engines = [.. new[] { once, twice }.Select(e => Run(e).Sources.Single(s => s.Name == "engine"))];
        Assert.Equal(Count, engines[1].Issued);
        Assert.Equal(engines[0].ReadLatencyNs.Mean, engines[1].ReadLatencyNs.Mean);
    }

    [Theory]
    [InlineData(Cause.Function)]
    [InlineData(Cause.Cxl)]
    [InlineData(Cause.Hot)]
    [InlineData(Cause.LinkDown)]
    public void Reset_AtAnyMomentOfAnEnginesWork_LeavesNothingUnaccounted(Cause cause)
    {
        for (int step = 0; step < 24; step++)
        {
            using Experiment experiment = Prepare(step % 2 == 0 ? "hdm-d" : "hdm-db", out SimTime boot, engineStart: "1us");
            Reset(experiment, cause, boot + SimDuration.FromMicroseconds(1) + SimDuration.FromNanoseconds(137 * step * (1 + step / 8)));
            ExperimentReport report = Run(experiment);
            SourceReport engine = report.Sources.Single(s => s.Name == "engine");
            Assert.Equal(engine.Issued, engine.Reads + engine.Writes);
            Assert.True(engine.Issued < Count, $"step {step}");
            Assert.Equal(1, engine.Stops);
            foreach (Endpoint endpoint in experiment.Built.Endpoints.Values)
                Assert.Empty(endpoint.Coherence!.UnderWay);
            Assert.Empty(experiment.Built.Hosts["host0"].Home!.UnderWay);
        }
    }

    [Fact]
    public void CxlReset_OfSoftware_AtEveryStep_FindsTheEngineStoppedByItAlone()
    {
        using Experiment experiment = Prepare("hdm-db", out SimTime boot, rate: ", rate: 40k/s");
        Endpoint device = experiment.Built.Endpoints["g0"];
        HostProgram host = experiment.Built.Programs["host0"];
        var seen = new List<(bool Initiated, bool Running)>();
        host.Post(experiment.Built.Simulation, async core =>
        {
            PciDevice function = core.Memdevs.Single(m => m.Serial == experiment.Model.Endpoints[0].Serial).Function;
            int control2 = await new ComponentLocator(core.Configuration, core.Mmio).FindDvsec(function, 0) + 0x10;
            var bus = new LookingBus(core, control2, initiated => seen.Add((initiated, device.Accelerator!.IsRunning)));
            await new CxlReset(bus, core.Mmio, core.Clock).Run(function, new RegionClaims(core));
        }, boot + SimDuration.FromMilliseconds(2));
        Run(experiment);
        Assert.Contains((false, true), seen);
        Assert.Contains((true, false), seen);
        Assert.DoesNotContain((false, false), seen);
        Assert.DoesNotContain((true, true), seen);
    }

    private static void Reset(Experiment experiment, Cause cause, SimTime at)
    {
        Endpoint device = experiment.Built.Endpoints["g0"];
        switch (cause)
        {
            case Cause.LinkDown:
                LinkedActor upper = experiment.Built.Links.Single(l => l.Lower == device).Upper;
                foreach (ulong up in (ulong[])[0, 1])
                {
                    var control = new Message { Kind = (byte)MessageKind.LinkControl, Argument = up, Payload = -1 };
                    experiment.Built.Simulation.Post(upper, control, at + SimDuration.FromMilliseconds(5) * (long)up);
                    experiment.Built.Simulation.Post(device, control, at + SimDuration.FromMilliseconds(5) * (long)up);
                }

                break;
            case Cause.Software:
                experiment.Built.Programs["host0"].Post(experiment.Built.Simulation, async core =>
                {
                    PciDevice function = core.Memdevs.Single(m => m.Serial == experiment.Model.Endpoints[0].Serial).Function;
                    await new CxlReset(core.Configuration, core.Mmio, core.Clock).Run(function, new RegionClaims(core));
                }, at);
                break;
            default:
                experiment.Built.Simulation.Post(device, ResetControl.Of(Enum.Parse<ResetKind>(cause.ToString())), at);
                break;
        }
    }

    private static ExperimentReport Run(Experiment experiment)
    {
        RunResult result = experiment.Run();
        Assert.Empty(result.Failures);
        Assert.Equal(RunOutcome.Idle, result.Outcome);
        ExperimentReport report = Reports.Of(experiment);
        Assert.All(report.Checkers, c => Assert.True(c.Violations == 0, $"{c.Name}: {c.First}"));
        return report;
    }

    private static Experiment Prepare(string coherence, out SimTime boot, string rate = "", bool memoryOfHost = false, string engineStart = "0s")
    {
        DescriptionResult file = TopologyFile.Parse($$$"""
            version: 1
            policy: {timeout: 30ms}
            profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}}
            hosts:
              host0:
                memory: 1GiB
                cache: {size: 64KiB}
                windows: [{base: 0x20_0000_0000, size: 8GiB, targets: [hb0], allow: [type2, volatile, back-invalidate]}]
                bridges: {hb0: {rp0: g0, rp1: g1}}
            endpoints:
              g0: {type: 2, memory: 1GiB, coherence: {{{coherence}}}, cache: {size: 16KiB}}
              g1: {type: 2, memory: 1GiB, coherence: {{{coherence}}}, cache: {size: 16KiB}}
            regions:
              r0: {endpoints: [g0], size: 1GiB}
              r1: {endpoints: [g1], size: 1GiB}
            workloads:
              engine: {from: g0, to: {{{(memoryOfHost ? "{memory: true, size: 16MiB}" : "{base: 0x20_0000_0000, size: 16MiB}")}}}, pattern: random, reads: 60%, outstanding: 8, count: {{{Count}}}, start: {{{engineStart}}}{{{rate}}} }
              other: {from: g1, to: {memory: true, size: 32KiB}, pattern: random, reads: 50%, outstanding: 4, count: {{{Count}}}}
            expect: [every transaction completes once]

            """, "engine.yaml");
        Assert.Equal("", string.Join("\n", file.Errors));
        boot = SimTime.Zero + BootTime.Of(file.Model!);
        return Experiment.Prepare(file.Model!, new ExperimentOptions());
    }

    /// <summary>Configuration space, with a look at something before each access.</summary>
    private sealed class LookingBus(CxlCore core, int control2, Action<bool> look) : IConfigurationBus
    {
        private const uint InitiateReset = 4;
        private bool initiated;

        public Task<uint> ReadConfig(Bdf function, int offset, int bytes = 4)
        {
            look(initiated);
            return core.Configuration.ReadConfig(function, offset, bytes);
        }

        public async Task WriteConfig(Bdf function, int offset, uint value, int bytes = 4)
        {
            look(initiated);
            await core.Configuration.WriteConfig(function, offset, value, bytes);
            initiated |= offset == control2 && (value & InitiateReset) != 0;
        }
    }
}
