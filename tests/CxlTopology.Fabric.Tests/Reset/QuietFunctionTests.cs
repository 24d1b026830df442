using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>The functions that take part in a CXL reset answer again, whatever comes between its beginning and their own end.</summary>
public sealed class QuietFunctionTests
{
    private const int Control2 = 0x10;
    private const uint Initiate = 4;

    [Theory]
    [InlineData(0, 60)]
    [InlineData(0, 95)]
    [InlineData(30, 60)]
    public void FunctionReset_InTheQuietTimeAfterACxlReset_LeavesNoFunctionQuiet(int ready, int after)
    {
        ResetBench bench = FunctionBench.Make(HardwareDelay.Of(SimDuration.FromMilliseconds(ready)), reset: new ResetOptions { Time = SimDuration.FromMilliseconds(5) });
        Endpoint device = bench.Devices[0];
        bench.Run(async os =>
        {
            await Begin(os, bench);
            await os.Wait(SimDuration.FromMilliseconds(after));
            Assert.Equal((null, true, true), (device.ResetUnderway, device.IsQuiet, device.IsFunctionQuiet(1)));
            bench.Post(device, ResetControl.Of(ResetKind.Function), os.Now + SimDuration.FromMicroseconds(1));
            await os.Wait(SimDuration.FromMilliseconds(9));
            Assert.True(device.IsFunctionQuiet(1));
            await os.Wait(SimDuration.FromMilliseconds(2 + ready));
            Assert.False(device.IsQuiet);
            Assert.False(device.IsFunctionQuiet(1));
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(300)]
    public void CxlReset_WhoseCacheIsEmptyAfterFunctionZeroAnswers_LeavesNoFunctionQuiet(int ready)
    {
        ResetBench bench = FunctionBench.Make(HardwareDelay.Of(SimDuration.FromMilliseconds(ready)));
        Endpoint device = bench.Devices[0];
        device.AttachCache(new FakeCache { IsQuick = false });
        SimTime flushed = SimTime.Zero + SimDuration.FromMilliseconds(200);
        bench.Post(device, new Message { Kind = (byte)MessageKind.CacheInvalid, Payload = -1 }, flushed);
        bench.Run(async os =>
        {
            await Begin(os, bench);
            await os.Wait(flushed - os.Now + SimDuration.FromMilliseconds(1));
            Assert.False(device.IsQuiet);
            Assert.Equal(ready != 0, device.IsFunctionQuiet(1));
            await os.Wait(SimDuration.FromMilliseconds(ready));
            Assert.False(device.IsFunctionQuiet(1));
        });
    }

    private static async Task Begin(HostProgram os, ResetBench bench) =>
        await os.WriteConfig(bench.Device.Bdf, await os.Dvsec(bench.Device, 0) + Control2, Initiate, 2);
}
