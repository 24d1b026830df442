using CxlTopology.Description;
using CxlTopology.Experiments;
using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Resets;

/// <summary>A member of a region that the CXL core has made is reset by the host's software, under load.</summary>
public sealed class MemberResetTests
{
    private static readonly SimDuration soon = SimDuration.FromMilliseconds(3);

    [Theory]
    [InlineData("", null, "Timeout")]
    [InlineData(", reset: {time: 60ms}", null, "Timeout")]
    [InlineData(", reset: {outcome: error}", Errno.EIO, "Timeout")]
    [InlineData(", reset: {outcome: never}", Errno.ETIMEDOUT, "Timeout")]
    [InlineData(", reset: {outcome: late}", Errno.ETIMEDOUT, "MemoryDisabled")]
    public void CxlReset_OfARegionsMember_EndsAsTheDeviceDoes(string behaviour, Errno? expected, string reason)
    {
        using Experiment experiment = Prepare(behaviour, out SimTime at);
        Errno? end = null;
        bool ended = false;
        HostProgram host = experiment.Built.Programs["host0"];
        host.Post(experiment.Built.Simulation, async core =>
        {
            end = await Reset(core, 0);
            ended = true;
        }, at);
        RunResult result = experiment.Run();
        ExperimentReport report = Reports.Of(experiment);
        SourceReport source = report.Sources.Single(s => s.Name == "load");

        Assert.True(ended);
        Assert.Equal(expected, end);
        Assert.Equal(RunOutcome.Idle, result.Outcome);
        Assert.Equal(source.Issued, source.Reads + source.Writes);
        Assert.Contains(reason, source.Errors.Keys);
        Assert.All(report.Checkers, c => Assert.True(c.Violations == 0, $"{c.Name}: {c.First}"));
        CxlRegion region = host.NamedRegions["both"];
        Assert.Equal(CxlRegionState.Commit, region.State);
        Assert.Equal(expected is null, experiment.Built.Endpoints["g0"].Decoders.Touched.Any(d => d.Settings.Committed));
        Assert.Contains(experiment.Built.Endpoints["g1"].Decoders.Touched, d => d.Settings.Committed);
    }

    [Fact]
    public void CxlReset_OfARegionsMember_LetsItsMemoryBeUsedAgain()
    {
        using Experiment experiment = Prepare("", out SimTime at);
        HostProgram host = experiment.Built.Programs["host0"];
        var seen = new List<ulong>();
        host.Post(experiment.Built.Simulation, async core =>
        {
            ulong first = host.NamedRegions["both"].Base.Value + (64UL << 20); // where nobody else writes
            byte[] word = new byte[8];
            for (ulong line = 0; line < 16; line++)
            {
                BitConverter.TryWriteBytes(word, line + 1);
                Assert.Equal(AccessStatus.Ok, await core.Memory.WriteMemory(first + 64 * line, word));
            }

            Assert.Null(await Reset(core, 0));
            Assert.Null(await Reset(core, 1));
            for (ulong line = 0; line < 16; line++)
            {
                Assert.Equal(AccessStatus.Ok, await core.Memory.ReadMemory(first + 64 * line, word));
                seen.Add(BitConverter.ToUInt64(word));
            }
        }, at);
        RunResult result = experiment.Run();

        Assert.Empty(result.Failures);
        Assert.Equal(Enumerable.Range(1, 16).Select(i => (ulong)i), seen);
    }

    [Fact]
    public void CxlReset_OfAMemberWhoseMemoryIsInUse_IsBusy()
    {
        using Experiment experiment = Prepare("", out SimTime at);
        HostProgram host = experiment.Built.Programs["host0"];
        Errno? end = null;
        host.Post(experiment.Built.Simulation, async core =>
        {
            CxlRegion region = host.NamedRegions["both"];
            var claims = new RegionClaims(core);
            Assert.True(claims.TryClaim(region.Base.Value, 64)); // somebody else's
            end = await Reset(core, 0, claims);
        }, at);
        experiment.Run();

        Assert.Equal(Errno.EBUSY, end);
    }

    private static async Task<Errno?> Reset(CxlCore core, int memdev, RegionClaims? claims = null)
    {
        try
        {
            await new CxlReset(core.Configuration, core.Mmio, core.Clock).Run(core.Memdevs[memdev].Function, claims ?? new RegionClaims(core));
            return null;
        }
        catch (ErrnoException error)
        {
            return error.Errno;
        }
    }

    private static Experiment Prepare(string behaviour, out SimTime at)
    {
        DescriptionResult file = TopologyFile.Parse($$$"""
            version: 1
            policy: {timeout: 1ms}
            profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}}
            hosts:
              host0:
                windows: [{base: 0x20_0000_0000, size: 8GiB, targets: [hb0, hb1], granularity: 512B, allow: [type2, volatile]}]
                bridges: {hb0: {rp0: g0, rp1: }, hb1: {rp0: g1, rp1: }}
            endpoints:
              g0: {type: 2, memory: 1GiB, coherence: hdm-d{{{behaviour}}}}
              g1: {type: 2, memory: 1GiB, coherence: hdm-d}
            regions:
              both: {endpoints: [g0, g1], granularity: 512B, size: 2GiB}
            workloads:
              load: {to: {base: 0x20_0000_0000, size: 16MiB}, pattern: random, reads: 60%, outstanding: 64, rate: 20k/s, count: 5000}

            """, "member.yaml");
        Assert.Empty(file.Errors);
        at = SimTime.Zero + BootTime.Of(file.Model!) + soon;
        return Experiment.Prepare(file.Model!, new ExperimentOptions());
    }
}
