using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The head of the HDM decoder capability, the registers of untouched decoders, and reads of what is not there.</summary>
public sealed class CapabilityRegisterTests
{
    private const ulong Base = FabricBench.Base;
    private const ulong Quarter = FabricBench.Quarter;

    [Fact]
    public void Capability_ReadsAsBuilt_AndIsReadOnly()
    {
        var bench = new FabricBench();
        bench.Write(FabricBench.ToDevice(), 0, 0xFFFF_FFFF);

        Assert.Equal((IoStatus.Ok, 0x1B12u), bench.Read(FabricBench.ToDevice(), 0));
        Assert.Equal((IoStatus.Ok, 0x382u), bench.Read(FabricBench.ToBridge, 0));
    }

    [Theory]
    [InlineData(0x1B12u, 0xFFFF_FFFFu, 2u)]
    [InlineData(0x1F12u, 0xFFFF_FFFFu, 3u)]
    [InlineData(0x1B12u, 0u, 0u)]
    public void GlobalControl_KeepsWhatTheCapabilityHas(uint capability, uint written, uint read)
    {
        var bench = new FabricBench(endpoint: new EndpointOptions { Capacity = new ByteSize(Quarter), HdmCapability = capability });
        bench.Write(FabricBench.ToDevice(), 4, written);

        Assert.Equal((IoStatus.Ok, read), bench.Read(FabricBench.ToDevice(), 4));
        Assert.Equal((read & 2) != 0, bench.Devices[0].Decoders.Enabled);
    }

    [Fact]
    public void HdmDecoderEnable_OfAHostBridge_IsNoGate()
    {
        var bench = new FabricBench();
        bench.Enable(0);
        bench.Program(FabricBench.ToBridge, 0, Base, Quarter, 0x1200);
        bench.Program(FabricBench.ToDevice(), 0, Base, Quarter, 0x1200);

        Assert.False(bench.Bridge.Decoders!.Enabled);
        Assert.Equal(AccessStatus.Ok, bench.Run(Probe.Read(Base)).Status);
    }

    [Theory]
    [InlineData(0x0, 2u)]
    [InlineData(0x6, 0u)]
    [InlineData(0x2, 2u)]
    public void Memory_WithoutMemEnableOrHdmDecoderEnable_IsDisabled(uint dvsecControl, uint globalControl)
    {
        FabricBench bench = FabricBench.Direct();
        bench.Write(FabricBench.ToDevice(), FabricBench.DeviceControl, dvsecControl, RegisterSpace.DeviceDvsec);
        bench.Write(FabricBench.ToDevice(), 4, globalControl);

        Assert.Equal(AccessStatus.MemoryDisabled, bench.Run(Probe.Read(Base)).Status);
    }

    [Theory]
    [InlineData(0x08)]
    [InlineData(0x0C)]
    public void Reserved_RegistersOfTheHead_ReadZero(int offset)
    {
        var bench = new FabricBench();
        bench.Write(FabricBench.ToDevice(), offset, 0xFFFF_FFFF);

        Assert.Equal((IoStatus.Ok, 0u), bench.Read(FabricBench.ToDevice(), offset));
    }

    [Fact]
    public void Reserved_LastRegisterOfADecoder_ReadsZero()
    {
        var bench = new FabricBench();
        int offset = HdmCapabilityRegisters.DecoderOffset(0) + 0x1C;
        bench.Write(FabricBench.ToDevice(), offset, 0xFFFF_FFFF);

        Assert.Equal((IoStatus.Ok, 0u), bench.Read(FabricBench.ToDevice(), offset));
    }

    [Fact]
    public void Read_OfAnUntouchedDecoder_IsZeroEverywhere()
    {
        var bench = new FabricBench();
        for (int register = 0; register < 0x20; register += 4)
            Assert.Equal((IoStatus.Ok, 0u), bench.Read(FabricBench.ToDevice(), HdmCapabilityRegisters.DecoderOffset(3) + register));
    }

    [Theory]
    [InlineData(0x10 + 4 * 0x20)] // past the last of four decoders
    [InlineData(0x800)]
    public void Read_PastTheCapability_IsReserved(int offset)
    {
        var bench = new FabricBench();

        Assert.Equal((IoStatus.Ok, 0u), bench.Read(FabricBench.ToDevice(), offset));
        Assert.Equal((IoStatus.Ok, 0u), bench.Read(FabricBench.ToBridge, offset));
    }

    [Fact]
    public void Read_ThatIsMisaligned_IsUnsupported()
    {
        var bench = new FabricBench();

        Assert.Equal((IoStatus.Unsupported, uint.MaxValue), bench.Read(FabricBench.ToDevice(), 0x02));
        Assert.Equal((IoStatus.Unsupported, uint.MaxValue), bench.Read(FabricBench.ToBridge, 0x02));
    }

    [Fact]
    public void PassThroughBridge_HasNoDecoderRegisters()
    {
        var bench = new FabricBench(bridge: new HostBridgeOptions { Uid = 7, PassThrough = true });

        Assert.Equal(0UL, bench.Where(FabricBench.ToBridge).HdmDecoders);
    }

    [Fact]
    public void DeviceControl_AlwaysKeepsIoEnable()
    {
        var bench = new FabricBench();
        bench.Write(FabricBench.ToDevice(), FabricBench.DeviceControl, 0, RegisterSpace.DeviceDvsec);

        Assert.Equal((IoStatus.Ok, 2u), bench.Read(FabricBench.ToDevice(), FabricBench.DeviceControl, RegisterSpace.DeviceDvsec));
    }
}
