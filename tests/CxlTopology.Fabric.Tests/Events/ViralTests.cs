using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>A device that turns viral on a fatal error: what it returns is poisoned until it is reset.</summary>
public sealed class ViralTests
{
    private const ulong Base = FabricBench.Base;

    [Fact]
    public void Device_AfterAFatalError_PoisonsAllItReturns()
    {
        EventBench bench = Enabled(viral: true);
        AccessStatus before = bench.Run(Probe.Read(Base + 0x1000)).Status;
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));
        Probe after = bench.Run(Probe.Read(Base + 0x1000));

        Assert.Equal((AccessStatus.Ok, AccessStatus.Poisoned, true), (before, after.Status, after.Answer.Poisoned));
        Assert.True(bench.Field(bench.DeviceFunction, bench.DeviceLayout.Device!, bench.DeviceLayout.Device!.Table.ViralStatus));
    }

    [Fact]
    public void Device_WhoseStatusIsCleared_StaysViral()
    {
        EventBench bench = Enabled(viral: true);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));
        RegisterBlock<DeviceDvsecRegisters> device = bench.DeviceLayout.Device!;
        bench.WriteConfig(bench.DeviceFunction, device.Offset + 0x0E, 1 << 14, 2);

        Assert.False(bench.Field(bench.DeviceFunction, device, device.Table.ViralStatus));
        Assert.True(bench.Run(Probe.Read(Base + 0x1000)).Answer.Poisoned);
    }

    [Fact]
    public void Device_AfterAFunctionLevelReset_StaysViral()
    {
        EventBench bench = Enabled(viral: true);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));
        RegisterBlock<PciExpressRegisters> express = bench.DeviceLayout.PciExpress;
        bench.SetField(bench.DeviceFunction, express, express.Table.InitiateFunctionLevelReset, true);

        Assert.True(bench.Run(Probe.Read(Base + 0x1000)).Answer.Poisoned);
    }

    [Fact]
    public void Device_WithoutViralEnable_IsAsItWas()
    {
        EventBench bench = Enabled(viral: false);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));

        Assert.Equal(AccessStatus.Ok, bench.Run(Probe.Read(Base + 0x1000)).Status);
        Assert.False(bench.Field(bench.DeviceFunction, bench.DeviceLayout.Device!, bench.DeviceLayout.Device!.Table.ViralStatus));
    }

    [Fact]
    public void Device_WhoseErrorIsNotFatal_IsNotViral()
    {
        EventBench bench = Enabled(viral: true);
        bench.WriteMmio(bench.Bar(bench.DeviceFunction, 0) + EventBench.Ras + 8, 0);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));

        Assert.Equal(AccessStatus.Ok, bench.Run(Probe.Read(Base + 0x1000)).Status);
    }

    [Fact]
    public void Device_AfterAHotReset_IsViralNoMore()
    {
        EventBench bench = Enabled(viral: true);
        bench.Run(Probe.Write(Base, new byte[64], AccessFlags.Poison));
        SimTime at = bench.Agent.Result!.End + SimDuration.FromMicroseconds(1);
        bench.Simulation.Post(bench.Device, ResetControl.Of(ResetKind.Warm), at);
        bench.Agent.RunOn(bench.Simulation);

        Assert.Equal(AccessStatus.MemoryDisabled, bench.Run(Probe.Read(Base + 0x1000)).Status);
        Assert.True(bench.Field(bench.DeviceFunction, bench.DeviceLayout.Device!, bench.DeviceLayout.Device!.Table.ViralStatus)); // it is sticky
    }

    private static EventBench Enabled(bool viral)
    {
        var bench = new EventBench(viral: true);
        bench.SetField(bench.DeviceFunction, bench.DeviceLayout.Device!, bench.DeviceLayout.Device!.Table.ViralEnable, viral);
        bench.WriteMmio(bench.Bar(bench.DeviceFunction, 0) + EventBench.Ras + 4, 0);
        return bench;
    }
}
