using CxlTopology.Software;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>One test a row of the error numbers of the geometry, which is worked out when the last target is attached.</summary>
public sealed class GeometryErrnoTests
{
    /// <summary>Behind one host bridge: a switch with two devices on each of two root ports, and a device on each of two others.</summary>
    private const string Mixed = """
        version: 1
        hosts:
          host0:
            windows: [{base: 0x10_0000_0000, size: 8GiB, targets: [hb0]}]
            bridges:
              hb0:
                rp0: {switch: sw0, ports: {dsp0: m0, dsp1: m1}}
                rp1: {switch: sw1, ports: {dsp0: m2, dsp1: m3}}
                rp2: m4
                rp3: m5
        endpoints: {m0: &m {type: 3, memory: 1GiB}, m1: *m, m2: *m, m3: *m, m4: *m, m5: *m}
        """;

    [Fact]
    public void Attach_ThreeTargetsOfAPort_IsEINVAL()
    {
        CoreMachine machine = CoreMachine.Boot(Mixed);

        FailingLast(machine, Errno.EINVAL, ["m0", "m4", "m1", "m5"], "3 targets", machine.Bridge().Name, "power of two");
    }

    [Fact]
    public void Attach_GranularityAbove16KiB_IsEINVAL()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges.Replace("granularity: 1KiB", "granularity: 16KiB", StringComparison.Ordinal));

        FailingLast(machine, Errno.EINVAL, ["m0", "m2"], "32768", "16384", machine.Bridge().Name);
    }

    [Fact]
    public void Attach_PortThatCannotSelectByTheBits_IsENXIO()
    {
        CoreMachine machine = CoreMachine.Boot(Texts.OneBridge(bridge: "interleave: {14-12: false}"));
        CxlRegion region = machine.Sized(2, 4096, "512MiB");
        machine.Regions.Attach(region, 0, machine.WithMemory("m0"));
        CxlEndpointDecoder last = machine.WithMemory("m1");

        Failing.With(Errno.ENXIO, () => machine.Regions.Attach(region, 1, last), machine.Bridge().Decoders[0].Name, "2 ways of 4096 bytes", "bit 9");
    }

    [Fact]
    public void Attach_NeighboursBehindOnePort_IsENXIO()
    {
        CoreMachine machine = CoreMachine.Boot(Mixed);

        FailingLast(machine, Errno.ENXIO, ["m0", "m1", "m2", "m3"], machine.Memdev("m1").Name, "position 1", "first 2 positions");
    }

    [Fact]
    public void Attach_PeerBehindAnotherPort_IsENXIO()
    {
        CoreMachine machine = CoreMachine.Boot(Mixed);

        FailingLast(machine, Errno.ENXIO, ["m0", "m2", "m3", "m1"], machine.Memdev("m3").Name, "position 2", machine.Memdev("m0").Name, "position 0");
    }

    [Fact]
    public void Attach_LastOneThatFails_LeavesTheTargetsAndCanBeTakenBack()
    {
        CoreMachine machine = CoreMachine.Boot(Mixed);
        CxlRegion region = FailingLast(machine, Errno.ENXIO, ["m0", "m1", "m2", "m3"]);
        Assert.Equal((CxlRegionState.InterleaveActive, 4), (region.State, region.TargetCount));

        machine.Do(() => machine.Regions.Delete(region));

        Assert.All(machine.Core.Ports.SelectMany(p => p.Decoders), d => Assert.Null(d.Region));
        CxlRegion right = machine.Sized(4, 256, "1GiB");
        foreach ((string name, int position) in new[] { ("m0", 0), ("m2", 1), ("m1", 2), ("m3", 3) })
            machine.Regions.Attach(right, position, machine.Decoder(name));
        Assert.Equal(CxlRegionState.Active, right.State);
    }

    [Theory]
    [InlineData(2, 512, "0, 1", "2 ways of 512 bytes", "2 ways of 256 bytes")]
    [InlineData(4, 256, "0, 1, 2, 3", "4 ways of 256 bytes", "2 ways of 256 bytes")]
    public void Assemble_PortProgrammedOtherwise_IsENXIO(int ways, int granularity, string targets, params string[] parts)
    {
        string text = ways == 2 ? FirmwareTexts.TwoWays(targets, ways, granularity) : FourPorts(targets, granularity);
        CoreMachine machine = CoreMachine.Boot(text);

        CxlRegion region = Assert.Single(machine.Core.Regions);
        Assert.Equal((CxlRegionState.InterleaveActive, 2, false), (region.State, region.TargetCount, region.Enabled));
        string line = Assert.Single(machine.Core.Log, l => l.Contains("(ENXIO)", StringComparison.Ordinal));
        Assert.All(parts, p => Assert.Contains(p, line, StringComparison.Ordinal));
    }

    private static string FourPorts(string targets, int granularity) => Texts.OneBridge(4, more: $$"""
        firmware:
          - {component: hb0, decoder: 0, base: 0x10_0000_0000, size: 512MiB, ways: 4, granularity: {{granularity}}B, targets: [{{targets}}]}
          - {component: m0, decoder: 0, base: 0x10_0000_0000, size: 512MiB, ways: 2}
          - {component: m1, decoder: 0, base: 0x10_0000_0000, size: 512MiB, ways: 2}
        """);

    private static CxlRegion FailingLast(CoreMachine machine, Errno errno, string[] endpoints, params string[] parts)
    {
        int granularity = machine.Window().Interleave.Granularity;
        CxlRegion region = machine.Sized(endpoints.Length, granularity, $"{256 * endpoints.Length}MiB");
        for (int i = 0; i < endpoints.Length - 1; i++)
            machine.Regions.Attach(region, i, machine.WithMemory(endpoints[i]));
        CxlEndpointDecoder last = machine.WithMemory(endpoints[^1]);
        Failing.With(errno, () => machine.Regions.Attach(region, endpoints.Length - 1, last), parts);
        return region;
    }
}
