using CxlTopology.Simulation;
using CxlTopology.Software;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Function-level and CXL reset, as the device does them.</summary>
public sealed class DeviceResetTests
{
    private const ulong Base = ResetBench.Base;
    private const ulong Quarter = ResetBench.Quarter;
    private const int Control2 = 0x10;
    private const int Status2 = 0x12;
    private const uint Initiate = 4;
    private const uint Complete = 2;
    private const uint Error = 4;
    private const uint CacheInvalid = 1;

    [Fact]
    public void FunctionLevelReset_AnswersWithRetryStatusAndLeavesMemoryAlone()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench);
            PciDevice device = bench.Device;
            await os.WriteConfig(device.Bdf, device.ExpressCapability + 8, 0x8000, 2);
            Assert.Equal(ResetKind.Function, bench.Devices[0].ResetUnderway);
            Assert.Equal(uint.MaxValue, await os.ReadConfig(device.Bdf, 0));
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
            await os.Wait(SimDuration.FromMilliseconds(10));
            Assert.Equal(0x0005_1E98u, await os.ReadConfig(device.Bdf, 0));
            Assert.Equal(0u, await os.ReadConfig(device.Bdf, 4, 2));
            Assert.Null(bench.Devices[0].ResetUnderway);
        });
    }

    [Fact]
    public void CxlReset_LetsStatus2BeReadAndNothingElse()
    {
        var bench = new ResetBench(device: ResetBench.DefaultDevice with { Reset = new ResetOptions { Time = SimDuration.FromMilliseconds(5) } });
        bench.Run(async os =>
        {
            await Ready(os, bench);
            PciDevice device = bench.Device;
            int dvsec = await os.Dvsec(device, 0);
            await os.WriteConfig(device.Bdf, dvsec + Control2, Initiate, 2);
            Assert.Equal(CacheInvalid, await os.ReadConfig(device.Bdf, dvsec + Status2, 2));
            Assert.Equal(CacheInvalid << 16 | 0xFFFF, await os.ReadConfig(device.Bdf, dvsec + Control2));
            foreach (int offset in (int[])[0, 4, 0x10, dvsec + 0x0C, dvsec + 0x14])
                Assert.Equal(0xFFFFu, await os.ReadConfig(device.Bdf, offset, 2));
            await os.WriteConfig(device.Bdf, 4, 6, 2); // has no effect
            await os.Wait(SimDuration.FromMilliseconds(5));
            Assert.Equal(CacheInvalid | Complete, await os.ReadConfig(device.Bdf, dvsec + Status2, 2));
            Assert.Equal(uint.MaxValue, await os.ReadConfig(device.Bdf, 0));
            await os.Wait(SimDuration.FromMilliseconds(95));
            Assert.Equal(0x0005_1E98u, await os.ReadConfig(device.Bdf, 0));
            Assert.Equal(0u, await os.ReadConfig(device.Bdf, 4, 2));
        });
    }

    [Theory]
    [InlineData(ResetOutcome.Complete, 130, Complete)]
    [InlineData(ResetOutcome.Error, 50, Error)]
    [InlineData(ResetOutcome.Never, 50, 0)]
    public void CxlReset_EndsAsTheDeviceDoes(ResetOutcome outcome, int milliseconds, uint expected)
    {
        var behaviour = new ResetOptions { Time = SimDuration.FromMilliseconds(milliseconds), Outcome = outcome };
        var bench = new ResetBench(device: ResetBench.DefaultDevice with { Reset = behaviour });
        bench.Run(async os =>
        {
            await Ready(os, bench);
            PciDevice device = bench.Device;
            int dvsec = await os.Dvsec(device, 0);
            await os.WriteConfig(device.Bdf, dvsec + Control2, Initiate, 2);
            await os.Wait(SimDuration.FromMilliseconds(milliseconds - 1));
            Assert.Equal(0u, await os.ReadConfig(device.Bdf, dvsec + Status2, 2) & (Complete | Error));
            await os.Wait(SimDuration.FromMilliseconds(101));
            Assert.Equal(expected, await os.ReadConfig(device.Bdf, dvsec + Status2, 2) & (Complete | Error));
            Assert.Equal(0x0005_1E98u, await os.ReadConfig(device.Bdf, 0)); // its time-out class is 100 ms
            Assert.Equal(outcome == ResetOutcome.Never ? ResetKind.Cxl : null, bench.Devices[0].ResetUnderway);
        });
    }

    [Theory]
    [InlineData(ResetOutcome.Complete, 50)]
    [InlineData(ResetOutcome.Late, 130)]
    public void CxlReset_WithoutATime_TakesThatOfItsClass(ResetOutcome outcome, int milliseconds)
    {
        var bench = new ResetBench(device: ResetBench.DefaultDevice with { Reset = new ResetOptions { Outcome = outcome } });
        bench.Run(async os =>
        {
            int dvsec = await os.Dvsec(bench.Device, 0);
            await os.WriteConfig(bench.Device.Bdf, dvsec + Control2, Initiate, 2);
            await os.Wait(SimDuration.FromMilliseconds(milliseconds - 1));
            Assert.Equal(0u, await os.ReadConfig(bench.Device.Bdf, dvsec + Status2, 2) & Complete);
            await os.Wait(SimDuration.FromMilliseconds(1));
            Assert.Equal(Complete, await os.ReadConfig(bench.Device.Bdf, dvsec + Status2, 2) & Complete);
        });
    }

    [Theory]
    [InlineData(ResetOutcome.Error)]
    [InlineData(ResetOutcome.Never)]
    public void CxlReset_ThatFailed_LosesMemoryAccessesUntilTheNextReset(ResetOutcome outcome)
    {
        var bench = new ResetBench(device: ResetBench.DefaultDevice with { Reset = new ResetOptions { Outcome = outcome } });
        bench.Run(async os =>
        {
            await Ready(os, bench, locked: true);
            PciDevice device = bench.Device;
            await os.WriteConfig(device.Bdf, await os.Dvsec(device, 0) + Control2, Initiate, 2);
            await os.Wait(SimDuration.FromMilliseconds(200));
            await os.Restore(device);
            await Enable(os, bench);
            Assert.Equal(AccessStatus.Timeout, (await os.Load(Base)).Status);
        });
        Assert.Equal(1, bench.Devices[0].Lost);
        Assert.Equal(1, bench.Program.Unanswered);
    }

    [Fact]
    public void CxlReset_KeepsLockedDecodersAndMemoryGoesOnAfterIt()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            await Ready(os, bench, locked: true);
            PciDevice device = bench.Device;
            await os.WriteConfig(device.Bdf, await os.Dvsec(device, 0) + Control2, Initiate, 2);
            Assert.Equal(AccessStatus.Timeout, (await os.Load(Base)).Status);
            await os.Wait(SimDuration.FromMilliseconds(100));
            await os.Restore(device);
            await Enable(os, bench);
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
        });
        Assert.Equal(1, bench.Devices[0].Lost);
    }

    [Fact]
    public void CxlReset_GivesReadsUnderWayUpAndCompletesWrites()
    {
        var slow = new MediaOptions { Latency = SimDuration.FromMicroseconds(5) };
        var bench = new ResetBench(device: ResetBench.DefaultDevice with { Media = slow, Queue = 2 });
        AccessStatus[] statuses = [];
        SimTime at = SimTime.Zero + SimDuration.FromMilliseconds(50);
        bench.Post(bench.Devices[0], ResetControl.Of(ResetKind.Cxl), at);
        bench.Run(async os =>
        {
            await Ready(os, bench, locked: true);
            await os.Wait(at - os.Now - SimDuration.FromMicroseconds(1));
            var accesses = new List<Task<AccessStatus>>();
            for (ulong i = 1; i <= 4; i++)
            {
                accesses.Add(Status(os.Load(Base)));
                accesses.Add(os.Store(Base + 64 * i, i));
            }

            var done = new List<AccessStatus>();
            foreach (Task<AccessStatus> access in accesses)
                done.Add(await access);
            statuses = [.. done];
            await os.Wait(SimDuration.FromMilliseconds(100));
            await os.Restore(bench.Device);
            await Enable(os, bench);
            for (ulong i = 1; i <= 4; i++)
                Assert.Equal((AccessStatus.Ok, i), await os.Load(Base + 64 * i));
        });
        Assert.Equal([AccessStatus.Timeout, AccessStatus.Ok, AccessStatus.Timeout, AccessStatus.Ok, AccessStatus.Timeout, AccessStatus.Ok, AccessStatus.Timeout, AccessStatus.Ok], statuses);
        Assert.Equal(4, bench.Devices[0].Lost);
    }

    [Fact]
    public void WriteBack_OfADeviceWithoutLines_IsOverAtOnce()
    {
        var bench = new ResetBench();
        bench.Run(async os =>
        {
            int dvsec = await os.Dvsec(bench.Device, 0);
            Assert.Equal(0u, await os.ReadConfig(bench.Device.Bdf, dvsec + Status2, 2) & CacheInvalid);
            await os.WriteConfig(bench.Device.Bdf, dvsec + Control2, 3, 2);
            Assert.Equal(CacheInvalid, await os.ReadConfig(bench.Device.Bdf, dvsec + Status2, 2) & CacheInvalid);
            Assert.Equal(1u, await os.ReadConfig(bench.Device.Bdf, dvsec + Control2, 2));
            await os.WriteConfig(bench.Device.Bdf, dvsec + Control2, 0, 2);
            Assert.Equal(0u, await os.ReadConfig(bench.Device.Bdf, dvsec + Status2, 2) & CacheInvalid);
        });
    }

    [Fact]
    public void WriteBack_OfACache_IsOverWhenTheCacheSaysSo()
    {
        var bench = new ResetBench();
        var cache = new FakeCache { IsQuick = false };
        bench.Devices[0].AttachCache(cache);
        SimTime at = SimTime.Zero + SimDuration.FromMilliseconds(50);
        bench.Post(bench.Devices[0], new Message { Kind = (byte)MessageKind.CacheInvalid, Payload = -1 }, at);
        bench.Run(async os =>
        {
            int dvsec = await os.Dvsec(bench.Device, 0);
            await os.WriteConfig(bench.Device.Bdf, dvsec + Control2, 1, 2);
            Assert.False(cache.Allocating);
            await os.WriteConfig(bench.Device.Bdf, dvsec + Control2, 3, 2);
            Assert.Equal(1, cache.WriteBacks);
            Assert.Equal(0u, await os.ReadConfig(bench.Device.Bdf, dvsec + Status2, 2) & CacheInvalid);
            await os.Wait(at + SimDuration.FromMicroseconds(1) - os.Now);
            Assert.Equal(CacheInvalid, await os.ReadConfig(bench.Device.Bdf, dvsec + Status2, 2) & CacheInvalid);
            await os.WriteConfig(bench.Device.Bdf, dvsec + Control2, 0, 2);
            Assert.True(cache.Allocating);
        });
    }

    [Fact]
    public void CxlReset_WaitsForTheCacheToBeWrittenBack()
    {
        var bench = new ResetBench();
        var cache = new FakeCache { IsQuick = false };
        bench.Devices[0].AttachCache(cache);
        SimTime at = SimTime.Zero + SimDuration.FromMilliseconds(200);
        bench.Post(bench.Devices[0], new Message { Kind = (byte)MessageKind.CacheInvalid, Payload = -1 }, at);
        bench.Run(async os =>
        {
            int dvsec = await os.Dvsec(bench.Device, 0);
            await os.WriteConfig(bench.Device.Bdf, dvsec + Control2, Initiate, 2);
            await os.Wait(SimDuration.FromMilliseconds(150));
            Assert.Equal(0u, await os.ReadConfig(bench.Device.Bdf, dvsec + Status2, 2));
            await os.Wait(at + SimDuration.FromMicroseconds(1) - os.Now);
            Assert.Equal(Complete | CacheInvalid, await os.ReadConfig(bench.Device.Bdf, dvsec + Status2, 2));
        });
    }

    [Fact]
    public void Memory_ThatAResetHasCleared_SaysSoUntilItIsWrittenAgain()
    {
        var bench = new ResetBench();
        SimTime at = SimTime.Zero + SimDuration.FromMilliseconds(50);
        bench.Post(bench.Devices[0], ResetControl.Of(ResetKind.Cold), at);
        bench.Run(async os =>
        {
            await Ready(os, bench);
            await os.Wait(at - os.Now + SimDuration.FromMilliseconds(20));
            await os.Restore(bench.Device);
            var programmer = new Programmer(os, bench);
            await programmer.Enable(bench.Device);
            await programmer.Commit(bench.Device, 0, Base, Quarter);
            Assert.Equal((AccessStatus.Ok, 0UL), await os.Load(Base));
            Assert.True(os.WasLost);
            Assert.Equal((AccessStatus.Ok, 0UL), await os.Load(Base + 0x10_0000));
            Assert.False(os.WasLost); // nobody had written there
            Assert.Equal(AccessStatus.Ok, await os.Store(Base, 2));
            Assert.Equal((AccessStatus.Ok, 2UL), await os.Load(Base));
            Assert.False(os.WasLost);
        });
    }

    [Fact]
    public void CxlReset_OfADeviceThatHasNone_IsNotAsked()
    {
        var bench = new ResetBench(dvsec: DeviceDvsecOptions.Type2 with { ResetCapable = false, MemoryClearCapable = false });
        bench.Run(async os =>
        {
            await Ready(os, bench);
            await os.WriteConfig(bench.Device.Bdf, await os.Dvsec(bench.Device, 0) + Control2, Initiate, 2);
            Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
        });
    }

    private static async Task<AccessStatus> Status(Task<(AccessStatus Status, ulong Value)> load) => (await load).Status;

    private static async Task Enable(HostProgram os, ResetBench bench) => await new Programmer(os, bench).Enable(bench.Device);

    private static async Task Ready(HostProgram os, ResetBench bench, bool locked = false)
    {
        var programmer = new Programmer(os, bench);
        await programmer.Route(bench.Device);
        await programmer.Enable(bench.Device);
        await programmer.Commit(bench.Device, 0, Base, Quarter, locked);
        Assert.Equal(AccessStatus.Ok, await os.Store(Base, 1));
        Assert.Equal((AccessStatus.Ok, 1UL), await os.Load(Base));
    }
}
