using CxlTopology.Software;
using CxlTopology.Specification;
using CxlTopology.Vfio.Tests.Machines;

namespace CxlTopology.Vfio.Tests.Guests;

/// <summary>The driver of an engine whose device has no MSI-X: it polls.</summary>
public sealed class EngineDriverTests
{
    private const int PollsMax = 1000;

    [Theory]
    [InlineData(EngineRegisters.Done, true)]
    [InlineData(0ul, false)] // reset at work: it knows nothing of the job
    [InlineData(ulong.MaxValue, false)] // gone
    public async Task Start_Polling_EndsWhenTheJobIsNotAtWorkAnyMore(ulong status, bool isDone)
    {
        var bench = new Bench(1, config: FakeDevice.Options() with { MsixVectors = 0 });
        FakeDevice fake = bench.Fakes[0];
        fake.WriteBar(EngineRegisters.Bar, EngineRegisters.Identity, EngineRegisters.IdentityValue, 8);
        fake.WriteBar(EngineRegisters.Bar, EngineRegisters.JobCount, 1, 8);
        Guest guest = await Bench.Boot(bench.Host, "guest0", bench.Devices);
        int polls = -1;
        fake.Written = (bar, offset) =>
        {
            if (bar != EngineRegisters.Bar || offset != (ulong)EngineRegisters.Of(0, EngineRegisters.Doorbell))
                return;
            SetStatus(EngineRegisters.Busy);
            polls = 0;
        };
        bench.Machine.Waited = () =>
        {
            if (polls < 0)
                return;
            if (++polls == 100)
                SetStatus(status);
            if (polls > PollsMax)
                throw new InvalidOperationException("The driver polls for ever.");
        };
        var driver = new EngineDriver(guest, guest.Machine.Devices[0]);
        await driver.Start(0, 0, ownMemory: false);
        Assert.InRange(polls, 100, PollsMax);
        Assert.Equal((true, isDone), (driver.StateOf(0).Started, driver.StateOf(0).Ended));

        void SetStatus(ulong value) => fake.WriteBar(EngineRegisters.Bar, (ulong)EngineRegisters.Of(0, EngineRegisters.Status), value, 8);
    }
}
