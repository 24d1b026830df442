using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests.Coherence;

/// <summary>Relations of latencies that were measured on a type-2 FPGA, within the tolerances that the figures allow.</summary>
public sealed class PublishedTimingTests
{
    private const ulong Line = CoherenceBench.Base + 0x8000;
    private const ulong OfSecond = CoherenceBench.Base + CoherenceBench.Size + 0x8000;
    private static readonly CacheOptions fpgaCache = new() { Size = ByteSize.KiB(128), Latency = SimDuration.FromNanoseconds(115) };
    private static readonly SimDuration fpgaProtocol = SimDuration.FromNanoseconds(60);
    private OneAtATimeAgent host = new();
    private OneAtATimeAgent device = new();
    private SimTime now;

    [Fact]
    public void WriteHit_InDeviceBias_IsSixtyPercentFasterThanInHostBias()
    {
        double inHostBias = Write(Bias.Host).TotalNanoseconds;
        double inDeviceBias = Write(Bias.Device).TotalNanoseconds;

        Assert.InRange(1 - inDeviceBias / inHostBias, 0.58, 0.62); // the tolerance is 10 points
    }

    [Fact]
    public void ReadHit_InDeviceBiasAndInHostBias_TakesTheSameTime()
    {
        Assert.Equal(Read(Bias.Host), Read(Bias.Device));
    }

    [Fact]
    public void ReadMiss_InDeviceBias_IsFasterThanInHostBias()
    {
        SimDuration inHostBias = Miss(Bias.Host);

        Assert.True(Miss(Bias.Device) < inHostBias);
    }

    [Fact]
    public void ReadOfAHost_AfterADeviceHasPushedTheLine_IsFourFifthsFaster()
    {
        // What the host's cache serves still crosses the host's fabric: 52 ns there and back.
        CoherenceBench bench = Bench(
            [new DeviceCoherenceOptions { Cache = fpgaCache, EngineLatency = fpgaProtocol, Writes = DeviceWrites.Push }, new DeviceCoherenceOptions { Cache = fpgaCache, EngineLatency = fpgaProtocol }],
            new CacheOptions { Latency = SimDuration.FromNanoseconds(52 + 12) });
        now = host.Access(bench.Simulation, bench.Booted, OfSecond, false);
        double missed = host.Latency.TotalNanoseconds;
        now = device.Access(bench.Simulation, now, OfSecond + 64, true);
        now = host.Access(bench.Simulation, now, OfSecond + 64, false);

        Assert.InRange(1 - host.Latency.TotalNanoseconds / missed, 0.82, 0.87);
    }

    [Fact]
    public void ReadOfAHost_OfTypeTwoMemory_TakesTwoToFivePercentMoreThanOfTypeThree()
    {
        CoherenceBench bench = TwoAndThree();
        now = host.Access(bench.Simulation, bench.Booted, Line, false);
        double two = host.Latency.TotalNanoseconds;
        now = host.Access(bench.Simulation, now, OfSecond, false);
        double three = host.Latency.TotalNanoseconds;

        Assert.InRange(two / three, 1.02 - 0.03, 1.05 + 0.03);
    }

    [Fact]
    public void WriteOfAHost_OfTypeTwoMemory_TakesTwoToFivePercentMoreThanOfTypeThree()
    {
        CoherenceBench bench = TwoAndThree();
        now = host.Access(bench.Simulation, bench.Booted, Line, true);
        double two = host.Latency.TotalNanoseconds;
        now = host.Access(bench.Simulation, now, OfSecond, true);
        double three = host.Latency.TotalNanoseconds;

        Assert.InRange(two / three, 1.02 - 0.03, 1.05 + 0.03);
    }

