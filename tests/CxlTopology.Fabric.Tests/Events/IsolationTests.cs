using CxlTopology.Simulation;
using CxlTopology.Specification;

namespace CxlTopology.Fabric.Tests;

/// <summary>CXL.mem timeout and isolation of a root port: what is not answered, or cannot be, is completed by the port, and counted.</summary>
public sealed class IsolationTests
{
    private const ulong Base = FabricBench.Base;
    private const uint TimeoutEnable = 1 << 4;
    private const uint IsolationEnable = 1 << 16;
    private const uint OnLinkDown = 1 << 17;
    private const uint InterruptEnable = 1 << 26;
    private const uint TimedOut = 1;
    private const uint Isolated = 1 << 8;
    private const uint ByLinkDown = 1 << 9;
    private const int Control = 8;
    private const int Status = 12;
    private static readonly int offset = ComponentRegisterLayout.Of(new ComponentRegisterOptions { Role = ComponentRole.RootPort, CacheIds = 8 }).TimeoutIsolation!.Offset;

    [Fact]
    public void Requests_OfAnEnabledPort_AreAnsweredAsBefore()
    {
        EventBench bench = Enabled(TimeoutEnable | IsolationEnable | OnLinkDown);
        bench.Run(Probe.WriteWord(Base, 0x55));
        Probe burst = bench.Run(Probe.ReadBurst(Base, 0xFF));

        Assert.Equal(0x55UL, burst.Answers[0].WordAt(0));
        Assert.Equal(0u, Read(bench, Status));
        Assert.False(bench.RootPort.IsIsolated);
    }

    [Theory]
    [InlineData(UnclaimedPolicy.Poison)]
    [InlineData(UnclaimedPolicy.AllOnes)]
    [InlineData(UnclaimedPolicy.Error)]
    public void LinkDown_WithIsolation_CompletesNewRequestsByThePolicy(UnclaimedPolicy policy)
    {
        EventBench bench = Enabled(OnLinkDown, policy);
        InterruptTests.SwitchLink(bench, up: false);
        Probe read = bench.Run(Probe.Read(Base));
        Probe write = bench.Run(Probe.WriteWord(Base, 1));

        Assert.Equal((AccessStatus.Isolated, AccessStatus.Isolated), (read.Status, write.Status));
        Assert.Equal(policy == UnclaimedPolicy.Poison, read.Answer.Poisoned);
        Assert.Equal(policy == UnclaimedPolicy.AllOnes, read.Answer.Data.Length > 0 && read.Answer.Data.All(b => b == 0xFF));
        Assert.Equal(Isolated | ByLinkDown, Read(bench, Status));
        Assert.Equal([(AccessStatus.Isolated, 2L)], bench.RootPort.Unclaimed);
    }

    [Fact]
    public void LinkDown_WithoutIsolation_IsAsItWas()
    {
        EventBench bench = Enabled(TimeoutEnable | IsolationEnable);
        InterruptTests.SwitchLink(bench, up: false);

        Assert.Equal(AccessStatus.LinkDown, bench.Run(Probe.Read(Base)).Status);
        Assert.Equal(0u, Read(bench, Status));
    }

    [Fact]
    public void LinkDown_WithIsolation_CompletesWhatIsUnderWay()
    {
        EventBench bench = Enabled(OnLinkDown);
        Probe[] reads = [.. Enumerable.Range(0, 16).Select(i => Probe.Read(Base + 64 * (ulong)i))];
        LoseUnderWay(bench, [.. reads, Probe.ReadBurst(Base + 0x1000, 0xF0F)]);

        Assert.All(reads, r => Assert.Equal(AccessStatus.Isolated, r.Status));
        Assert.Equal([(AccessStatus.Isolated, 17L)], bench.RootPort.Unclaimed);
    }

    [Fact]
    public void LinkDown_WithoutAnything_LosesWhatIsUnderWay()
    {
        EventBench bench = Enabled(0);
        Probe read = Probe.Read(Base);
        LoseUnderWay(bench, read);

        Assert.Empty(read.Answers);
    }

    [Fact]
    public void Isolation_ThatSoftwareClears_IsOver()
    {
        EventBench bench = Enabled(OnLinkDown);
        InterruptTests.SwitchLink(bench, up: false);
        Write(bench, Status, Isolated);
        uint partly = Read(bench, Status);
        AccessStatus down = bench.Run(Probe.Read(Base)).Status;
        InterruptTests.SwitchLink(bench, up: true);

        Assert.Equal((ByLinkDown, AccessStatus.LinkDown), (partly, down));
        Assert.False(bench.RootPort.IsIsolated);
        Assert.Equal(AccessStatus.MemoryDisabled, bench.Run(Probe.Read(Base)).Status); // the device was reset
    }

