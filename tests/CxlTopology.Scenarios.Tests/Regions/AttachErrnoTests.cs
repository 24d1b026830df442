using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Scenarios.Tests.Regions;

/// <summary>One test a row of the error numbers of attaching an endpoint decoder to a region.</summary>
public sealed class AttachErrnoTests
{
    private readonly CoreMachine machine = CoreMachine.Boot(Texts.TwoBridges);

    private CxlRegions Regions => machine.Regions;

    [Fact]
    public void Attach_UnknownDecoder_IsENODEV()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");

        Failing.With(Errno.ENODEV, () => Regions.Attach(region, 0, "decoder99.0"), "decoder99.0", "target0 of region0");
    }

    [Fact]
    public void Attach_DecoderOfAPort_IsEINVAL()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");
        CxlPort bridge = machine.Bridge();

        Failing.With(Errno.EINVAL, () => Regions.Attach(region, 0, bridge.Decoders[0].Name), bridge.Decoders[0].Name, bridge.Name, "endpoint");
    }

    [Fact]
    public void Attach_ByName_Works()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");

        Regions.Attach(region, 1, machine.WithMemory("m2").Name);

        Assert.Same(machine.Decoder("m2"), region.Targets[1]);
    }

    [Theory]
    [InlineData("11-8: false", 256, 2, "bit 8: 11 to 8")]
    [InlineData("14-12: false", 4096, 2, "bit 9: 14 to 12")]
    public void Attach_EndpointThatCannotSelectByTheBits_IsENXIO(string interleave, int granularity, int ways, string part)
    {
        CoreMachine limited = CoreMachine.Boot(Texts.OneBridge(endpoint: $"interleave: {{{interleave}}}"));
        CxlRegion region = limited.Sized(ways, granularity, "512MiB");
        CxlEndpointDecoder decoder = limited.WithMemory("m0");

        Failing.With(Errno.ENXIO, () => limited.Regions.Attach(region, 0, decoder), decoder.Name, $"{ways} ways of {granularity} bytes", part);
    }

    [Fact]
    public void Attach_EndpointThatHasNotSixteenWays_IsENXIO()
    {
        CoreMachine limited = CoreMachine.Boot(Texts.OneBridge(16, endpoint: "interleave: {16: false}"));
        CxlRegion region = limited.Sized(16, 256, "4GiB");
        CxlEndpointDecoder decoder = limited.WithMemory("m0");

        Failing.With(Errno.ENXIO, () => limited.Regions.Attach(region, 0, decoder), decoder.Name, "16 ways", "bit 12");
    }

    [Fact]
    public void Attach_EndpointThatHasNotThreeWays_IsENXIO()
    {
        CoreMachine limited = CoreMachine.Boot(
            """
            version: 1
            hosts:
              host0:
                windows: [{base: 0x12_0000_0000, size: 3GiB, targets: [hb0, hb1, hb2]}]
                bridges: {hb0: {rp0: m0}, hb1: {rp0: m1}, hb2: {rp0: m2}}
            endpoints: {m0: &m {type: 3, memory: 1GiB, interleave: {3-6-12: false}}, m1: *m, m2: *m}
            """);
        CxlRegion region = limited.Sized(3, limited.Window().Interleave.Granularity, "768MiB");
        CxlEndpointDecoder decoder = limited.WithMemory("m0");

        Failing.With(Errno.ENXIO, () => limited.Regions.Attach(region, 0, decoder), decoder.Name, "3 ways", "bit 11");
    }

    [Fact]
    public void Attach_DecoderWithoutPartition_IsENODEV()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");

        Failing.With(Errno.ENODEV, () => Regions.Attach(region, 0, machine.Decoder("m0")), machine.Decoder("m0").Name, "mode", "ram");
    }

    [Fact]
    public void Attach_DecoderOfTheOtherPartition_IsEINVAL()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");
        CxlEndpointDecoder decoder = machine.WithMemory("m0", isPersistent: true);

        Failing.With(Errno.EINVAL, () => Regions.Attach(region, 0, decoder), decoder.Name, "pmem", "ram");
    }

    [Fact]
    public void Attach_ToARegionWithAllTargets_IsEBUSY()
    {
        CxlRegion region = machine.Attached("512MiB", 1024, "m0", "m2");
        CxlEndpointDecoder decoder = machine.WithMemory("m1");

        Failing.With(Errno.EBUSY, () => Regions.Attach(region, 0, decoder), "region0", "2 targets", decoder.Name);
    }

    [Fact]
    public void Attach_ToARegionWithoutSize_IsENXIO()
    {
        CxlRegion region = Regions.Create(machine.Window(), isPersistent: false);
        Regions.SetWays(region, 2);
        Regions.SetGranularity(region, 1024);
        CxlEndpointDecoder decoder = machine.WithMemory("m0");

        Failing.With(Errno.ENXIO, () => Regions.Attach(region, 0, decoder), "region0", "no size", decoder.Name);
    }

    [Fact]
    public void Attach_MoreThanThereAreWays_IsEINVAL()
    {
        // The geometry refuses the last target, which stays: so all are there, and the region is not complete.
        CoreMachine coarse = CoreMachine.Boot(Texts.TwoBridges.Replace("granularity: 1KiB", "granularity: 16KiB", StringComparison.Ordinal));
        CxlRegion region = coarse.Sized(2, 16384, "512MiB");
        coarse.Regions.Attach(region, 0, coarse.WithMemory("m0"));
        Assert.Throws<ErrnoException>(() => coarse.Regions.Attach(region, 1, coarse.WithMemory("m2")));
        CxlEndpointDecoder third = coarse.WithMemory("m1");

        Failing.With(Errno.EINVAL, () => coarse.Regions.Attach(region, 0, third), "all 2 positions of region0", third.Name);
    }

    [Fact]
    public void Attach_DeviceBehindAnotherHostBridge_IsENXIO()
    {
        CxlRegion region = machine.Sized(window: 1);
        CxlEndpointDecoder decoder = machine.WithMemory("m2");

        Failing.With(Errno.ENXIO, () => Regions.Attach(region, 0, decoder), machine.Memdev("m2").Name, machine.Bridge(1).Host, "decoder0.1", machine.Bridge().Host);
    }

    [Fact]
    public void Attach_AcceleratorToARegionOfExpanders_IsENXIO()
    {
        CoreMachine accelerator = CoreMachine.Boot(Accelerators.Text());
        CxlRegion region = accelerator.Sized();
        CxlEndpointDecoder decoder = accelerator.WithMemory("g0");

        Failing.With(Errno.ENXIO, () => accelerator.Regions.Attach(region, 0, decoder), decoder.Name, "device coherent", "host-only");
    }

    [Fact]
    public void Attach_DecoderWithoutDpa_IsENXIO()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");
        DeviceMemory.SetMode(machine.Decoder("m0"), isPersistent: false);

        Failing.With(Errno.ENXIO, () => Regions.Attach(region, 0, machine.Decoder("m0")), machine.Decoder("m0").Name, "no device memory", "256MiB");
    }

    [Fact]
    public void Attach_DecoderWithAnotherSize_IsEINVAL()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");
        CxlEndpointDecoder decoder = machine.WithMemory("m0", "512MiB");

        Failing.With(Errno.EINVAL, () => Regions.Attach(region, 0, decoder), "dpa_size 512MiB", decoder.Name, "2 ways", "256MiB would be");
    }

    [Fact]
    public void Attach_ToAnAutomaticRegion_IsEINVAL()
    {
        CoreMachine auto = CoreMachine.Boot(FirmwareTexts.HalfOfTwoWays);
        CxlRegion region = Assert.Single(auto.Core.Regions);
        CxlEndpointDecoder decoder = auto.WithMemory("m1");

        Failing.With(Errno.EINVAL, () => auto.Regions.Attach(region, 1, decoder), decoder.Name, "target1", "firmware");
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(2)]
    public void Attach_AtAPositionThatDoesNotExist_IsENXIO(int position)
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");
        CxlEndpointDecoder decoder = machine.WithMemory("m0");

        Failing.With(Errno.ENXIO, () => Regions.Attach(region, position, decoder), $"target{position}", "0 to 1");
    }

    [Fact]
    public void Detach_AtAPositionThatDoesNotExist_IsENXIO()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");

        Failing.With(machine, Errno.ENXIO, () => Regions.Detach(region, 2), "target2", "2 ways");
    }

    [Fact]
    public void Attach_AtAPositionThatIsTaken_IsEBUSY()
    {
        CxlRegion region = machine.Sized(4, 1024, "1GiB");
        Regions.Attach(region, 0, machine.WithMemory("m0"));
        CxlEndpointDecoder decoder = machine.WithMemory("m1");

        Failing.With(Errno.EBUSY, () => Regions.Attach(region, 0, decoder), "target0", machine.Decoder("m0").Name, decoder.Name);
    }

    [Fact]
    public void Attach_ADeviceTwice_IsEBUSY()
    {
        CxlRegion region = machine.Sized(4, 1024, "1GiB");
        Regions.Attach(region, 0, machine.WithMemory("m0"));
        CxlEndpointDecoder second = machine.WithMemory("m0", instance: 1);

        Failing.With(Errno.EBUSY, () => Regions.Attach(region, 2, second), machine.Memdev("m0").Name, "position 0", machine.Decoder("m0").Name);
    }

    [Fact]
    public void Attach_AtAPositionThatTheWindowSendsElsewhere_IsENXIO()
    {
        CxlRegion region = machine.Sized(2, 1024, "512MiB");
        CxlEndpointDecoder decoder = machine.WithMemory("m2");

        Failing.With(Errno.ENXIO, () => Regions.Attach(region, 0, decoder), "position 0", machine.Bridge(1).Host, machine.Bridge().Host);
    }

    [Fact]
    public void Attach_BelowAPortWithARegionAtHigherAddresses_IsEBUSY()
    {
        CxlRegion upper = machine.Sized(window: 1);
        Regions.Attach(upper, 0, machine.WithMemory("m0"));
        CxlRegion lower = machine.Sized(2, 1024, "512MiB");
        CxlEndpointDecoder decoder = machine.WithMemory("m1");

        Failing.With(Errno.EBUSY, () => Regions.Attach(lower, 0, decoder), machine.Bridge().Name, upper.Name, "0x2000000000", "0x1000000000");
        Assert.Null(decoder.Region);
    }

    [Fact]
    public void Attach_DecoderOfAnotherRegion_IsEBUSY()
    {
        CxlRegion first = machine.Sized(4, 1024, "1GiB");
        CxlEndpointDecoder decoder = machine.WithMemory("m0");
        Regions.Attach(first, 0, decoder);
        CxlRegion second = machine.Sized(4, 1024, "1GiB");

        Failing.With(Errno.EBUSY, () => Regions.Attach(second, 0, decoder), decoder.Name, "region0", second.Name);
    }

    [Fact]
    public void Attach_BelowAPortWhoseDecodersAreAllCommitted_IsEBUSY()
    {
        CoreMachine single = CoreMachine.Boot(Texts.OneBridge(bridge: "decoders: 1"));
        single.Committed("256MiB", 256, "m0");
        CxlRegion second = single.Sized();
        CxlEndpointDecoder decoder = single.WithMemory("m1");

        Failing.With(Errno.EBUSY, () => single.Regions.Attach(second, 0, decoder), single.Bridge().Name, "all of its 1 are committed");
    }

    [Fact]
    public void Attach_BelowAPortWhoseNextDecoderIsReserved_IsEBUSY()
    {
        CoreMachine one = CoreMachine.Boot(Texts.OneBridge());
        one.Attached("256MiB", 256, "m0");
        CxlRegion second = one.Sized();
        CxlEndpointDecoder decoder = one.WithMemory("m1");

        Failing.With(Errno.EBUSY, () => one.Regions.Attach(second, 0, decoder), one.Bridge().Decoders[0].Name, "reserved for region0");
    }

    [Fact]
    public void Attach_BelowAPortWithAHole_IsEBUSY()
    {
        CoreMachine one = CoreMachine.Boot(Texts.OneBridge());
        CxlRegion lower = one.Committed("256MiB", 256, "m0");
        one.Committed("256MiB", 256, "m1");
        one.Do(() => one.Regions.Delete(lower)); // its decoder, the first, is reset before the second
        CxlRegion third = one.Sized(1, 256, "512MiB");
        CxlEndpointDecoder decoder = one.WithMemory("m1", "512MiB", instance: 1);

        Failing.With(Errno.EBUSY, () => one.Regions.Attach(third, 0, decoder), one.Bridge().Decoders[0].Name, "out of order", one.Bridge().Decoders[1].Name);
        Assert.Contains(one.Core.Log, l => l.Contains("reset out of order", StringComparison.Ordinal));
    }

    [Fact]
    public void Attach_MoreTargetsThanAPortHas_IsENXIO()
    {
        CoreMachine narrow = CoreMachine.Boot(Texts.OneBridge(bridge: "targets: 1"));
        CxlRegion region = narrow.Sized(2, 256, "512MiB");
        narrow.Regions.Attach(region, 0, narrow.WithMemory("m0"));
        CxlEndpointDecoder decoder = narrow.WithMemory("m1");

        Failing.With(Errno.ENXIO, () => narrow.Regions.Attach(region, 1, decoder), "2 targets", narrow.Bridge().Name, "holds 1");
        Assert.Null(decoder.Region);
    }

    [Fact]
    public void Attach_MoreThanEightTargetsOfAPort_IsENXIO()
    {
        CoreMachine wide = CoreMachine.Boot(Texts.OneBridge(16));
        CxlRegion region = wide.Sized(16, 256, "4GiB");
        for (int i = 0; i < 8; i++)
            wide.Regions.Attach(region, i, wide.WithMemory($"m{i}"));
        CxlEndpointDecoder decoder = wide.WithMemory("m8");

        Failing.With(Errno.ENXIO, () => wide.Regions.Attach(region, 8, decoder), "9 targets", "holds 8");
    }
}
