using CxlTopology.Simulation.Tests.Actors;

namespace CxlTopology.Simulation.Tests.KnownFaults;

public sealed class AllocationFaults
{
    // Cause: SlotCache gives batches back as new arrays and throws the emptied ones away: 1 kB for every 256 slots that come and go
    // beyond its 512, and for every 256 messages that cross from one partition to another. Fix: Refill hands its emptied array to the
    // SlotSource, which keeps it for the next Spill.
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

    private sealed class Burster(int burst, Action begins) : ComponentActor
    {
        private const byte Begin = Message.FirstModelKind;

        protected override void OnStart()
        {
            var begin = new Message { Kind = Begin, Payload = -1 };
            Schedule(ref begin, SimDuration.Zero);
        }

        protected override void Receive(ref Message message)
        {
            if (message.Kind != Begin)
                return;
            begins();
            for (int i = 0; i < burst; i++)
            {
                var one = new Message { Kind = Begin + 1, Payload = -1 };
                Schedule(ref one, SimDuration.FromNanoseconds(100));
            }

            Schedule(ref message, SimDuration.FromMicroseconds(1));
        }
    }
}
