using CxlTopology.Simulation;
using CxlTopology.Specification;
using FsCheck;
using FsCheck.Fluent;

namespace CxlTopology.Fabric.Tests;

/// <summary>Whatever software writes to the timeout and isolation registers while the link comes and goes: no request is answered twice, and none is lost that the port watched.</summary>
public sealed class IsolationProperties
{
    private const ulong Base = FabricBench.Base;
    private const uint Watched = 1 << 4 | 1; // times out after 100 us
    private const uint Enables = 1 << 4 | 1 << 16 | 1 << 17 | 1 << 26;
    private static readonly int offset = ComponentRegisterLayout.Of(new ComponentRegisterOptions { Role = ComponentRole.RootPort, CacheIds = 8 }).TimeoutIsolation!.Offset;

    private static readonly SimDuration interval = SimDuration.FromNanoseconds(70);
    private int answered;
    private int isolated;

    [Fact]
    public void Requests_UnderAnyProgramming_AreAnsweredOnceOrLost()
    {
        Prop.ForAll(Step.ArrayOf(24).ToArbitrary(), steps => Try(steps, always: 0)).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(0xB1A5, 0x5EED5));
        Assert.True(answered > 500 && isolated > 20, $"{answered} requests were answered and {isolated} isolated: that shows nothing.");
    }

    [Fact]
    public void Requests_ThatAreAlwaysWatched_AreAllAnswered() =>
        Prop.ForAll(Step.ArrayOf(24).ToArbitrary(), steps => Try(steps, always: Watched)).Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithReplay(0xB1A5, 0x5EED5));

    private static Gen<(int What, uint Value)> Step =>
        from what in Gen.Choose(0, 7)
        from value in Gen.Choose(0, int.MaxValue)
        select (what, (uint)value);

    private bool Try((int What, uint Value)[] steps, uint always)
    {
        var bench = new EventBench();
        ulong capability = bench.Bar(bench.RootFunction, 0) + (ulong)offset;
        bench.WriteMmio(capability + 8, always);
        List<Probe> requests = [];
        List<Probe[]> rounds = [];
        SimTime from = bench.Agent.Result!.End + SimDuration.FromMicroseconds(10);
        foreach ((int what, uint value) in steps)
        {
            SimTime at = from + interval * rounds.Count;
            Probe[] round = [];
            switch (what)
            {
                case 0:
                    round = [Probe.WriteRegister(capability + 8, value & (Enables | 0xF) & ~(always == 0 ? 0u : 0xF) | always)];
                    break;
                case 1:
                    round = [Probe.WriteRegister(capability + 12, value)];
                    break;
                case 2 or 3:
                    var control = new Message { Kind = (byte)MessageKind.LinkControl, Argument = what == 2 ? 0u : 1u, Payload = -1 };
                    bench.Simulation.Post(bench.RootPort, control, at);
                    bench.Simulation.Post(bench.Device, control, at);
                    break;
                default:
                    Probe request = (value % 3) switch
                    {
                        0 => Probe.Read(Base + value % 0x1000 / 64 * 64),
                        1 => Probe.WriteWord(Base + value % 0x1000 / 8 * 8, value),
                        _ => Probe.ReadBurst(Base, value | 1),
                    };
                    requests.Add(request);
                    round = [request];
                    break;
            }

            rounds.Add(round);
        }

        bench.Agent.QueuePaced(bench.Simulation, from, interval, rounds);
        bench.Agent.RunOn(bench.Simulation);
        foreach (Probe request in requests)
        {
            ulong lines = 0;
            foreach (ProbeAnswer answer in request.Answers)
            {
                Assert.True(request.Lines == 0 ? request.Answers.Count == 1 : (answer.Lines & lines) == 0, "A request was answered twice.");
                lines |= answer.Lines;
            }

            answered += request.Answers.Count;
            isolated += request.Answers.Count(a => a.Status == (byte)AccessStatus.Isolated);
            if (always != 0)
                Assert.True(request.Answers.Count > 0 && lines == request.Lines, "A request that was watched was lost.");
        }

        Assert.Equal(0, bench.Agent.Strays);
        return true;
    }
}
