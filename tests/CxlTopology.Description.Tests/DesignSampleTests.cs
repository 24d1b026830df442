namespace CxlTopology.Description.Tests;

/// <summary>The sample every reader of the format sees first loads as it stands, apart from the faults this version does not run.</summary>
public sealed class DesignSampleTests
{
    private const string Sample = """
        version: 1
        name: two-level
        seed: 1
        profiles: {link: {rate: 64GT/s, width: x8, flit: 256B}, endpoint: asic-gen6}
        hosts:
          host0:
            memory: 16GiB
            windows:
              - {base: 0x10_0000_0000, size: 16GiB, targets: [hb0, hb1], granularity: 1KiB, allow: [type2, type3, volatile]}
            bridges:
              hb0: {rp0: {switch: sw0, ports: {dsp0: gpu0, dsp1: gpu1}}}
              hb1: {rp0: {switch: sw1, ports: {dsp0: gpu2, dsp1: gpu3}}}
        endpoints:
          gpu0: &gpu {type: 2, memory: 4GiB, decoders: 4, coherence: hdm-db}
          gpu1: *gpu
          gpu2: *gpu
          gpu3: *gpu
        regions:
          region0: {window: 0, endpoints: [gpu0, gpu2, gpu1, gpu3], granularity: 1KiB, size: 16GiB}
        workloads:
          scan:  {from: host0, to: region0, pattern: random, reads: 70%, outstanding: 64, count: 1_000_000}
        expect:
          - every transaction completes once
          - host0.reads.p99 < 2us

        """;

    [Fact]
    public void Parse_Sample_HasNoError() => Assert.Empty(TopologyFile.Parse(Sample, "two-level.yaml").Errors);

    [Fact]
    public void Parse_SampleWithFaults_SaysThatTheyAreNotRun()
    {
        DescriptionError error = Assert.Single(
            TopologyFile.Parse(Sample + "faults:\n  - {at: 40us, on: sw0.dsp1, fault: link-down, for: 5us}\n", "two-level.yaml").Errors);

        Assert.Equal((DescriptionErrorCode.NotSupportedYet, 25, 1), (error.Code, error.Line, error.Column));
    }

    [Fact]
    public void Parse_SampleCutAnywhere_NeverThrows()
    {
        for (int length = 0; length < Sample.Length; length++)
        {
            DescriptionResult result = TopologyFile.Parse(Sample[..length], "cut.yaml");
            Assert.Equal(result.Model is null, result.Errors.Count > 0);
        }
    }

    [Fact]
    public void Parse_SampleWithAnyCharacterReplaced_NeverThrows()
    {
        const string strange = ":{}[],&*!|>'\"%@`#-?\t\n 0x9é\u2028";
        for (int at = 0; at < Sample.Length; at++)
        {
            char replacement = strange[at % strange.Length];
            DescriptionResult result = TopologyFile.Parse(Sample[..at] + replacement + Sample[(at + 1)..], "changed.yaml");
            Assert.Equal(result.Model is null, result.Errors.Count > 0);
            Assert.All(result.Errors, error => Assert.NotEmpty(error.Render()));
        }
    }

    [Fact]
    public void Parse_SampleWithAnyLineDoubledOrLeftOut_NeverThrows()
    {
        string[] lines = Sample.Split('\n');
        for (int at = 0; at < lines.Length; at++)
        {
            Assert.NotNull(TopologyFile.Parse(string.Join('\n', lines.Take(at).Concat(lines.Skip(at + 1))), "shorter.yaml"));
            Assert.NotNull(TopologyFile.Parse(string.Join('\n', lines.Take(at + 1).Concat(lines.Skip(at))), "longer.yaml"));
        }
    }
}
