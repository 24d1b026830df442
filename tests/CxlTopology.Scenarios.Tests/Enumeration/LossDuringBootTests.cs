using CxlTopology.Description;
using CxlTopology.Fabric;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Enumeration;

/// <summary>A link fails at some time of the boot, firmware's part or the core's: the host boots all the same, and says which region is not there.</summary>
public sealed class LossDuringBootTests
{
    private const string Yaml = """
        version: 1
        profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}}
        hosts:
          host0:
            windows: [{base: 0x10_0000_0000, size: 4GiB, targets: [hb0]}]
            bridges: {hb0: {passthrough: false, ports: {rp0: {switch: sw0, ports: {dsp0: m0, dsp1: m1}}, rp1: m2}}}
        endpoints:
          m0: &mem {type: 3, memory: 1GiB}
          m1: {type: 2, memory: 1GiB, coherence: hdm-db}
          m2: *mem
        regions:
          region0: {endpoints: [m0, m2], size: 1GiB}
          region1: {endpoints: [m1], size: 512MiB}
        """;

    [Theory]
    [InlineData("m0")]
    [InlineData("m1")]
    [InlineData("sw0")]
    public void Boot_WhileALinkFails_EndsWithWhatIsLeft(string below)
    {
        (HostProgram whole, SimTime end) = Boot(below, null);
        Assert.Equal(["region0", "region1"], whole.NamedRegions.Keys.Order());

        int lost = 0;
        foreach (SimTime at in Times(end))
        {
            (HostProgram program, _) = Boot(below, at);
            CoreState.Check(program.Core!, $"{below} at {at}");
            Assert.Equal(2, program.NamedRegions.Count + program.BootProblems.Count);
            lost += program.BootProblems.Count > 0 ? 1 : 0;
        }

        Assert.True(lost > 20, $"regions were lost {lost} times");
    }

    /// <summary>Closely in firmware's part, which is short; then, for the core mostly waits, over all of the boot.</summary>
    private static IEnumerable<SimTime> Times(SimTime end)
    {
        for (int i = 0; i < 40; i++)
            yield return SimTime.Zero + SimDuration.FromNanoseconds(1 + 4_999 * i);
        for (int i = 1; i < 40; i++)
            yield return SimTime.Zero + new SimDuration(end.Femtoseconds / 40 * i);
    }

    private static (HostProgram Program, SimTime End) Boot(string below, SimTime? at)
    {
        DescriptionResult read = TopologyFile.Parse(Yaml, "loss.yaml");
        Assert.Equal("", string.Join("\n", read.Errors));
        BuiltTopology built = TopologyBuilder.Build(read.Model!, new SimulationOptions());
        if (at is { } time)
        {
            LinkedActor lower = below == "sw0" ? built.Switches["sw0"].Upstream : built.Endpoints[below];
            var down = new Message { Kind = (byte)MessageKind.LinkControl, Payload = -1 };
            built.Simulation.Post(built.Links.Single(l => l.Lower == lower).Upper, down, time);
            built.Simulation.Post(lower, down, time);
        }

        RunResult result = built.Simulation.Run();
        Assert.Equal([], result.Failures.Select(f => f.ToString()));
        Assert.Equal(RunOutcome.Idle, result.Outcome);
        HostProgram program = built.Programs["host0"];
        Assert.True(program.Finished > SimTime.Zero);
        return (program, program.Finished);
    }
}
