using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>Errors on CXL.cache: addresses without memory, poisoned lines, a cache that is emptied by command.</summary>
public sealed class CacheErrorTests
{
    private const ulong HostLine = 0x4000;
    private const ulong OwnLine = CoherenceBench.Base + 0x4000;
    private const ulong Nowhere = 0x7F_0000_0000;
    private readonly OneAtATimeAgent host = new();
    private readonly OneAtATimeAgent device = new();
    private SimTime now;

    [Theory]
    [InlineData(DeviceWrites.Keep, false, "host → device: H2DRsp GO-Err")]
    [InlineData(DeviceWrites.Keep, true, "host → device: H2DRsp GO-Err")]
    [InlineData(DeviceWrites.Push, true, "host → device: H2DRsp GO-ERR-WritePull")]
    [InlineData(DeviceWrites.Update, true, "host → device: H2DRsp GO-ERR-WritePull")]
    [InlineData(DeviceWrites.Through, true, "host → device: H2DRsp GO-ERR-WritePull")]
    [InlineData(DeviceWrites.Ordered, true, "host → device: H2DRsp GO-ERR-WritePull")]
    public void Access_ToAnAddressWithoutMemory_IsRefusedBeforeDataMoves(DeviceWrites writes, bool isWrite, string answer)
    {
        CoherenceBench bench = Bench(writes);
        bench.Host.Home!.Trace = [];

        now = device.Access(bench.Simulation, now, Nowhere, isWrite);

        Assert.Equal(AccessStatus.NoWindow, device.Status);
        Assert.Equal(answer, bench.Host.Home.Trace[1]);
        Assert.Equal((AccessStatus.NoWindow, 1), bench.Host.Home.Unclaimed.Single());
        Assert.Empty(bench.Host.Home.Directory);
        Assert.Equal((0, 0), (bench.Host.Home.Active, bench.Devices[0].Coherence!.Active));
    }

    [Theory]
    [InlineData(DeviceWrites.Keep)]
    [InlineData(DeviceWrites.Through)]
    [InlineData(DeviceWrites.Ordered)]
    public void Write_ToADeviceThatIsGone_Fails(DeviceWrites writes)
    {
        CoherenceBench bench = Bench(writes);
        foreach (ComponentActor end in new[] { bench.Devices[1].Parent!, bench.Devices[1] })
            bench.Simulation.Post(end, new Message { Kind = (byte)MessageKind.LinkControl, Payload = -1 }, now);

        now = device.Access(bench.Simulation, now + SimDuration.FromMicroseconds(1), CoherenceBench.Base + CoherenceBench.Size, true);

        Assert.Equal(AccessStatus.LinkDown, device.Status);
        Assert.Equal((0, 0), (bench.Host.Home!.Active, bench.Devices[0].Coherence!.Active));
    }

    [Theory]
    [InlineData(HostLine)]
    [InlineData(OwnLine)]
    public void Read_OfALineThatTheHostWrotePoisoned_IsPoisoned(ulong line)
    {
        CoherenceBench bench = Bench(DeviceWrites.Keep);
        now = host.Access(bench.Simulation, now, line, true, isPoisoned: true);

        now = device.Access(bench.Simulation, now, line, false);

        Assert.Equal(AccessStatus.Poisoned, device.Status);
    }

    [Theory]
    [InlineData(HostLine, true)]
    [InlineData(HostLine, false)]
    [InlineData(OwnLine, true)]
    [InlineData(OwnLine, false)]
    public void Write_ToAPoisonedLine_TakesThePoisonAwayIfItIsOfAllOfIt(ulong line, bool isPartial)
    {
        CoherenceBench bench = Bench(DeviceWrites.Keep);
        now = host.Access(bench.Simulation, now, line, true, isPoisoned: true);
        now = device.Access(bench.Simulation, now, line, true, isPartial: isPartial);

        now = host.Access(bench.Simulation, now, line, false);

        Assert.Equal(isPartial ? AccessStatus.Poisoned : AccessStatus.Ok, host.Status);
    }

    [Fact]
    public void Poison_OfALineThatLeavesTheCaches_IsInMemory()
    {
        CoherenceBench bench = Bench(DeviceWrites.Keep);
        now = device.Access(bench.Simulation, now, HostLine, true, isPoisoned: true);
        device.Flush(bench.Simulation, now, bench.Devices[0].Coherence!);

        Assert.True(((Media)bench.Host.Children[0]).Peek(new Dpa(HostLine), stackalloc byte[64]));
    }

    [Fact]
    public void WriteBack_OfTheWholeCache_TellsTheHostWhenItIsDone()
    {
        CoherenceBench bench = Bench(DeviceWrites.Keep);
        now = device.Access(bench.Simulation, now, HostLine, true);
        now = device.Access(bench.Simulation, now, HostLine + 64, false);
        bench.Host.Home!.Trace = [];

        device.Flush(bench.Simulation, now, bench.Devices[0].Coherence!);

        Assert.Equal(["device → host: D2HReq CacheFlushed", "host → device: H2DRsp GO-I"], bench.Host.Home.Trace.TakeLast(2));
        Assert.Empty(bench.Host.Home.Directory);
        Assert.True(bench.Devices[0].Coherence!.IsCacheEmpty);
        Assert.True(bench.Devices[0].Coherence!.MayAllocate);
    }

    [Fact]
    public void WriteBack_OfAnEmptyCache_SaysNothing()
    {
        CoherenceBench bench = Bench(DeviceWrites.Keep);
        bench.Host.Home!.Trace = [];

        device.Flush(bench.Simulation, now, bench.Devices[0].Coherence!);

        Assert.Empty(bench.Host.Home.Trace);
    }

    private CoherenceBench Bench(DeviceWrites writes)
    {
        CoherenceBench bench = new(
            new HostCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) } },
            [new DeviceCoherenceOptions { Cache = new CacheOptions { Size = ByteSize.KiB(4) }, BackInvalidate = true, Writes = writes }, new DeviceCoherenceOptions { HasCache = false }],
            addAgents: b =>
            {
                host.TagBase = b.Host.AddAgent("one", host);
                device.TagBase = b.Devices[0].Accelerator!.AddAgent("one", device);
            });
        now = bench.Booted;
        return bench;
    }
}
