using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Configuration requests go by bus number, accesses to memory space by windows and BARs; what is nowhere reads as all ones.</summary>
public sealed class RoutingTests
{
    private static readonly (IoStatus, ulong) nothing = (IoStatus.Unsupported, ulong.MaxValue);

    [Fact]
    public void Configuration_OfAFunctionThatIsThere_ReadsItsIds()
    {
        var bench = new FabricBench(ports: 2);

        Assert.Equal((IoStatus.Ok, 0x0001_1E98UL), ReadId(bench, new Bdf(0, 0, 0, 0)));
        Assert.Equal((IoStatus.Ok, 0x0001_1E98UL), ReadId(bench, new Bdf(0, 0, 1, 0)));
        Assert.Equal((IoStatus.Ok, 0x0004_1E98UL), ReadId(bench, new Bdf(0, 1, 0, 0)));
        Assert.Equal((IoStatus.Ok, 0x0004_1E98UL), ReadId(bench, new Bdf(0, 2, 0, 0)));
    }

    [Theory]
    [InlineData(0, 0, 2, 0)] // no such root port
    [InlineData(0, 0, 0, 1)] // no such function
    [InlineData(0, 1, 1, 0)] // a link has one device
    [InlineData(0, 1, 0, 1)]
    [InlineData(0, 3, 0, 0)] // nobody has numbered such a bus
    [InlineData(1, 0, 0, 0)] // no such segment
    public void Configuration_OfNothing_ReadsAllOnes(ushort segment, byte bus, byte device, byte function)
    {
        var bench = new FabricBench(ports: 2);

        Assert.Equal(nothing, ReadId(bench, new Bdf(segment, bus, device, function)));
    }

    [Fact]
    public void Configuration_OfAnEmptyPort_ReadsAllOnes()
    {
        var bench = new FabricBench(ports: 2, attached: 1);

        Assert.Equal(nothing, ReadId(bench, new Bdf(0, 2, 0, 0)));
    }

    [Fact]
    public void Configuration_BehindABusNumberThatWasTakenAway_ReadsAllOnes()
    {
        var bench = new FabricBench();
        var port = new Bdf(0, 0, 0, 0);
        bench.Run(Probe.WriteRegister(port.ConfigurationAddress(0x18), 0, 4, IoFlags.Configuration));

        Assert.Equal(nothing, ReadId(bench, new Bdf(0, 1, 0, 0)));
        bench.Run(Probe.WriteRegister(port.ConfigurationAddress(0x18), 0x07_07_00, 4, IoFlags.Configuration));
        Assert.Equal((IoStatus.Ok, 0x0004_1E98UL), ReadId(bench, new Bdf(0, 7, 0, 0)));
    }

    [Theory]
    [InlineData(0, 1, 0x98UL)]
    [InlineData(1, 1, 0x1EUL)]
    [InlineData(2, 2, 0x0004UL)]
    [InlineData(0, 4, 0x0004_1E98UL)]
    public void Configuration_OfOneTwoOrFourBytes_ReadsThose(int offset, int bytes, ulong value)
    {
        var bench = new FabricBench();

        Assert.Equal((IoStatus.Ok, value), Read(bench, new Bdf(0, 1, 0, 0).ConfigurationAddress(offset), bytes, IoFlags.Configuration));
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(2, 4)]
    [InlineData(0, 8)]
    public void Configuration_MisalignedOrOfEightBytes_IsUnsupported(int offset, int bytes)
    {
        var bench = new FabricBench();

        Assert.Equal(nothing, Read(bench, new Bdf(0, 1, 0, 0).ConfigurationAddress(offset), bytes, IoFlags.Configuration));
    }

    [Fact]
    public void Memory_WhileMemorySpaceIsDisabled_ReadsAllOnes()
    {
        var bench = new FabricBench();
        ulong address = bench.Where(FabricBench.ToDevice()).HdmDecoders;
        var device = new Bdf(0, 1, 0, 0);
        bench.Run(Probe.WriteRegister(device.ConfigurationAddress(4), 0, 2, IoFlags.Configuration));
        Assert.Equal(nothing, Read(bench, address, 4));

        bench.Run(Probe.WriteRegister(device.ConfigurationAddress(4), 2, 2, IoFlags.Configuration));
        Assert.Equal((IoStatus.Ok, 0x1B12UL), Read(bench, address, 4));
    }