    [Fact]
    public void Isolation_ThatNobodyClears_OutlastsTheLink()
    {
        EventBench bench = Enabled(OnLinkDown);
        InterruptTests.SwitchLink(bench, up: false);
        InterruptTests.SwitchLink(bench, up: true);

        Assert.Equal(AccessStatus.Isolated, bench.Run(Probe.Read(Base)).Status);
    }

    [Theory]
    [InlineData(1, 100)]
    [InlineData(0, 10_000)]
    [InlineData(5, 55_000)]
    public void Request_ThatIsNotAnswered_TimesOut(uint code, int microseconds)
    {
        EventBench bench = Enabled(TimeoutEnable | code);
        Probe read = Probe.Read(Base);
        LoseUnderWay(bench, read);

        Assert.Equal((AccessStatus.Timeout, true), (read.Status, read.Answer.Poisoned));
        Assert.InRange(read.Latency.Femtoseconds / 1_000_000_000, microseconds, microseconds + 1);
        Assert.Equal((TimedOut, false), (Read(bench, Status), bench.RootPort.IsIsolated));
        Assert.Equal([(AccessStatus.Timeout, 1L)], bench.RootPort.Unclaimed);
    }

    [Fact]
    public void Request_ThatTimesOutWithIsolation_IsolatesThePort()
    {
        EventBench bench = Enabled(TimeoutEnable | IsolationEnable | 1);
        Probe[] reads = [Probe.Read(Base), Probe.Read(Base + 64)];
        LoseUnderWay(bench, reads);

        Assert.All(reads, r => Assert.Equal(AccessStatus.Isolated, r.Status));
        Assert.Equal(TimedOut | Isolated, Read(bench, Status));
        Assert.Equal(AccessStatus.Isolated, bench.Run(Probe.Read(Base)).Status);
    }

    [Fact]
    public void Isolation_ThatWasAskedTo_Interrupts()
    {
        EventBench bench = Enabled(OnLinkDown | InterruptEnable);
        bench.EnableMsi(bench.RootFunction, EventBench.RootLayout, 0x5A);
        InterruptTests.SwitchLink(bench, up: false);

        Assert.Equal([0x5AUL], bench.Agent.Interrupts.Select(i => i.Data));
    }

    [Fact]
    public void Registers_OfADeviceBelow_AreReachedWhileIsolated()
    {
        EventBench bench = Enabled(TimeoutEnable | OnLinkDown);
        InterruptTests.SwitchLink(bench, up: false);
        InterruptTests.SwitchLink(bench, up: true);

        Assert.True(bench.RootPort.IsIsolated);
        Assert.Equal(0x1E98UL, bench.ReadConfig(bench.DeviceFunction, 0, 2));
    }

    [Fact]
    public void Timer_OfRequestsThatWereAnswered_HasNoEffect()
    {
        EventBench bench = Enabled(TimeoutEnable | 1);
        for (int i = 0; i < 8; i++)
            Assert.Equal(AccessStatus.Ok, bench.Run(Probe.Read(Base)).Status);

        Assert.Equal(0u, Read(bench, Status));
        Assert.Empty(bench.RootPort.Unclaimed);
    }

    private static EventBench Enabled(uint control, UnclaimedPolicy policy = UnclaimedPolicy.Poison)
    {
        var bench = new EventBench(unclaimed: policy);
        Write(bench, Control, control);
        return bench;
    }

    private static uint Read(EventBench bench, int register) => (uint)bench.ReadMmio(Address(bench, register));

    private static void Write(EventBench bench, int register, uint value) => bench.WriteMmio(Address(bench, register), value);

    private static ulong Address(EventBench bench, int register) => bench.Bar(bench.RootFunction, 0) + (ulong)(offset + register);

    /// <summary>Makes accesses, and takes the link down while they are in the device.</summary>
    private static void LoseUnderWay(EventBench bench, params Probe[] probes)
    {
        SimTime from = bench.Agent.Result!.End + SimDuration.FromMicroseconds(10);
        bench.Agent.Queue(bench.Simulation, from, probes);
        foreach (LinkedActor end in new[] { bench.Above, bench.Device })
            bench.Simulation.Post(end, new Message { Kind = (byte)MessageKind.LinkControl, Payload = -1 }, from + SimDuration.FromNanoseconds(100));
        bench.Agent.RunOn(bench.Simulation);
    }
}
