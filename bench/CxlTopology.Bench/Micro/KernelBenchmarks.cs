using BenchmarkDotNet.Attributes;
using CxlTopology.Simulation;

namespace CxlTopology.Bench.Micro;

/// <summary>The kernel's parts, an event at a time.</summary>
[MemoryDiagnoser]
public class KernelBenchmarks
{
    private const int Events = 100_000;
    private Simulation.Simulation forward = null!;
    private Simulation.Simulation timers = null!;
    private LatencyHistogram histogram = null!;
    private RandomStream random;

    /// <summary>Builds what is measured.</summary>
    [GlobalSetup]
    public void Setup()
    {
        forward = new Simulation.Simulation();
        var a = new Relay();
        var b = new Relay();
        forward.Add("a", a);
        forward.Add("b", b);
        a.To = forward.Connect(a, b, 0, SimDuration.FromNanoseconds(25));
        b.To = forward.Connect(b, a, 0, SimDuration.FromNanoseconds(25));
        forward.Post(a, new Message { Kind = Message.FirstModelKind, Payload = -1 }, SimTime.Zero);
        timers = new Simulation.Simulation();
        timers.Add("t", new Arming());
        histogram = new LatencyHistogram();
        random = new RandomStream(1, "bench");
    }

    /// <summary>One message to and fro between two components: nothing else in the queue.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public long Forward() => forward.Run(forward.Progress + SimDuration.FromNanoseconds(25L * Events)).Events;

    /// <summary>A timer armed, another cancelled, one fired.</summary>
    [Benchmark(OperationsPerInvoke = Events)]
    public long ArmAndCancel() => timers.Run(timers.Progress + SimDuration.FromNanoseconds(25L * Events)).Events;

    /// <summary>A latency into a histogram.</summary>
    [Benchmark]
    public void HistogramAdd() => histogram.Add(250_000_000 + (long)(random.NextUInt64() & 0xFFFFFF));

    /// <summary>A random number.</summary>
    [Benchmark]
    public ulong Random() => random.NextUInt64();

    private sealed class Relay : ComponentActor
    {
        public Connection To { get; set; }

        protected override void Receive(ref Message message) => Send(ref message, To);
    }

    private sealed class Arming : ComponentActor
    {
        private TimerHandle spare;

        protected override void OnStart()
        {
            var message = new Message { Kind = Message.FirstModelKind, Payload = -1 };
            Schedule(ref message, SimDuration.FromNanoseconds(25));
        }

        protected override void Receive(ref Message message)
        {
            Cancel(spare);
            var far = new Message { Kind = Message.FirstModelKind, Payload = -1 };
            spare = Schedule(ref far, SimDuration.FromMicroseconds(2));
            Schedule(ref message, SimDuration.FromNanoseconds(25));
        }
    }
}
