using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.Allocation;

public sealed class AllocationTests
{
    private const long WarmUp = 200_000; // 100 us: every list has its size, and the wheel has the two levels that this needs
    private const long Measured = 200_000;

    [Theory]
    [InlineData(Loop.Forward)]
    [InlineData(Loop.Fresh)]
    [InlineData(Loop.Schedule)]
    [InlineData(Loop.Cancel)]
    [InlineData(Loop.Lines)]
    [InlineData(Loop.HandOver)]
    [InlineData(Loop.Queue)]
    internal void Messages_InTheSteadyState_AllocateNothing(Loop loop)
    {
        var simulation = new Simulation();
        var a = new Looper(loop, WarmUp, WarmUp + Measured);
        var b = new Looper(loop, WarmUp, WarmUp + Measured);
        simulation.Add("a", a);
        simulation.Add("b", b);
        a.Peer = simulation.Connect(a, b, 0, SimDuration.FromNanoseconds(20));
        b.Peer = simulation.Connect(b, a, 0, SimDuration.FromNanoseconds(21));
        a.Below.Peer = simulation.Connect(a.Below, b, 0, SimDuration.FromNanoseconds(20));
        b.Below.Peer = simulation.Connect(b.Below, a, 0, SimDuration.FromNanoseconds(21));

        int measuring = 2;
        a.Done = b.Done = () =>
        {
            if (--measuring == 0)
                simulation.Stop();
        };

        simulation.Run(SimTime.Zero + SimDuration.FromSeconds(1));

        Assert.Equal((0L, 0L), (a.Allocated, b.Allocated));
    }

    [Fact]
    public void Probe_ThatAllocates_IsSeen()
    {
        // The control: the counter that the others read does move when a handler allocates.
        long before = 0;
        long after = 0;
        var simulation = new Simulation();
        simulation.Add("probe", new Probe
        {
            OnStarted = p => p.Timer(1, SimDuration.FromNanoseconds(1)),
            OnMessage = (Probe _, ref Message _) =>
            {
                before = GC.GetAllocatedBytesForCurrentThread();
                GC.KeepAlive(new byte[100]);
                after = GC.GetAllocatedBytesForCurrentThread();
            },
        });

        simulation.Run();

        Assert.True(after >= before + 100);
    }

    [Fact]
    public void Bursts_AfterTheFirst_AllocateNothing()
    {
        const int Burst = 3_000;
        var simulation = new Simulation();
        long before = 0;
        long allocated = -1;
        int bursts = 0;
        var burster = new Burster(Burst, () =>
        {
            if (++bursts == 10)
                before = GC.GetAllocatedBytesForCurrentThread();
            if (bursts == 50)
                allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        });
        simulation.Add("burster", burster);

        simulation.Run(SimTime.Zero + SimDuration.FromMicroseconds(60));

        Assert.Equal(0, allocated);
    }
}