    [Fact]
    public void BandwidthOfAHost_OfTypeTwoMemory_IsFourPercentBelowTypeThree()
    {
        TestAgent reader = null!;
        CoherenceBench bench = TwoAndThree(b => reader = TestAgent.AddTo(b.Host, "reader"));
        reader.Outstanding = 8;

        SimDuration two = Stream(reader, bench, bench.Booted, CoherenceBench.Base);
        SimDuration three = Stream(reader, bench, bench.Booted + SimDuration.FromMilliseconds(1), CoherenceBench.Base + CoherenceBench.Size);

        Assert.InRange(three.TotalNanoseconds / two.TotalNanoseconds, 0.96 - 0.03, 0.96 + 0.03);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void WriteOfADevice_ToALineThatTheHostHolds_TakesABackInvalidateRoundTripMore(bool isDirty)
    {
        CoherenceBench bench = Bench([new DeviceCoherenceOptions { Cache = fpgaCache, EngineLatency = fpgaProtocol, BackInvalidate = true }], new CacheOptions { Size = ByteSize.KiB(64) }, FlitMode.Flit256);
        now = device.Access(bench.Simulation, bench.Booted, Line, true);
        double clean = device.Latency.TotalNanoseconds;
        now = host.Access(bench.Simulation, now, Line + 64, isDirty);

        now = device.Access(bench.Simulation, now, Line + 64, true);

        double held = device.Latency.TotalNanoseconds;
        DeviceCoherenceStatistics counted = bench.Devices[0].Coherence!.Statistics;
        Assert.Equal(1, counted.BackInvalidates);
        Assert.InRange((held - clean) / (counted.BackInvalidateTime / 1e6), 0.98, 1.02);
    }

    [Fact]
    public void WriteOfAHost_ToALineThatTheDeviceHasLetGo_TakesAnAccessToTheCache()
    {
        var cached = new CacheOptions { Size = ByteSize.KiB(4), Latency = SimDuration.FromNanoseconds(17) };
        CoherenceBench bench = Bench([new DeviceCoherenceOptions { Cache = fpgaCache }], cached);
        now = host.Access(bench.Simulation, bench.Booted, 0x4000, false);
        now = device.Access(bench.Simulation, now, 0x4000, false);
        now = device.Access(bench.Simulation, now, 0x4000, false, D2HRequest.CleanEvictNoData);

        now = host.Access(bench.Simulation, now, 0x4000, true);

        Assert.Equal(cached.Latency, host.Latency);
    }

    private SimDuration Write(Bias bias)
    {
        CoherenceBench bench = Bench([new DeviceCoherenceOptions { Cache = fpgaCache, EngineLatency = fpgaProtocol, InitialBias = bias }]);
        now = device.Access(bench.Simulation, bench.Booted, Line, false);
        now = device.Access(bench.Simulation, now, Line, true);
        return device.Latency;
    }

    private SimDuration Miss(Bias bias)
    {
        CoherenceBench bench = Bench([new DeviceCoherenceOptions { Cache = fpgaCache, EngineLatency = fpgaProtocol, InitialBias = bias }]);
        now = device.Access(bench.Simulation, bench.Booted, Line, false);
        return device.Latency;
    }

    private SimDuration Read(Bias bias)
    {
        CoherenceBench bench = Bench([new DeviceCoherenceOptions { Cache = fpgaCache, EngineLatency = fpgaProtocol, InitialBias = bias }]);
        now = device.Access(bench.Simulation, bench.Booted, Line, false);
        now = device.Access(bench.Simulation, now, Line, false);
        return device.Latency;
    }

    private CoherenceBench TwoAndThree(Action<CoherenceBench>? more = null) =>
        Bench([new DeviceCoherenceOptions { Cache = fpgaCache, EngineLatency = fpgaProtocol }, new DeviceCoherenceOptions { HasCache = false }], null, FlitMode.Flit68, more);

    private static SimDuration Stream(TestAgent reader, CoherenceBench bench, SimTime from, ulong first)
    {
        Probe[] reads = [.. Enumerable.Range(0, 2_000).Select(i => Probe.Read(first + 64 * (ulong)i))];
        reader.Queue(bench.Simulation, from, reads);
        reader.RunOn(bench.Simulation);
        return reads[^1].Answers[0].At - reads[0].Issued;
    }

    /// <summary>An FPGA: its port takes 45 ns more, its controller runs at a slower clock, DDR4 behind it, a cache access takes 115 ns, an engine's way through the protocol layer 60 ns.</summary>
    private CoherenceBench Bench(IReadOnlyList<DeviceCoherenceOptions> devices, CacheOptions? hostCache = null, FlitMode flits = FlitMode.Flit68, Action<CoherenceBench>? more = null) => new(
        new HostCoherenceOptions { Cache = hostCache },
        devices,
        new LinkOptions { Speed = new LinkSpeed(32, 16, flits), LowerPort = SimDuration.FromNanoseconds(70) },
        addAgents: b =>
        {
            (host, device) = (new OneAtATimeAgent(), new OneAtATimeAgent());
            host.TagBase = b.Host.AddAgent("one", host);
            device.TagBase = b.Devices[0].Accelerator!.AddAgent("one", device);
            more?.Invoke(b);
        },
        media: new MediaOptions { Controller = SimDuration.FromNanoseconds(84), Latency = SimDuration.FromNanoseconds(55), BytesPerSecond = 17_600_000_000 });
}
