using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Software.Tests.Regions;

/// <summary>The register accesses of a commit and of a reset, one after the other.</summary>
public sealed class DecoderProgrammerTests
{
    private const ulong At = 0x1000;
    private readonly FakeDecoders registers = new();
    private readonly List<string> log = [];
    private readonly DecoderProgrammer programmer;

    public DecoderProgrammerTests() => programmer = new DecoderProgrammer(registers, registers, log);

    [Fact]
    public async Task Commit_OfAnEndpoint_WritesHighHalvesFirstAndControlLast()
    {
        CxlEndpointDecoder decoder = Endpoint(Port(CxlPortKind.Endpoint), 0);
        (decoder.Base, decoder.Size, decoder.DpaSkip) = (new Hpa(0x12_3000_0000), new ByteSize(0x1_4000_0000), new ByteSize(0x2_5000_0000));
        decoder.Interleave = Interleave.Of(2, 1024);

        await programmer.Commit(decoder, backInvalidate: false);

        Assert.Equal(
            ["R 1020", "W 1014=12", "W 1010=30000000", "W 101c=1", "W 1018=40000000", "W 1028=2", "W 1024=50000000", "W 1020=1212", "R 1020"],
            registers.Accesses);
        Assert.Equal((true, 0), (decoder.Enabled, decoder.Port.CommitEnd));
    }

    [Fact]
    public async Task Commit_OfAPort_WritesTheTargetsInTheirOrder()
    {
        CxlPort port = Port(CxlPortKind.HostBridge);
        CxlSwitchDecoder decoder = Switch(port, 0);
        foreach (int id in (int[])[3, 1, 7, 2])
            decoder.Targets.Add(new CxlDport { Port = port, Id = id, Name = $"rp{id}" });
        decoder.Interleave = Interleave.Of(4, 256);

        await programmer.Commit(decoder, backInvalidate: false);

        Assert.Contains("W 1024=2070103", registers.Accesses);
        Assert.Contains("W 1020=1220", registers.Accesses);
    }

    [Fact]
    public async Task Commit_KeepsTheOtherBitsOfControl()
    {
        CxlEndpointDecoder decoder = Endpoint(Port(CxlPortKind.Endpoint), 0);
        await registers.WriteMmio(At + 0x20, 0x0F00_4055);

        await programmer.Commit(decoder, backInvalidate: true);

        Assert.Contains("W 1020=f007200", registers.Accesses);
    }

    [Fact]
    public async Task Commit_OfACommittedDecoder_TouchesNothing()
    {
        CxlEndpointDecoder decoder = Endpoint(Port(CxlPortKind.Endpoint), 0);
        decoder.Enabled = true;

        await programmer.Commit(decoder, backInvalidate: false);

        Assert.Empty(registers.Accesses);
    }

    [Fact]
    public async Task Commit_ThatSaysNothing_IsPolledTwentyTimesAMillisecondApart()
    {
        CxlEndpointDecoder decoder = Endpoint(Port(CxlPortKind.Endpoint), 0);
        registers.Outcomes[At + 0x20] = 0;

        ErrnoException error = await Assert.ThrowsAsync<ErrnoException>(() => programmer.Commit(decoder, backInvalidate: false));

        Assert.Equal(Errno.ETIMEDOUT, error.Errno);
        Assert.Equal(21, registers.Accesses.Count(a => a == "R 1020"));
        Assert.Equal(SimTime.Zero + SimDuration.FromMilliseconds(20), registers.Now);
        Assert.EndsWith("W 1020=1200", registers.Accesses.Last(a => a[0] == 'W'), StringComparison.Ordinal); // COMMIT stays
        Assert.Equal((false, -1), (decoder.Enabled, decoder.Port.CommitEnd));
    }

    [Fact]
    public async Task Commit_ThatIsRefused_ClearsCommit()
    {
        CxlEndpointDecoder decoder = Endpoint(Port(CxlPortKind.Endpoint), 0);
        registers.Outcomes[At + 0x20] = 0x800;

        ErrnoException error = await Assert.ThrowsAsync<ErrnoException>(() => programmer.Commit(decoder, backInvalidate: false));

        Assert.Equal(Errno.EIO, error.Errno);
        Assert.Contains("0x00001a00", error.Message, StringComparison.Ordinal);
        Assert.Equal("W 1020=1800", registers.Accesses[^1]);
    }

    [Fact]
    public async Task Commit_WhileTheDeviceIsSanitized_IsEBUSY()
    {
        CxlMemdev memdev = Memdev(isAccelerator: false);
        memdev.SanitizeActive = true;

        ErrnoException error = await Assert.ThrowsAsync<ErrnoException>(() => programmer.Commit(Endpoint(Port(CxlPortKind.Endpoint, memdev), 0), backInvalidate: false));

        Assert.Equal(Errno.EBUSY, error.Errno);
        Assert.Contains("mem0 is being sanitized", error.Message, StringComparison.Ordinal);
        Assert.Empty(registers.Accesses);
    }