    [Fact]
    public void Memory_BehindAClosedWindow_ReadsAllOnes()
    {
        var bench = new FabricBench();
        ulong address = bench.Where(FabricBench.ToDevice()).HdmDecoders;
        bench.Run(Probe.WriteRegister(new Bdf(0, 0, 0, 0).ConfigurationAddress(0x24), 0xFFF0, 4, IoFlags.Configuration));

        Assert.Equal(nothing, Read(bench, address, 4));
    }

    [Fact]
    public void Memory_ThatNobodyHas_ReadsAllOnes()
    {
        var bench = new FabricBench();

        Assert.Equal(nothing, Read(bench, bench.Bridge.Resources.MmioBase + HostBridgeResources.MmioBytes - 8, 8));
        Assert.Equal(nothing, Read(bench, 0xFFFF_0000, 4));
    }

    [Fact]
    public void Ports_BeyondThe32nd_AreFurtherFunctions()
    {
        var bench = new FabricBench(ports: 40);

        Assert.Equal((IoStatus.Ok, 0x0001_1E98UL), ReadId(bench, new Bdf(0, 0, 7, 1)));
        Assert.NotEqual(0UL, bench.Where(FabricBench.ToDevice(39)).HdmDecoders);
    }

    [Fact]
    public void Vectors_OfMsiX_KeepWhatIsWritten()
    {
        var bench = new FabricBench();
        ulong table = Read(bench, new Bdf(0, 1, 0, 0).ConfigurationAddress(0x20), 4, IoFlags.Configuration).Item2 & ~0xFUL
            | Read(bench, new Bdf(0, 1, 0, 0).ConfigurationAddress(0x24), 4, IoFlags.Configuration).Item2 << 32;
        bench.Run(Probe.WriteRegister(table + 16, 0xFEE0_0000, 8));

        Assert.Equal((IoStatus.Ok, 0xFEE0_0000UL), Read(bench, table + 16, 8));
        Assert.Equal((IoStatus.Ok, 1UL), Read(bench, table + 16 + 12, 4)); // masked after reset
    }

    [Fact]
    public void Registers_OfADecoder_AnswerEightBytesAsTwoRegisters()
    {
        var bench = new FabricBench();
        ulong decoder = bench.Where(FabricBench.ToDevice()).HdmDecoders + (ulong)HdmCapabilityRegisters.DecoderOffset(0);
        bench.Run(Probe.WriteRegister(decoder, 0x10_8000_0000, 8));

        Assert.Equal((IoStatus.Ok, 0x10_8000_0000UL), Read(bench, decoder, 8));
        Assert.Equal((IoStatus.Ok, 0x10UL), Read(bench, decoder + 4, 4));
        Assert.Equal((IoStatus.Ok, 0x80UL), Read(bench, decoder + 3, 1));
        bench.Run(Probe.WriteRegister(decoder + 4, 0x1234_5678));
        Assert.Equal((IoStatus.Ok, 0x78UL), Read(bench, decoder + 4, 1));
    }

    [Fact]
    public void Registers_OfADecoder_KeepTheBytesThatAreNotWritten()
    {
        var bench = new FabricBench();
        ulong decoder = bench.Where(FabricBench.ToDevice()).HdmDecoders + (ulong)HdmCapabilityRegisters.DecoderOffset(0);
        bench.Run(Probe.WriteRegister(decoder + 4, 0x1234_5678));
        bench.Run(Probe.WriteRegister(decoder + 5, 0xAB, 1));

        Assert.Equal((IoStatus.Ok, 0x1234_AB78UL), Read(bench, decoder + 4, 4));
    }

    private static (IoStatus, ulong) ReadId(FabricBench bench, Bdf function) => Read(bench, function.ConfigurationAddress(0), 4, IoFlags.Configuration);

    private static (IoStatus, ulong) Read(FabricBench bench, ulong address, int bytes, IoFlags space = IoFlags.None)
    {
        ProbeAnswer answer = bench.Run(Probe.ReadRegister(address, bytes, space)).Answer;
        return ((IoStatus)answer.Status, answer.Value);
    }
}
