namespace CxlTopology.Description.Tests.Firmware;

public sealed class FirmwareTests
{
    private static IReadOnlyList<FirmwareEntry> Load(string entry)
    {
        DescriptionResult result = TopologyFile.Parse(
            "version: 1\nhosts: {a: {bridges: {hb0: {rp0: m, rp1: {switch: sw0, ports: {d: n}}}}}, b: {bridges: {hb0: {rp0: o, rp1: }}}}\n"
            + "endpoints: {m: {type: 3, memory: 1GiB}, n: {type: 3, memory: 1GiB}, o: {type: 3, memory: 1GiB}}\nfirmware:\n  - " + entry
                + "\n", "test.yaml");
        Assert.Equal("", string.Join("\n", result.Errors));
        return result.Model!.Firmware;
    }

    [Fact]
    public void Read_Decoder_KeepsWhatIsWritten()
    {
        FirmwareDecoder decoder = Assert.IsType<FirmwareDecoder>(Assert.Single(
            Load("{component: b.hb0, decoder: 1, base: 0x1_1000_0000, size: 1GiB, ways: 2, granularity: 512B, targets: [0, 7], type: "
                + "device, lock: true, commit: false}")));

        Assert.Equal(new FirmwareComponent(FirmwareTargetKind.HostBridge, "b", "hb0"), decoder.Component);
        Assert.Equal((1, 0x1_1000_0000UL, 1UL << 30, 2, 512),
            (decoder.Decoder, decoder.Base.Value, decoder.Size.Bytes, decoder.Ways, decoder.Granularity));
        Assert.Equal([0, 7], decoder.Targets);
        Assert.Equal((false, true, false), (decoder.HostOnly, decoder.Lock, decoder.Commit));
    }

    [Fact]
    public void Read_EndpointDecoder_HasSkip() =>
        Assert.Equal(1UL << 28, Assert.IsType<FirmwareDecoder>(
            Load("{component: n, decoder: 0, base: 64GiB, size: 256MiB, skip: 256MiB}")[0]).Skip.Bytes);

    [Fact]
    public void Read_Register_KeepsOffsetAndValue()
    {
        FirmwareRegister register = Assert.IsType<FirmwareRegister>(Load("{component: sw0, offset: 0x20, value: 0xFFFF_FFFF}")[0]);

        Assert.Equal((FirmwareTargetKind.Switch, "a", 0x20, uint.MaxValue),
            (register.Component.Kind, register.Component.Host, register.Offset, register.Value));
    }

    [Fact]
    public void Read_DvsecControl_KeepsValue() =>
        Assert.Equal(6, Assert.IsType<FirmwareDvsecControl>(Load("{component: m, dvsec-control: 0x6}")[0]).Value);
}