    [Fact]
    public async Task Commit_OfAnAcceleratorWhileItIsSanitized_Works()
    {
        CxlMemdev memdev = Memdev(isAccelerator: true);
        memdev.SanitizeActive = true;
        CxlEndpointDecoder decoder = Endpoint(Port(CxlPortKind.Endpoint, memdev), 0);

        await programmer.Commit(decoder, backInvalidate: false);

        Assert.True(decoder.Enabled);
    }

    [Fact]
    public async Task Commit_OfADecoderWithoutRegisters_IsENXIO()
    {
        CxlPort port = Port(CxlPortKind.HostBridge);
        port.HdmDecoders = 0;

        ErrnoException error = await Assert.ThrowsAsync<ErrnoException>(() => programmer.Commit(new CxlSwitchDecoder { Port = port, Instance = 0, TargetsMax = 2 }, backInvalidate: false));

        Assert.Equal(Errno.ENXIO, error.Errno);
        Assert.Contains("one target", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Commit_OfAPassThroughDecoder_NeedsNothing()
    {
        CxlPort port = Port(CxlPortKind.HostBridge);
        port.HdmDecoders = 0;
        var decoder = new CxlSwitchDecoder { Port = port, Instance = 0, TargetsMax = 1, IsPassThrough = true };

        await programmer.Commit(decoder, backInvalidate: false);
        await programmer.Reset(decoder);

        Assert.Empty(registers.Accesses);
        Assert.Equal((false, -1), (decoder.Enabled, port.CommitEnd));
    }

    [Fact]
    public async Task Commit_OfARangeOfTheDvsec_IsENXIO()
    {
        var decoder = new CxlEndpointDecoder { Port = Port(CxlPortKind.Endpoint), Instance = 0, IsDvsecRange = true };

        Assert.Equal(Errno.ENXIO, (await Assert.ThrowsAsync<ErrnoException>(() => programmer.Commit(decoder, backInvalidate: false))).Errno);
    }

    [Fact]
    public async Task Reset_ClearsCommitFirst_ThenSizeThenBase()
    {
        CxlEndpointDecoder decoder = Endpoint(Port(CxlPortKind.Endpoint), 0);
        decoder.Interleave = Interleave.Of(4, 512);
        await programmer.Commit(decoder, backInvalidate: false);
        decoder.IsAuto = true;
        registers.Accesses.Clear();

        await programmer.Reset(decoder);

        Assert.Equal(["R 1020", "W 1020=1421", "W 101c=0", "W 1018=0", "W 1014=0", "W 1010=0"], registers.Accesses);
        Assert.Equal((false, false, -1), (decoder.Enabled, decoder.IsAuto, decoder.Port.CommitEnd));
    }

    [Fact]
    public async Task Reset_OfALockedDecoder_TouchesNothing()
    {
        CxlEndpointDecoder decoder = Endpoint(Port(CxlPortKind.Endpoint), 0);
        (decoder.Enabled, decoder.Locked) = (true, true);

        await programmer.Reset(decoder);

        Assert.Empty(registers.Accesses);
        Assert.True(decoder.Enabled);
    }

    [Fact]
    public async Task Reset_OutOfOrder_LeavesAHoleUntilTheLastIsReset()
    {
        CxlPort port = Port(CxlPortKind.Endpoint);
        CxlEndpointDecoder[] decoders = [.. Enumerable.Range(0, 4).Select(i => Endpoint(port, i))];
        foreach (CxlEndpointDecoder decoder in decoders)
            await programmer.Commit(decoder, backInvalidate: false);

        await programmer.Reset(decoders[1]);
        await programmer.Reset(decoders[2]);
        Assert.Equal((3, 2), (port.CommitEnd, log.Count));
        await programmer.Reset(decoders[3]);

        Assert.Equal(0, port.CommitEnd);
    }

    private static CxlMemdev Memdev(bool isAccelerator) => new()
    {
        Id = 0,
        Function = new PciDevice { Bdf = default, Id = 1, IsBridge = false },
        IsAccelerator = isAccelerator,
        Location = new ComponentLocation(null, At, 0),
    };

    private static CxlPort Port(CxlPortKind kind, CxlMemdev? memdev = null) =>
        new() { Kind = kind, Id = 3, Host = "here", HdmDecoders = At, Memdev = kind == CxlPortKind.Endpoint ? memdev ?? Memdev(isAccelerator: false) : null };

    private static CxlEndpointDecoder Endpoint(CxlPort port, int instance)
    {
        var decoder = new CxlEndpointDecoder { Port = port, Instance = instance, TargetType = TargetRangeType.HostOnly };
        port.Decoders.Add(decoder);
        return decoder;
    }

    private static CxlSwitchDecoder Switch(CxlPort port, int instance)
    {
        var decoder = new CxlSwitchDecoder { Port = port, Instance = instance, TargetsMax = 8, TargetType = TargetRangeType.HostOnly };
        port.Decoders.Add(decoder);
        return decoder;
    }
}
